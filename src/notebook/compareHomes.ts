/** *Same cell, two homes*: one cell run locally and on a remote engine, and the rows that only one of them gave. */
import type { Engine, QueryOptions } from '../engine/engine.ts';
import type { ResultTable } from '../engine/result.ts';
import type { KqlError } from '../kql/errors.ts';
import type { CellError, CellOutcome, CodeCell } from './cell.ts';
import { errorOn, wholeCell } from './cellChecks.ts';
import { withMissingTables, type Attempt } from './missingTables.ts';
import { queryOn } from './queryOn.ts';
import type { RunContext } from './run/cellRun.ts';

interface Home {
  readonly table: ResultTable;
  readonly notices: readonly string[];
}

export interface Comparison {
  readonly cell: CodeCell;
  /** What both homes run. */
  readonly kql: string;
  readonly remote: Engine;
  readonly lets: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Returns the difference as the outcome of a cell: a result with `OnlyIn` (`local` or `remote`), `Copies` and the cell's
 * own columns, empty where both gave the same rows in whatever order. Publishes nothing.
 */
export async function compareHomes(context: RunContext, comparison: Comparison): Promise<CellOutcome> {
  const { cell, kql, remote, lets, signal } = comparison;
  const { engine: local, now } = context;
  const options = {
    parameters: context.parameters,
    lets,
    isPrivate: true,
    ...(signal !== undefined && { signal }),
  };
  const startedAt = now();
  const here = await withMissingTables(context, options, () => homeOf(context, local, kql, options));
  if (!here.ok) return failed('local', here.errors, cell);
  try {
    const there = await homeOf(context, remote, kql, options);
    if (!there.ok) return failed(remote.name, there.errors, cell);
    try {
      const { table, unshared } = await local.difference(
        here.value.table,
        there.value.table,
        ['local', 'remote'],
        signal,
      );
      const provenance = {
        query: cell.text,
        language: cell.language,
        ...(cell.language !== 'kql' && { kql }),
        engine: `${local.name} and ${remote.name}`,
        sources: context.sources.all(),
        startedAt: startedAt.toISOString(),
        durationMs: Math.max(0, now().getTime() - startedAt.getTime()),
        rowCount: table.rowCount,
      };
      const notices = [
        verdict(here.value.table, there.value.table, table.rowCount, remote),
        ...unsharedNotices(unshared),
        ...here.notices,
        ...there.value.notices,
      ];
      return { status: 'ok', results: [{ table, provenance }], loaded: here.loaded, notices, findings: [] };
    } finally {
      await there.value.table.release();
    }
  } finally {
    await here.value.table.release();
  }
}

async function homeOf(
  context: RunContext,
  engine: Engine,
  kql: string,
  options: QueryOptions,
): Promise<Attempt<Home>> {
  const outcome = await queryOn(context, engine, kql, options);
  const refused = (errors: readonly KqlError[]): Attempt<Home> => ({
    ok: false,
    errors: errors.map((error) => errorOn(engine, error, kql)),
  });
  if (!outcome.ok) return refused(outcome.errors);
  const last = outcome.results.at(-1);
  for (const { table } of outcome.results) if (table !== last?.table) await table.release();
  if (last === undefined) {
    const message = 'The cell has no query whose rows could be compared.';
    return refused([{ kind: 'semantic', code: 'no-query', message, start: 0, length: kql.length }]);
  }
  return { ok: true, value: { table: last.table, notices: outcome.notices } };
}

/** Places in a step's KQL are none in its cell. */
function failed(home: string, errors: readonly CellError[], cell: CodeCell): CellOutcome {
  return {
    status: 'failed',
    errors: errors.flatMap((error) => {
      const told = { ...error, message: `On ${home}: ${error.message}` };
      return cell.language === 'kql' ? [told] : wholeCell(cell, told.code, told.message);
    }),
  };
}

function verdict(here: ResultTable, there: ResultTable, differences: number, remote: Engine): string {
  const rows = (count: number): string => (count === 1 ? '1 row' : `${count.toLocaleString('en-US')} rows`);
  const cut =
    there.cut === undefined
      ? ''
      : ' The remote result was cut, so rows that it did not give show as local only.';
  if (differences === 0)
    return `The local engine and ${remote.name} gave the same ${rows(here.rowCount)}.${cut}`;
  return `The local engine gave ${rows(here.rowCount)}, ${remote.name} ${rows(there.rowCount)}; ${rows(differences)} below differ.${cut}`;
}

function unsharedNotices(unshared: readonly string[]): readonly string[] {
  if (unshared.length === 0) return [];
  return [
    `The columns differ: ${unshared.join(', ')}. Rows were compared by the columns that both have, as text where the types differ.`,
  ];
}
