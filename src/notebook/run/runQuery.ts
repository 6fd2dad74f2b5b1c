/** Runs a `kql` cell on its engine, or a `sql` cell on the local tables. */
import type { QueryOutcome } from '../../engine/engine.ts';
import type { CellOutcome, CellResult, CodeCell } from '../cell.ts';
import { errorOn } from '../cellChecks.ts';
import type { CellEngine } from '../connections.ts';
import type { Attempt } from '../missingTables.ts';
import { queryOn } from '../queryOn.ts';
import { failed, replacedTables, resultsOf, startClock, succeeded, unknownEngine } from './cellEnd.ts';
import { signalOf, tryOn, type CellRun, type RunContext } from './cellRun.ts';

interface QueryRun {
  readonly results: readonly CellResult[];
  readonly lets: readonly string[];
  readonly notices: readonly string[];
}

/** Runs the query; statements of a cell without one are handed on to the cells after it. */
export async function runQuery(context: RunContext, cell: CodeCell, run: CellRun): Promise<CellOutcome> {
  if (cell.text.trim() === '') return succeeded({});
  const { engine: local, parameters, lets } = context;
  const options = { parameters, lets: lets.visibleTo(run.key, cell.text), ...signalOf(run) };
  const home: CellEngine =
    cell.language === 'sql' ? { ok: true, engine: local } : context.connections.engineOf(run.key, cell.text);
  if (!home.ok) return unknownEngine(home);
  const { engine } = home;
  const attempt = async (): Promise<Attempt<QueryRun>> => {
    const clock = startClock(context);
    const outcome =
      cell.language === 'sql'
        ? withNotices(await local.sql(cell.text, options), context.published.cutNotices(cell.text))
        : await queryOn(context, engine, cell.text, options);
    if (!outcome.ok)
      return { ok: false, errors: outcome.errors.map((error) => errorOn(engine, error, cell.text)) };
    const results = resultsOf(outcome, clock, context, engine, cell);
    return { ok: true, value: { results, lets: outcome.lets, notices: outcome.notices } };
  };
  const tried = await tryOn(engine, context, run, attempt);
  if (!tried.ok) return failed(tried.errors);
  const { value, loaded, notices } = tried;
  // Only a cell without a query hands its statements on; those of a query are its own business.
  lets.set(run.key, value.results.length === 0 ? value.lets : []);
  const { results } = value;
  return succeeded({
    results,
    loaded,
    notices: [...notices, ...value.notices, ...replacedTables(results, context)],
  });
}

function withNotices(outcome: QueryOutcome, notices: readonly string[]): QueryOutcome {
  return outcome.ok ? { ...outcome, notices: [...notices, ...outcome.notices] } : outcome;
}
