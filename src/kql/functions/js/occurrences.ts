/** `indexof()` of a later occurrence. */
import type { ScalarFunction } from '../../scalarFunction.ts';

/**
 * The place of the `occurrence`-th match in code points, or -1. Each match lies whole within `length` characters (all
 * when negative) of where its search begins: at `start`, which counts from the end when negative, then one character
 * after the match before.
 */
function placeOf(text: string, searched: string, start: number, length: number, occurrence: number): number {
  const characters = Array.from(text);
  const wanted = Array.from(searched);
  let from = start < 0 ? Math.max(0, characters.length + start) : start;
  for (let found = 1; ; found++) {
    const end = length < 0 ? characters.length : Math.min(characters.length, from + length);
    const at = firstMatch(characters, wanted, from, end - wanted.length);
    if (at < 0 || found === occurrence) return at;
    from = at + 1;
  }
}

function firstMatch(
  characters: readonly string[],
  wanted: readonly string[],
  from: number,
  last: number,
): number {
  for (let at = from; at <= last; at++) {
    if (wanted.every((character, index) => characters[at + index] === character)) return at;
  }
  return -1;
}

export const occurrenceJsFunction: ScalarFunction = {
  name: 'kql_indexof_occurrence',
  parameters: ['VARCHAR', 'VARCHAR', 'BIGINT', 'BIGINT', 'BIGINT'],
  returns: 'BIGINT',
  call: (text, searched, start, length, occurrence) => {
    if (typeof text !== 'string' || typeof searched !== 'string') return null;
    if (typeof start !== 'bigint' || typeof length !== 'bigint' || typeof occurrence !== 'bigint')
      return null;
    if (occurrence < 1n) return -1n;
    return BigInt(placeOf(text, searched, Number(start), Number(length), Number(occurrence)));
  },
};
