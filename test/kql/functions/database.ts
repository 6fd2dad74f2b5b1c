/** A DuckDB with the translator's functions, and one-line evaluation of SQL and KQL for tests. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase, runKql } from '../../conformance/database.ts';

export { openDatabase };

/** The single value of a SQL expression. */
export async function sqlValue(connection: DuckDBConnection, sql: string): Promise<unknown> {
  const reader = await connection.runAndReadAll(`SELECT ${sql}`);
  return reader.getRows()[0]?.[0];
}

/** The first row of a KQL query, or the kind and message of its error. */
export async function kqlRow(connection: DuckDBConnection, text: string): Promise<readonly unknown[]> {
  const outcome = await runKql(connection, text);
  if (!outcome.ok) return [outcome.error.kind, outcome.error.message];
  return outcome.tables.at(-1)?.rows[0] ?? [];
}
