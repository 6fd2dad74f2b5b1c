/** Values as DuckDB SQL literals: the only place where a value becomes SQL text. */
import type { JsonValue, ScalarType } from '../types.ts';
import { wellFormed } from './identifier.ts';

/** DuckDB's type for each Kusto type; every expression of the translator has exactly these physical types. */
export const sqlTypes: Readonly<Record<ScalarType, string>> = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  decimal: 'DECIMAL(38,10)',
  string: 'VARCHAR',
  guid: 'UUID',
  datetime: 'BIGINT',
  timespan: 'BIGINT',
  dynamic: 'JSON',
};

/**
 * `text` as a string literal. Quotes are doubled; NUL, which DuckDB's parser would take for the end of the
 * statement, is spliced in as `chr(0)`. A lone surrogate has no UTF-8 form and becomes U+FFFD.
 */
export function stringLiteral(text: string): string {
  const quoted = wellFormed(text)
    .split('\0')
    .map((part) => `'${part.replaceAll("'", "''")}'`);
  return quoted.length === 1 ? (quoted[0] ?? "''") : `(${quoted.join(' || chr(0) || ')})`;
}

/**
 * Returns the text as DuckDB's `lower()` gives it, character by character: JavaScript's own function would lengthen some
 * and read others by what follows them.
 */
export function lowerCase(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text.toLowerCase();
  return Array.from(text, (character) => Array.from(character.toLowerCase())[0] ?? '').join('');
}

/** `value` as an INTEGER literal. */
export function intLiteral(value: bigint | number): string {
  return `CAST(${signed(value)} AS INTEGER)`;
}

/** `value` as a BIGINT literal. */
export function longLiteral(value: bigint | number): string {
  return `CAST(${signed(value)} AS BIGINT)`;
}

/** `value` as a DOUBLE literal, the special values included. */
export function realLiteral(value: number): string {
  if (Number.isNaN(value)) return "CAST('NaN' AS DOUBLE)";
  if (!Number.isFinite(value)) return `CAST('${value < 0 ? '-' : ''}Infinity' AS DOUBLE)`;
  return `CAST('${Object.is(value, -0) ? '-0.0' : String(value)}' AS DOUBLE)`;
}

/** `value` as a JSON literal; JSON's null is Kusto's null. */
export function jsonLiteral(value: JsonValue): string {
  return value === null ? nullLiteral('dynamic') : `CAST(${stringLiteral(JSON.stringify(value))} AS JSON)`;
}

/** The null of a Kusto type; a string has none and is empty instead. */
export function nullLiteral(type: ScalarType): string {
  return type === 'string' ? "''" : `CAST(NULL AS ${sqlTypes[type]})`;
}

// The smallest long has no literal of its own: DuckDB reads `-n` as the negation of `n`.
function signed(value: bigint | number): string {
  const whole = BigInt(value);
  return whole < 0n ? `'${whole}'` : String(whole);
}
