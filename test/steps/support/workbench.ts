/** A real local engine with tables made for one test, on which detection steps run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalEngine } from '../../../src/engine/local/openLocalEngine.ts';
import type { LocalEngine } from '../../../src/engine/local/localEngine.ts';
import type { ResultTable } from '../../../src/engine/result.ts';
import { createKqlService } from '../../../src/kql/index.ts';
import type { ScalarType, WireValue } from '../../../src/kql/types.ts';
import { kqlName } from '../../../src/kql/kqlText.ts';
import { kqlOfStep, type DetectionStep } from '../../../src/steps/step.ts';

export type Columns = Readonly<Record<string, ScalarType>>;
export type Row = Readonly<Record<string, WireValue>>;

export interface Workbench {
  readonly engine: LocalEngine;
  /** Publishes a table; a column that a row does not name is null (empty for strings). */
  table(name: string, columns: Columns, rows: readonly Row[]): Promise<void>;
  /** Runs KQL and returns its last result's rows. */
  query(kql: string): Promise<readonly Row[]>;
  /** Runs a step with the arguments as YAML gives them; publishes the result when it is named. */
  run(step: DetectionStep, args: unknown, publishAs?: string): Promise<readonly Row[]>;
  /** The step's KQL for arguments as YAML gives them. */
  kqlOf(step: DetectionStep, args: unknown): Promise<string>;
  /** Folder that the steps' relative paths start from. */
  readonly folder: string;
  dispose(): Promise<void>;
}

export async function openWorkbench(): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'hunt-steps-'));
  const kql = createKqlService();
  const engine = await openLocalEngine({ folder, kql });

  const files = { folder, allowPath: () => Promise.resolve(false) };

  const query = async (text: string): Promise<readonly Row[]> => {
    const outcome = await engine.query(text);
    if (!outcome.ok) {
      const [error] = outcome.errors;
      const place = text.slice(error?.start ?? 0, (error?.start ?? 0) + (error?.length ?? 0));
      throw new Error(`${error?.code}: ${error?.message} at "${place.slice(0, 200)}"`);
    }
    const table = outcome.results.at(-1)?.table;
    if (!table) return [];
    const page = await table.page({ offset: 0, limit: 100_000 });
    return page.rows.map((row) =>
      Object.fromEntries(table.columns.map(({ name }, index) => [name, row[index] ?? null])),
    );
  };

  const kqlOf = (step: DetectionStep, args: unknown): Promise<string> =>
    kqlOfStep(step, step.arguments.parse(args), files, { schema: engine.schema() });

  return {
    engine,
    folder,
    query,
    kqlOf,
    table: (name, columns, rows) => engine.publish(name, memoryTable(columns, rows)),
    run: async (step, args, publishAs) => {
      const text = await kqlOf(step, args);
      return query(publishAs === undefined ? text : `${text}\n| as ${kqlName(publishAs)}`);
    },
    dispose: async () => {
      await engine.dispose();
      await kql.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Rows held in memory as a result, which the engine copies: far cheaper than to parse them as a `datatable`. */
function memoryTable(columns: Columns, rows: readonly Row[]): ResultTable {
  const names = Object.keys(columns);
  return {
    columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
    rowCount: rows.length,
    page: ({ offset, limit }) =>
      Promise.resolve({
        offset,
        rows: rows.slice(offset, offset + limit).map((row) => names.map((name) => row[name] ?? null)),
        matchingRows: rows.length,
      }),
    saveParquet: () => Promise.reject(new Error('A table in memory has no file.')),
    release: () => Promise.resolve(),
  };
}
