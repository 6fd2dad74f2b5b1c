/** Real files and a real engine for the tests of this room. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadTable, type LoadRequest } from '../../src/data/loadTable.ts';
import type { LoadedTable } from '../../src/data/loadedTable.ts';
import type { LocalEngine, SqlBindable } from '../../src/engine/local/localEngine.ts';
import { openLocalEngine } from '../../src/engine/local/openLocalEngine.ts';

export interface Workspace {
  readonly engine: LocalEngine;
  /** The notebook's folder. */
  readonly folder: string;
  /** Writes a file below the folder and returns its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  load(paths: string | readonly string[], options?: Partial<LoadRequest>): Promise<LoadedTable>;
  /** Rows of a table, longs as numbers. */
  rows(sql: string): Promise<SqlBindable[][]>;
  /** Columns of a table as `name:type`. */
  columns(table: string): string[];
  close(): Promise<void>;
}

export async function openWorkspace(): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), 'hunt-data-'));
  const folder = join(root, 'notebooks');
  await mkdir(folder);
  const engine = await openLocalEngine({ folder: join(root, 'session'), threads: 2 });
  return {
    engine,
    folder,
    write: async (name, content) => {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      return path;
    },
    load: (paths, options) =>
      loadTable(engine, {
        paths: typeof paths === 'string' ? [paths] : paths,
        folder,
        allowPath: () => Promise.resolve(false),
        ...options,
      }),
    rows: async (sql) =>
      (await engine.execute(sql)).map((row) =>
        Object.values(row).map((value) => (typeof value === 'bigint' ? Number(value) : value)),
      ),
    columns: (table) =>
      engine
        .schema()
        .tables.find(({ name }) => name === table)
        ?.columns.map(({ name, type }) => `${name}:${type}`) ?? [],
    close: async () => {
      await engine.dispose();
      await rm(root, { recursive: true, force: true });
    },
  };
}
