/** How a physical column reads as text in SQL: what a grid filter searches. The same text as `wireValue.ts` shows. */
import type { ScalarType } from '../../kql/types.ts';

/** Returns SQL for the display text of a physical column. */
export function displayText(column: string, type: ScalarType): string {
  switch (type) {
    case 'string':
      return column;
    case 'datetime':
      return `kql_format_datetime(${column})`;
    case 'timespan':
      return `kql_format_timespan(${column})`;
    case 'decimal':
      return `rtrim(rtrim(${column}::VARCHAR, '0'), '.')`;
    case 'bool':
    case 'int':
    case 'long':
    case 'real':
    case 'guid':
    case 'dynamic':
      return `${column}::VARCHAR`;
  }
}

/**
 * Returns the ORDER BY terms that sort a physical column as Kusto does: nulls are the smallest values. Dynamic values
 * sort as numbers where they are numbers, before all others, which sort by their text.
 */
export function sortTerms(column: string, type: ScalarType, descending: boolean): string[] {
  const direction = descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST';
  if (type !== 'dynamic') return [`${column} ${direction}`];
  const number = `TRY_CAST(${column} AS DOUBLE)`;
  return [
    `CASE WHEN ${column} IS NULL THEN NULL ELSE (${number} IS NULL)::INTEGER END ${direction}`,
    `${number} ${direction}`,
    `${column}::VARCHAR ${direction}`,
  ];
}
