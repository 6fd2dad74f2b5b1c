/** Which Kusto type each column of a table gets: published, given by the file, or found in its text. */
import { fromText } from '../engine/local/textConversion.ts';
import type { ScalarType } from '../kql/types.ts';

export type InferredType = 'bool' | 'long' | 'real' | 'datetime';

/** Types that text is tried for, the narrowest first. */
export const inferredTypes: readonly InferredType[] = ['bool', 'long', 'real', 'datetime'];

const isoTime =
  '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?( ?(Z|UTC|[-+][0-9]{2}:?[0-9]{2}))?)?';
/**
 * As portals show times in English, `5/1/2024, 3:04:05.678 PM` or `May 1, 2024 3:04:05 PM`: the month is first. Without AM
 * or PM it could be the day, and the text stays text.
 */
const halfDayTime =
  '([0-9]{1,2}/[0-9]{1,2}/[0-9]{4},?|[A-Z][a-z]{2} [0-9]{1,2}, [0-9]{4}) [0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?[ \u202f][AP]M';

/** Returns SQL that is true for a text that reads as the type and would be written the same way (`007` is no long). */
export function readsAs(column: string, type: InferredType): string {
  const looks = looksAs(column, type);
  // DuckDB would convert every text if the two were only joined by AND, and converting is slow for what is no time.
  return type === 'bool' || type === 'real'
    ? looks
    : `CASE WHEN ${looks} THEN ${fromText(column, type)} IS NOT NULL ELSE false END`;
}

/** Returns SQL that is true for a text that is written as values of the type are, in range or not. */
export function looksAs(column: string, type: InferredType): string {
  switch (type) {
    case 'bool':
      return `lower(${column}) IN ('true', 'false')`;
    case 'long':
      return `regexp_full_match(${column}, '-?(0|[1-9][0-9]{0,18})')`;
    case 'real':
      return `regexp_full_match(${column}, '-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?')`;
    case 'datetime':
      return `(regexp_full_match(${column}, '${isoTime}') OR (${column}[-1] = 'M' AND regexp_full_match(${column}, '${halfDayTime}')))`;
  }
}

/** Returns the type that holds the values of both; undefined stands for no values at all. */
export function commonType(a: ScalarType | undefined, b: ScalarType | undefined): ScalarType | undefined {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  if (a === 'dynamic' || b === 'dynamic') return 'dynamic';
  const numbers: readonly ScalarType[] = ['int', 'long', 'real', 'decimal'];
  const wider = numbers[Math.max(numbers.indexOf(a), numbers.indexOf(b))];
  return numbers.includes(a) && numbers.includes(b) ? wider : 'string';
}
