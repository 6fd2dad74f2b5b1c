/** The elements of a JSON array as texts with their lines, for arrays with an element that DuckDB refuses. */
import type { JsonText } from './readers/ndjson.ts';

const closers: Readonly<Record<string, string>> = { '[': ']', '{': '}' };

/**
 * Yields the text of each element of the array that the text holds; broken elements come as they are written. A bracket
 * that closes nothing is text, and one that closes an outer bracket closes what was left open in it: a mistake in one
 * element does not swallow the next.
 */
export async function* arrayElements(chunks: AsyncIterable<string>, firstLine = 1): AsyncIterable<JsonText> {
  let line = firstLine;
  /** What closes each open bracket, the array's own first. */
  const open: string[] = [];
  let isInString = false;
  let isEscaped = false;
  let element = '';
  let startLine = 1;
  for await (const chunk of chunks) {
    for (const sign of chunk) {
      if (sign === '\n') line++;
      const isSeparator = !isInString && open.length === 1 && (sign === ',' || sign === ']');
      if (isSeparator) {
        if (element.trim() !== '') yield { line: startLine, text: element.trim() };
        element = '';
      } else if (open.length > 0) {
        if (element === '' && sign.trim() !== '') startLine = line;
        if (element !== '' || sign.trim() !== '') element += sign;
      }
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (sign === '\\') isEscaped = true;
        else if (sign === '"') isInString = false;
      } else if (sign === '"') isInString = true;
      else if (closers[sign] !== undefined) open.push(closers[sign]);
      else if (sign === ']' || sign === '}') close(open, sign);
    }
  }
  if (element.trim() !== '') yield { line: startLine, text: element.trim() };
}

/**
 * Yields the elements of the array that begins at the offset in the text (in characters); what stands behind it, as in an
 * answer that says more than its rows, is none of them.
 */
export async function* elementsFrom(chunks: AsyncIterable<string>, offset: number): AsyncIterable<JsonText> {
  const source = chunks[Symbol.asyncIterator]();
  let before = '';
  while (before.length <= offset) {
    const next = await source.next();
    if (next.done === true) break;
    before += next.value;
  }
  const line = before.slice(0, offset).split('\n').length;
  async function* rest(): AsyncIterable<string> {
    yield before.slice(offset);
    yield* { [Symbol.asyncIterator]: () => source };
  }
  for await (const element of arrayElements(rest(), line)) {
    if (!element.text.startsWith('{')) return;
    yield element;
  }
}

function close(open: string[], sign: string): void {
  const place = open.lastIndexOf(sign);
  // The array's own bracket is closed only from inside no element.
  if (place > 0 || open.length === 1) open.length = Math.max(place, 0);
}
