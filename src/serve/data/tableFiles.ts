/** Which files a database's tables are read from, and whether they have changed since. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { logsBeside } from '../../data/logsBeside.ts';

export interface TableFiles {
  readonly name: string;
  /** Relative to `folder`, or absolute; patterns where the user named the table. */
  readonly paths: readonly string[];
  readonly folder: string;
  /** The user named the files one by one: they may lie outside the folder, and be several. */
  readonly isNamed: boolean;
}

/** Returns the tables of a folder: one for each log in it or in its `logs/`. */
export async function tablesOfFolder(folder: string): Promise<readonly TableFiles[]> {
  const found = await logsBeside(folder);
  return [...found].map(([name, paths]) => ({ name, paths, folder, isNamed: false }));
}

/** Returns a text that changes when one of the files does; a pattern stands for itself. */
export async function fingerprint({ paths, folder }: TableFiles): Promise<string> {
  const parts = await Promise.all(
    paths.map(async (path) => {
      const found = await stat(resolve(folder, path)).catch(() => undefined);
      return found ? [path, found.size, found.mtimeMs] : [path];
    }),
  );
  return JSON.stringify(parts);
}
