/** Small internal statements: values bound, rows as plain objects. For answers that are known to be short. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { SqlBindable } from './localEngine.ts';

/** Runs one statement and returns its rows; types without a plain JavaScript value come as text. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  values: readonly SqlBindable[] = [],
): Promise<Record<string, SqlBindable>[]> {
  // With values a statement is prepared first, and its files are looked at twice.
  const reader = await (values.length === 0
    ? connection.runAndReadAll(sql)
    : connection.runAndReadAll(sql, [...values]));
  const names = reader.deduplicatedColumnNames();
  return reader
    .getRows()
    .map((row) => Object.fromEntries(names.map((name, index) => [name, plainValue(row[index] ?? null)])));
}

function plainValue(value: DuckDBValue): SqlBindable {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return value;
  return value === null ? null : String(value);
}
