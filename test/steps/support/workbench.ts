/** A real local engine with tables made for one test, on which detection steps run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalEngine } from '../../../src/engine/local/openLocalEngine.ts';
import type { LocalEngine } from '../../../src/engine/local/localEngine.ts';
import { createKqlService } from '../../../src/kql/index.ts';
import type { ScalarType, WireValue } from '../../../src/kql/types.ts';
import { kqlName, kqlString } from '../../../src/steps/kqlText.ts';
import type { DetectionStep } from '../../../src/steps/step.ts';

export type Columns = Readonly<Record<string, ScalarType>>;
export type Row = Readonly<Record<string, WireValue>>;

export interface Workbench {
  readonly engine: LocalEngine;
  /** Publishes a table; a column that a row does not name is null (empty for strings). */
  table(name: string, columns: Columns, rows: readonly Row[]): Promise<void>;
  /** Runs KQL and returns its last result's rows. */
  query(kql: string): Promise<readonly Row[]>;
  /** Runs a step with the arguments as YAML gives them; publishes the result when it is named. */
  run<Args>(step: DetectionStep<Args>, args: unknown, publishAs?: string): Promise<readonly Row[]>;
  dispose(): Promise<void>;
}

export async function openWorkbench(): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'hunt-steps-'));
  const kql = createKqlService();
  const engine = await openLocalEngine({ folder, kql });

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

  return {
    engine,
    query,
    table: async (name, columns, rows) => {
      await query(`${datatable(columns, rows)}\n| as ${kqlName(name)}`);
    },
    run: (step, args, publishAs) => {
      const text = step.compile(step.arguments.parse(args), { schema: engine.schema() });
      return query(publishAs === undefined ? text : `${text}\n| as ${kqlName(publishAs)}`);
    },
    dispose: async () => {
      await engine.dispose();
      await kql.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function datatable(columns: Columns, rows: readonly Row[]): string {
  const names = Object.entries(columns);
  const heads = names.map(([name, type]) => `${kqlName(name)}: ${type}`).join(', ');
  const values = rows.map((row) => names.map(([name, type]) => literal(row[name] ?? null, type)).join(', '));
  return `datatable(${heads}) [\n${values.join(',\n')}\n]`;
}

function literal(value: WireValue, type: ScalarType): string {
  if (type === 'string') return kqlString(typeof value === 'string' ? value : '');
  if (value === null) return `${type}(null)`;
  return `${type}(${typeof value === 'object' ? JSON.stringify(value) : String(value)})`;
}
