/** `replace_strings()`. */
import type { ScalarFunction } from '../../scalarFunction.ts';
import { jsonFromText } from '../json.ts';
import type { JsonValue } from '../../types.ts';
import { isArray, textFunction } from './textFunction.ts';

interface Piece {
  readonly text: string;
  /** Text that a replacement wrote is not searched again. */
  readonly isDone: boolean;
}

/** Replaces each searched text in turn; a replacement that is no text keeps what was found. */
function replaceStrings(text: string, searches: JsonValue, rewrites: JsonValue): string {
  let pieces: Piece[] = [{ text, isDone: false }];
  const searched = isArray(searches) ? searches : [searches];
  searched.forEach((search, index) => {
    if (typeof search !== 'string' || search === '') return;
    const rewrite = isArray(rewrites) ? rewrites[index] : rewrites;
    const replacement = { text: typeof rewrite === 'string' ? rewrite : search, isDone: true };
    pieces = pieces.flatMap((piece) => (piece.isDone ? [piece] : split(piece.text, search, replacement)));
  });
  return pieces.map((piece) => piece.text).join('');
}

function split(text: string, search: string, replacement: Piece): Piece[] {
  return text
    .split(search)
    .flatMap((part, index): Piece[] => [...(index > 0 ? [replacement] : []), { text: part, isDone: false }]);
}

export const replaceStringsJsFunction: ScalarFunction = textFunction(
  'kql_replace_strings',
  3,
  (text, searches, rewrites) =>
    replaceStrings(text, jsonFromText(searches) ?? null, jsonFromText(rewrites) ?? null),
);
