/** Runs a step that reads files, as the notebook does, with what it told and provided. */
import type { ResultTable } from '../../../src/engine/result.ts';
import type { WireValue } from '../../../src/kql/types.ts';
import { StepError, type DetectionStep } from '../../../src/steps/step.ts';
import type { Row, Workbench } from './workbench.ts';

export interface PreparedRun {
  readonly rows: readonly Row[];
  readonly notices: readonly string[];
  readonly kql: string;
}

export interface PreparedOptions {
  readonly folder: string;
  readonly isRemote?: boolean;
  readonly allowPath?: (path: string) => Promise<boolean>;
  /** Why each query that the step asks before it compiles fails. */
  readonly failing?: string;
}

export async function runPrepared<Args, Prepared>(
  bench: Workbench,
  step: DetectionStep<Args, Prepared>,
  args: unknown,
  { folder, isRemote = false, allowPath = () => Promise.resolve(false), failing }: PreparedOptions,
): Promise<PreparedRun> {
  const notices: string[] = [];
  const prepared = await step.prepare?.(step.arguments.parse(args), {
    folder,
    allowPath,
    isRemote,
    notice: (text) => notices.push(text),
    session: {
      schema: () => bench.engine.schema(),
      query: (kql) =>
        failing === undefined ? tableOf(bench, kql) : Promise.reject(new StepError(failing, [], 'query')),
    },
    ...(!isRemote && {
      provide: (name, columns, rows) =>
        bench.table(
          name,
          Object.fromEntries(columns.map((column) => [column.name, column.type])),
          rows.map((row) => rowFrom(columns, row)),
        ),
    }),
  });
  if (prepared === undefined) throw new Error(`${step.verb} prepares nothing.`);
  const kql = step.compile(prepared, { schema: bench.engine.schema() });
  return { rows: isRemote ? [] : await bench.query(kql), notices, kql };
}

async function tableOf(bench: Workbench, kql: string): Promise<ResultTable> {
  const outcome = await bench.engine.query(kql);
  const table = outcome.ok ? outcome.results.at(-1)?.table : undefined;
  if (table === undefined) throw new Error(`No result: ${JSON.stringify(outcome)}`);
  return table;
}

function rowFrom(columns: readonly { readonly name: string }[], row: readonly WireValue[]): Row {
  return Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]));
}
