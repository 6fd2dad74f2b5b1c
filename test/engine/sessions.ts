/** Real engines on real folders for the tests of this room. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalEngine } from '../../src/engine/local/localEngine.ts';
import { openLocalEngine, type LocalEngineOptions } from '../../src/engine/local/openLocalEngine.ts';
import type { KqlService, TranslatedQuery } from '../../src/kql/translation.ts';
import type { Column, WireValue } from '../../src/kql/types.ts';
import type { QueryOutcome } from '../../src/engine/engine.ts';
import type { ResultTable } from '../../src/engine/result.ts';

export interface Session {
  readonly engine: LocalEngine;
  /** A folder of the user's, outside the engine's. */
  readonly userFolder: string;
  close(): Promise<void>;
}

/** Opens an engine in a new temporary folder; `close` disposes it and deletes the folder. */
export async function openSession(options: Partial<LocalEngineOptions> = {}): Promise<Session> {
  const root = await mkdtemp(join(tmpdir(), 'hunt-engine-'));
  const userFolder = await mkdtemp(join(root, 'user-'));
  const engine = await openLocalEngine({ folder: join(root, 'session'), threads: 2, ...options });
  return {
    engine,
    userFolder,
    close: async () => {
      await engine.dispose();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A translator that answers every text with the statement given for it, to test the engine apart from KQL. */
export function translator(statements: Readonly<Record<string, Partial<TranslatedQuery>>>): KqlService {
  return {
    translate: ({ text }) =>
      Promise.resolve({
        ok: true,
        queries: [
          {
            sql: 'SELECT 1',
            columns: [],
            isSorted: false,
            start: 0,
            length: text.length,
            ...statements[text],
          },
        ],
        lets: [],
        notices: [],
      }),
    inspect: () =>
      Promise.resolve({
        errors: [],
        isCommand: false,
        results: [],
        lets: [],
        names: [],
        parameters: [],
      }),
    complete: () => Promise.resolve([]),
    hover: () => Promise.resolve(undefined),
    dispose: () => Promise.resolve(),
  };
}

/** Returns the single result of a run, or fails with its errors. */
export function onlyTable(outcome: QueryOutcome): ResultTable {
  if (!outcome.ok) throw new Error(outcome.errors.map(({ message }) => message).join('\n'));
  const [result] = outcome.results;
  if (!result) throw new Error('The run gave no result.');
  return result.table;
}

/** Returns all rows of a small result. */
export async function rowsIn(table: ResultTable): Promise<readonly (readonly WireValue[])[]> {
  return (await table.page({ offset: 0, limit: 1000 })).rows;
}

export function columns(types: Readonly<Record<string, Column['type']>>): Column[] {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}
