/**
 * Physical values as JSON text in SQL, for protocols: DuckDB writes whole rows, and every digit of a number stays. The
 * same values as `wireValue.ts` gives, but that a long beyond 2^53 is a number, too.
 */
import type { Column, ScalarType } from '../../kql/types.ts';

/** Returns SQL for the JSON array of a row; `names` are the quoted columns, qualified or not. */
export function jsonRow(columns: readonly Column[], names: readonly string[]): string {
  const values = columns.map(({ type }, index) => jsonValue(names[index] ?? 'NULL', type));
  return values.length === 0 ? `'[]'` : `'[' || concat_ws(',', ${values.join(', ')}) || ']'`;
}

function jsonValue(column: string, type: ScalarType): string {
  if (type === 'string') return `coalesce(to_json(${column})::VARCHAR, '""')`;
  return `coalesce(${jsonOfKnown(column, type)}, 'null')`;
}

/** SQL that is NULL where the value is. */
function jsonOfKnown(column: string, type: Exclude<ScalarType, 'string'>): string {
  switch (type) {
    case 'bool':
    case 'int':
    case 'long':
      return `${column}::VARCHAR`;
    case 'real':
      return `CASE WHEN isnan(${column}) THEN '"NaN"'
        WHEN isinf(${column}) THEN CASE WHEN ${column} > 0 THEN '"Infinity"' ELSE '"-Infinity"' END
        ELSE ${column}::VARCHAR END`;
    case 'decimal':
      return `'"' || CASE WHEN contains(${column}::VARCHAR, '.')
        THEN rtrim(rtrim(${column}::VARCHAR, '0'), '.') ELSE ${column}::VARCHAR END || '"'`;
    case 'guid':
      return `'"' || ${column}::VARCHAR || '"'`;
    case 'datetime':
      return `'"' || kql_format_datetime(${column}) || '"'`;
    case 'timespan':
      return `'"' || kql_format_timespan(${column}) || '"'`;
    case 'dynamic':
      // Minified, so that a row is one line; a dynamic that is not JSON is its own text.
      return `CASE WHEN json_valid(${column}::VARCHAR) THEN json(${column}::VARCHAR)::VARCHAR
        ELSE to_json(${column}::VARCHAR)::VARCHAR END`;
  }
}

/** A JSON string, or a number that JSON does not have, though DuckDB reads it. */
const stringOrNoNumber = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Inf(?:inity)?)\b/gi;

/** Returns the row with NaN and the infinities as Kusto writes them inside dynamic values: as strings. */
export function strictJson(row: string): string {
  if (!/nan|inf/i.test(row)) return row;
  return row.replace(stringOrNoNumber, (token) => {
    if (token.startsWith('"')) return token;
    if (/nan/i.test(token)) return '"NaN"';
    return token.startsWith('-') ? '"-Infinity"' : '"Infinity"';
  });
}
