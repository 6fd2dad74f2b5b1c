/** The elements of a JSON array as texts with their lines, for arrays with an element that DuckDB refuses. */
import type { JsonText } from './readers/ndjson.ts';

/** Yields the text of each element of the array that the text holds; broken elements come as they are written. */
export async function* arrayElements(chunks: AsyncIterable<string>): AsyncIterable<JsonText> {
  let line = 1;
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let element = '';
  let startLine = 1;
  for await (const chunk of chunks) {
    for (const sign of chunk) {
      if (sign === '\n') line++;
      const isSeparator = !isInString && ((depth === 1 && sign === ',') || (depth === 1 && sign === ']'));
      if (depth >= 1 && !isSeparator) {
        if (element === '' && sign.trim() !== '') startLine = line;
        if (element !== '' || sign.trim() !== '') element += sign;
      }
      if (isSeparator) {
        if (element.trim() !== '') yield { line: startLine, text: element.trim() };
        element = '';
      }
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (sign === '\\') isEscaped = true;
        else if (sign === '"') isInString = false;
      } else if (sign === '"') isInString = true;
      else if (sign === '[' || sign === '{') depth++;
      else if (sign === ']' || sign === '}') depth--;
    }
  }
  if (element.trim() !== '') yield { line: startLine, text: element.trim() };
}
