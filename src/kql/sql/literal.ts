/** Values as DuckDB SQL literals: the only place where a value becomes SQL text. */
import type { ScalarType } from '../types.ts';

/** DuckDB's type for each Kusto type; every expression of the translator has exactly these physical types. */
export const physicalTypes: Readonly<Record<ScalarType, string>> = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  decimal: 'DECIMAL(38,12)',
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
export function sqlString(text: string): string {
  const wellFormed = text.replace(
    /[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g,
    (match) => (match.length === 2 ? match : '\uFFFD'),
  );
  const quoted = wellFormed.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return quoted.length === 1 ? (quoted[0] ?? "''") : `(${quoted.join(' || chr(0) || ')})`;
}

/** `value` as a BIGINT literal; bounds that do not parse as a plain number are cast. */
export function sqlLong(value: bigint | number): string {
  const whole = BigInt(value);
  return `CAST(${whole < 0n ? `'${whole}'` : String(whole)} AS BIGINT)`;
}

/** `value` as a DOUBLE literal, the special values included. */
export function sqlReal(value: number): string {
  if (Number.isNaN(value)) return "CAST('NaN' AS DOUBLE)";
  if (!Number.isFinite(value)) return `CAST('${value < 0 ? '-' : ''}Infinity' AS DOUBLE)`;
  const text = Object.is(value, -0) ? '-0.0' : String(value);
  return `CAST('${text}' AS DOUBLE)`;
}

export function sqlBool(value: boolean): string {
  return value ? 'true' : 'false';
}

/** The null of a Kusto type; a string has none and is empty instead. */
export function sqlNull(type: ScalarType): string {
  return type === 'string' ? "''" : `CAST(NULL AS ${physicalTypes[type]})`;
}
