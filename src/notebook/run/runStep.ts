/** Runs a `hunt` cell: an action on the session, or a detection as the KQL that it compiles to. */
import { isEmptyCell, parseHuntCell, type ParsedHuntCell } from '../../steps/huntCell.ts';
import { StepError, type ActionContext, type ActionStep, type DetectionStep } from '../../steps/step.ts';
import { assertedFinding } from '../assertedFinding.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CellOutcome, CellResult, CodeCell } from '../cell.ts';
import { cellError, compiledCell, stepComplaint } from '../cellChecks.ts';
import { queryOn } from '../queryOn.ts';
import { stepFiles } from '../stepFiles.ts';
import { failed, replacedTables, resultsOf, startClock, succeeded, unknownEngine } from './cellEnd.ts';
import { signalOf, tryOn, type CellRun, type RunContext } from './cellRun.ts';
import { lookedAtBy } from './lookedAt.ts';

/** Runs the step of the cell. */
export async function runStep(context: RunContext, cell: CodeCell, run: CellRun): Promise<CellOutcome> {
  const parsed = parseHuntCell(cell.text);
  if (!parsed.ok) return isEmptyCell(parsed) ? succeeded({}) : failed(parsed.errors);
  context.lets.set(run.key, []);
  const { step } = parsed;
  return step.kind === 'action'
    ? runAction(context, parsed, step, run)
    : runDetection(context, cell, parsed, step, run);
}

async function runAction(
  context: RunContext,
  parsed: ParsedHuntCell,
  step: ActionStep,
  run: CellRun,
): Promise<CellOutcome> {
  const { engine, folder, allowPath, allowUrl, loads, connections, published } = context;
  const { onProgress } = run;
  try {
    const actionContext: ActionContext = {
      engine,
      folder,
      allowPath,
      connections: connections.switchOf(run.key, run.signal),
      ...signalOf(run),
      ...(allowUrl !== undefined && { allowUrl }),
      ...(loads !== undefined && { loads }),
      ...(onProgress !== undefined && { onProgress }),
    };
    const { loaded, notices } = await step.run(parsed.args, actionContext);
    context.sources.add(loaded);
    for (const { name } of loaded) published.forget(name);
    return succeeded({ loaded, notices });
  } catch (error) {
    if (error instanceof StepError) return failed([stepComplaint(error, parsed)]);
    throw error;
  }
}

async function runDetection(
  context: RunContext,
  cell: CodeCell,
  parsed: ParsedHuntCell,
  step: DetectionStep,
  run: CellRun,
): Promise<CellOutcome> {
  const { folder, allowPath, published } = context;
  const home = context.connections.engineOf(run.key, cell.text);
  if (!home.ok) return unknownEngine(home);
  const { engine } = home;
  const { files, told } = stepFiles({
    folder,
    allowPath,
    local: context.engine,
    engine,
    published,
    schema: () => published.schemaOf(engine),
    ...signalOf(run),
  });
  const shown: string[] = [];
  const compiled = await tryOn(engine, context, run, async () => {
    if (engine.kind === 'local') shown.push(...(await lensesOf(step, parsed.args, context)));
    const compiledNow = await compiledCell(parsed, published.schemaOf(engine), files);
    return 'kql' in compiledNow ? { ok: true, value: compiledNow } : { ok: false, errors: compiledNow };
  });
  if (!compiled.ok) return failed(compiled.errors);
  const { kql, prepared } = compiled.value;
  const { loaded } = compiled;
  const clock = startClock(context);
  const outcome = await queryOn(context, engine, kql, signalOf(run));
  if (!outcome.ok) {
    const place = parsed.placeOf([]);
    return failed(outcome.errors.map((error) => ({ ...cellError(error, kql), ...place })));
  }
  const results = resultsOf(outcome, clock, context, engine, cell, kql);
  const under = await shownUnder(context, cell, prepared, step, engine, run);
  const lookAgain = () =>
    lookedAtBy(context, engine, step.looked?.(prepared, { schema: published.schemaOf(engine) }), run);
  const { findings, notices } = await assertedFinding(step, parsed.args, results, lookAgain, run.signal);
  return succeeded({
    results: [...results, ...under.results],
    loaded,
    findings,
    // Each of a step's queries tells what went along with it.
    notices: distinct([
      ...compiled.notices,
      ...shown,
      ...told(),
      ...outcome.notices,
      ...(results.at(-1)?.table.rowCount === 0 ? [] : under.notices),
      ...notices,
      ...replacedTables(results, context),
    ]),
  });
}

function distinct(notices: readonly string[]): readonly string[] {
  return [...new Set(notices)];
}

/** Makes what lenses show of the tables that the step reads where they are there. */
async function lensesOf(
  step: DetectionStep,
  args: unknown,
  { lenses }: RunContext,
): Promise<readonly string[]> {
  const notices: string[] = [];
  for (const table of step.reads?.(args) ?? []) {
    const notice = await lenses.make(table);
    if (notice !== undefined) notices.push(notice);
  }
  return notices;
}

/** What the step shows under its result. A query that fails takes nothing from the result: it is told. */
async function shownUnder(
  context: RunContext,
  cell: CodeCell,
  prepared: unknown,
  step: DetectionStep,
  engine: Engine,
  run: CellRun,
): Promise<{ readonly results: readonly CellResult[]; readonly notices: readonly string[] }> {
  const under = step.under?.(prepared, { schema: context.published.schemaOf(engine) });
  if (under === undefined) return { results: [], notices: [] };
  if (under.kind === 'notice') return { results: [], notices: [under.text] };
  const clock = startClock(context);
  const outcome = await queryOn(context, engine, under.kql, signalOf(run));
  run.signal?.throwIfAborted();
  if (!outcome.ok) {
    const why = outcome.errors[0]?.message ?? 'no reason';
    return { results: [], notices: [`What \`${step.verb}\` shows under its result failed: ${why}`] };
  }
  const results = resultsOf(outcome, clock, context, engine, cell, under.kql);
  if (results.some(({ table }) => table.rowCount > 0)) return { results, notices: outcome.notices };
  for (const { table } of results) await table.release();
  return { results: [], notices: [under.whenEmpty] };
}
