/** A number that two tables share when they hold the same values, in whatever order their rows stand. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column } from '../../../src/kql/types.ts';

/**
 * Returns rows and digest of a table whose columns are named `c0`, `c1`, ... and mean those of `columns`. SQL lists count
 * as arrays, reals to nine digits, the columns of `sets` as sets.
 */
export async function digestOf(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
  sets: readonly string[],
): Promise<string> {
  const texts = columns.map(({ name, type }, index) => {
    const value = `c${index}`;
    if (sets.includes(name)) return `list_sort(from_json(to_json(${value}), '["VARCHAR"]'))::VARCHAR`;
    if (type === 'dynamic') return `to_json(${value})::VARCHAR`;
    if (type === 'real') return `format('{:.9g}', ${value}::DOUBLE)`;
    return `coalesce(${value}::VARCHAR, '')`;
  });
  const sql = `SELECT count(*), sum(hash(${texts.join(', ')})::HUGEINT) FROM ${table}`;
  const [row] = (await connection.runAndReadAll(sql)).getRows();
  return (row ?? []).map(String).join(' rows, digest ');
}
