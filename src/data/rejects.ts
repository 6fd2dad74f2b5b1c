/** The table of rows that could not be read, which stands beside each loaded table. */
import type { FileImport } from '../engine/local/fileImport.ts';
import { identifier } from '../kql/sql/identifier.ts';
import type { Column } from '../kql/types.ts';
import type { LoadedTable } from './loadedTable.ts';

export const rejectColumns: readonly Column[] = [
  { name: 'file', type: 'string' },
  { name: 'line', type: 'long' },
  { name: 'reason', type: 'string' },
  { name: 'raw', type: 'string' },
];

/** Rejects that the loaded table names; all of them are in its `_rejects` table. */
const firstRejects = 20;

/** Name of the table of rows that could not be read. */
export function rejectsTable(table: string): string {
  return `${table}_rejects`;
}

/** Makes the table of rejects, still empty. */
export async function createRejects(files: FileImport, rejects: string): Promise<void> {
  await files.execute(
    `CREATE TABLE ${identifier(rejects)} (file VARCHAR, line BIGINT, reason VARCHAR, raw VARCHAR)`,
  );
}

/** Returns how many rejects there are, and the first of them. */
export async function rejectsIn(files: FileImport, rejects: string): Promise<LoadedTable['rejects']> {
  const [count] = await files.execute(`SELECT count(*) AS n FROM ${identifier(rejects)}`);
  const rows = await files.execute(
    `SELECT file, line, reason FROM ${identifier(rejects)} ORDER BY file, line LIMIT ${firstRejects}`,
  );
  const first = rows.map(({ file, line, reason }) => ({
    file: String(file),
    line: Number(line),
    reason: String(reason),
  }));
  return { count: Number(count?.['n'] ?? 0), first };
}
