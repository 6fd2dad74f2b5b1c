/** Logs beside a notebook: the files that a table comes from when no cell loads it. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from './dataError.ts';
import { hasKnownEnding } from './readers/registry.ts';
import { tableNameFromFile } from './tableName.ts';

/** Where the logs of a notebook usually stand: beside it, or in `logs/`. The first of them that has a table gives it. */
const places = ['', 'logs/'];

/**
 * Returns the files of each table name, relative to the folder; several where one place has more than one of the name.
 * Folders that cannot be read count as empty.
 */
export async function logsBeside(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const place of places) {
    const here = new Map<string, string[]>();
    for (const file of await filesIn(join(folder, place))) {
      const table = tableOf(file);
      if (table !== undefined) here.set(table, [...(here.get(table) ?? []), place + file]);
    }
    for (const [table, files] of here) if (!found.has(table)) found.set(table, files.sort());
  }
  return found;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map(({ name }) => name);
}

function tableOf(file: string): string | undefined {
  if (!hasKnownEnding(file)) return undefined;
  try {
    return tableNameFromFile(file);
  } catch (error) {
    if (error instanceof DataError) return undefined; // no query can name such a file
    throw error;
  }
}
