/** What a detection step of a cell may read, and the tables and sentences that come of it. */
import type { Engine } from '../engine/engine.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import type { ResultTable } from '../engine/result.ts';
import type { Column, Schema, WireValue } from '../kql/types.ts';
import { StepError, type FileAccess } from '../steps/step.ts';
import { queryOn } from './queryOn.ts';
import type { PublishedResults } from './sentTables.ts';

interface StepFilesOptions {
  readonly folder: string;
  readonly allowPath: FileAccess['allowPath'];
  /** The session's own engine, and the one that the cell's query runs on. */
  readonly local: LocalEngine;
  readonly engine: Engine;
  /** Results of that engine, which go along with a query that names them. */
  readonly published: PublishedResults;
  /** Tables that the cell's query can name. */
  readonly schema: () => Schema;
  readonly signal?: AbortSignal | undefined;
}

export interface StepFiles {
  readonly files: FileAccess;
  /** What the step told, each sentence once however often it was prepared. */
  readonly told: () => readonly string[];
}

/** Access to files for a step that is about to run. */
export function stepFiles(options: StepFilesOptions): StepFiles {
  const { folder, allowPath, local, engine, schema, signal } = options;
  const told = new Set<string>();
  const isRemote = engine.kind !== 'local';
  return {
    told: () => [...told],
    files: {
      folder,
      allowPath,
      isRemote,
      notice: (text) => told.add(text),
      session: { schema, query: (kql) => queryOf(options, kql) },
      ...(signal !== undefined && { signal }),
      ...(!isRemote && { provide: (name, columns, rows) => provide(local, name, columns, rows, signal) }),
    },
  };
}

async function queryOf(
  { local, engine, published, signal }: StepFilesOptions,
  kql: string,
): Promise<ResultTable> {
  const engines = { engine: local, published };
  const outcome = await queryOn(engines, engine, kql, signal === undefined ? {} : { signal });
  if (!outcome.ok) throw new StepError(outcome.errors[0]?.message ?? 'The query failed.', [], 'query');
  const table = outcome.results.at(-1)?.table;
  if (table === undefined) throw new StepError('The query gave no result.', [], 'query');
  return table;
}

async function provide(
  engine: LocalEngine,
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly WireValue[])[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const landing = await engine.land();
  try {
    for (let start = 0; start < rows.length; start += rowsAtOnce) {
      await landing.append(
        rows.slice(start, start + rowsAtOnce).map((row) => JSON.stringify(row)),
        signal,
      );
    }
  } catch (error) {
    await landing.discard();
    throw error;
  }
  const landed = columns.map((column, source) => ({ ...column, source }));
  const { table } = await landing.finish(landed, undefined, signal);
  await engine.publish(name, table);
  await table.release();
}

const rowsAtOnce = 10_000;
