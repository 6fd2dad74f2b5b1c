/** How a physical column reads as text in SQL: what a grid filter searches. The same text as `wireValue.ts` shows. */
import type { ScalarType } from '../../kql/types.ts';
import { unixEpochTicks } from '../../kql/time/ticks.ts';

/** Macros that the expressions of {@link displayText} call; created once per session. */
export const displayMacros: readonly string[] = [
  `CREATE OR REPLACE MACRO hunt_datetime_text(t) AS
     strftime(make_timestamp((t - ${unixEpochTicks}) // 10), '%Y-%m-%dT%H:%M:%S.%f') || (t % 10)::VARCHAR || 'Z'`,
  `CREATE OR REPLACE MACRO hunt_timespan_text(t) AS
     CASE WHEN t < 0 THEN '-' ELSE '' END
     || CASE WHEN abs(t) >= 864000000000 THEN (abs(t) // 864000000000)::VARCHAR || '.' ELSE '' END
     || lpad((abs(t) // 36000000000 % 24)::VARCHAR, 2, '0') || ':'
     || lpad((abs(t) // 600000000 % 60)::VARCHAR, 2, '0') || ':'
     || lpad((abs(t) // 10000000 % 60)::VARCHAR, 2, '0')
     || CASE WHEN t % 10000000 = 0 THEN '' ELSE '.' || lpad((abs(t) % 10000000)::VARCHAR, 7, '0') END`,
];

/** Returns SQL for the display text of a physical column. */
export function displayText(column: string, type: ScalarType): string {
  switch (type) {
    case 'string':
      return column;
    case 'datetime':
      return `hunt_datetime_text(${column})`;
    case 'timespan':
      return `hunt_timespan_text(${column})`;
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
