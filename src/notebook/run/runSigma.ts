/** Runs a `sigma` cell: each of its rules as a query. */
import type { Engine } from '../../engine/engine.ts';
import type { SigmaQuery } from '../../sigma/sigmaQuery.ts';
import type { CellOutcome, CellResult, CodeCell } from '../cell.ts';
import { cellError } from '../cellChecks.ts';
import type { Finding } from '../finding.ts';
import { queryOn } from '../queryOn.ts';
import { lookedAtOfRule, queriesOfSigmaCell, sigmaFinding } from '../sigmaCell.ts';
import { failed, replacedTables, resultsOf, startClock, succeeded, unknownEngine } from './cellEnd.ts';
import { signalOf, tryOn, type CellRun, type RunContext } from './cellRun.ts';
import { lookedAtBy } from './lookedAt.ts';

/** Runs each rule of the cell; what matches is a finding of the rule. */
export async function runSigma(context: RunContext, cell: CodeCell, run: CellRun): Promise<CellOutcome> {
  const { published, parameters, lets } = context;
  lets.set(run.key, []);
  if (cell.text.trim() === '') return succeeded({});
  const home = context.connections.engineOf(run.key, cell.text);
  if (!home.ok) return unknownEngine(home);
  const { engine } = home;
  const compiled = await tryOn(engine, context, run, () => {
    const queries = queriesOfSigmaCell(cell, published.schemaOf(engine), parameters);
    return Promise.resolve(
      queries.ok
        ? { ok: true as const, value: queries.queries }
        : { ok: false as const, errors: queries.errors },
    );
  });
  if (!compiled.ok) return failed(compiled.errors);
  const results: CellResult[] = [];
  const findings: Finding[] = [];
  const notices: string[] = [...compiled.notices];
  for (const query of compiled.value) {
    const clock = startClock(context);
    const outcome = await queryOn(context, engine, query.kql, signalOf(run));
    if (!outcome.ok) {
      const start = cell.text.length - cell.text.trimStart().length;
      const place = { start, length: cell.text.trim().split('\n', 1)[0]?.length ?? 0 };
      return failed(outcome.errors.map((error) => ({ ...cellError(error, query.kql), ...place })));
    }
    const shown = resultsOf(outcome, clock, context, engine, cell, query.kql);
    results.push(...shown);
    notices.push(...query.notices, ...outcome.notices, ...replacedTables(shown, context));
    const last = shown.at(-1);
    const finding = last && (await sigmaFinding(query, last, run.signal));
    if (finding !== undefined) findings.push(finding);
    else notices.push(await nothingMatched(context, engine, query, run));
  }
  return succeeded({ results, loaded: compiled.loaded, findings, notices });
}

async function nothingMatched(
  context: RunContext,
  engine: Engine,
  query: SigmaQuery,
  run: CellRun,
): Promise<string> {
  const lookedAt = await lookedAtBy(context, engine, lookedAtOfRule(query), run);
  return [`\`${query.title}\` matched nothing.`, ...lookedAt].join(' ');
}
