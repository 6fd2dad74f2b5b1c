/** Runs one cell of a notebook, by its language. */
import type { Engine, QueryOutcome, QueryResult } from '../engine/engine.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import type { LoadedTable } from '../data/loadedTable.ts';
import type { LoadServices } from '../data/loadServices.ts';
import type { ParameterValue } from '../kql/types.ts';
import { isEmptyCell, parseHuntCell, type ParsedHuntCell } from '../steps/huntCell.ts';
import { StepError, type ActionContext, type ActionStep, type DetectionStep } from '../steps/step.ts';
import type { SigmaQuery } from '../sigma/sigmaQuery.ts';
import { assertedFinding } from './assertedFinding.ts';
import type { CellError, CellOutcome, CellResult, CodeCell, Provenance } from './cell.ts';
import { cellError, compiledKql, errorOn, stepComplaint, wholeCell } from './cellChecks.ts';
import type { CellEngine, Connections } from './connections.ts';
import type { Finding } from './finding.ts';
import { lookedAtSentences } from './nothingFound.ts';
import { withMissingTables, type Attempt, type TableOrigins } from './missingTables.ts';
import type { PublishedLets } from './publishedLets.ts';
import { queryOn } from './queryOn.ts';
import type { PublishedResults } from './sentTables.ts';
import { lookedAtOfRule, queriesOfSigmaCell, sigmaCellErrors, sigmaFinding } from './sigmaCell.ts';
import { stepFiles } from './stepFiles.ts';

export interface RunContext extends TableOrigins {
  readonly engine: LocalEngine;
  readonly folder: string;
  readonly allowPath: ActionContext['allowPath'];
  readonly now: () => Date;
  readonly parameters: readonly ParameterValue[];
  readonly lets: PublishedLets;
  readonly connections: Connections;
  readonly published: PublishedResults;
  readonly allowUrl?: ActionContext['allowUrl'];
  readonly loads?: LoadServices;
}

interface CellRun {
  readonly key: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: ActionContext['onProgress'];
}

/** Runs the cell. Never rejects: an error that nobody foresaw is an error of the cell, too. */
export async function runCellIn(context: RunContext, cell: CodeCell, run: CellRun): Promise<CellOutcome> {
  if (run.signal?.aborted === true) return { status: 'cancelled' };
  try {
    return await runByLanguage(context, cell, run);
  } catch (error) {
    if (isAbort(error)) return { status: 'cancelled' };
    return failed(wholeCell(cell, 'unexpected', messageOf(error)));
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failed(errors: readonly CellError[]): CellOutcome {
  return { status: 'failed', errors };
}

async function runByLanguage(context: RunContext, cell: CodeCell, run: CellRun): Promise<CellOutcome> {
  switch (cell.language) {
    case 'kql':
    case 'sql':
      return runQuery(context, cell, run);
    case 'hunt':
      return runStep(context, cell, run);
    case 'sigma':
      return runSigma(context, cell, run);
  }
}

interface QueryRun {
  readonly results: readonly CellResult[];
  readonly lets: readonly string[];
  readonly notices: readonly string[];
}

async function runQuery(context: RunContext, cell: CodeCell, run: CellRun): Promise<CellOutcome> {
  if (cell.text.trim() === '') return succeeded({});
  const { engine: local, parameters, lets } = context;
  const options = { parameters, lets: lets.visibleTo(run.key, cell.text), ...signalOf(run) };
  const home: CellEngine =
    cell.language === 'sql' ? { ok: true, engine: local } : context.connections.engineOf(run.key, cell.text);
  if (!home.ok) return failed([unknownEngine(home)]);
  const { engine } = home;
  const attempt = async (): Promise<Attempt<QueryRun>> => {
    const clock = startClock(context);
    const outcome =
      cell.language === 'sql'
        ? withNotices(await local.sql(cell.text, options), context.published.cutNotices(cell.text))
        : await queryOn(context, engine, cell.text, options);
    if (!outcome.ok)
      return { ok: false, errors: outcome.errors.map((error) => errorOn(engine, error, cell.text)) };
    const results = withProvenance(outcome, clock, context, engine, cell);
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

/** Tables that no cell has made are looked for where the local engine runs the cell, and nowhere else. */
async function tryOn<T>(
  engine: Engine,
  context: RunContext,
  run: CellRun,
  attempt: () => Promise<Attempt<T>>,
): ReturnType<typeof withMissingTables<T>> {
  if (engine.kind === 'local') return withMissingTables(context, run, attempt);
  const tried = await attempt();
  return tried.ok ? { ...tried, loaded: [], notices: [] } : tried;
}

function unknownEngine({ message, start, length }: CellEngine & { readonly ok: false }): CellError {
  return { code: 'unknown-engine', message, start, length };
}

async function runStep(context: RunContext, cell: CodeCell, run: CellRun): Promise<CellOutcome> {
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
  if (!home.ok) return failed([unknownEngine(home)]);
  const { engine } = home;
  const { files, told } = stepFiles({
    folder,
    allowPath,
    local: context.engine,
    engine,
    schema: () => published.schemaOf(engine),
    ...signalOf(run),
  });
  const compiled = await tryOn(engine, context, run, async () => {
    const compiledNow = await compiledKql(parsed, published.schemaOf(engine), files);
    return typeof compiledNow === 'string'
      ? { ok: true, value: compiledNow }
      : { ok: false, errors: compiledNow };
  });
  if (!compiled.ok) return failed(compiled.errors);
  const { value: kql, loaded } = compiled;
  const clock = startClock(context);
  const outcome = await queryOn(context, engine, kql, signalOf(run));
  if (!outcome.ok) {
    const place = parsed.placeOf([]);
    return failed(outcome.errors.map((error) => ({ ...cellError(error, kql), ...place })));
  }
  const results = withProvenance(outcome, clock, context, engine, cell, kql);
  const lookAgain = () => lookedAt(context, engine, step, parsed.args, run);
  const { findings, notices } = await assertedFinding(step, parsed.args, results, lookAgain, run.signal);
  return succeeded({
    results,
    loaded,
    findings,
    notices: [
      ...compiled.notices,
      ...told(),
      ...outcome.notices,
      ...notices,
      ...replacedTables(results, context),
    ],
  });
}

/** Runs each rule of the cell; what matches is a finding of the rule. */
async function runSigma(context: RunContext, cell: CodeCell, run: CellRun): Promise<CellOutcome> {
  const { published, parameters, lets } = context;
  lets.set(run.key, []);
  if (cell.text.trim() === '') return succeeded({});
  const home = context.connections.engineOf(run.key, cell.text);
  if (!home.ok) return failed([unknownEngine(home)]);
  const { engine } = home;
  const compiled = await tryOn(engine, context, run, () => {
    const queries = queriesOfSigmaCell(cell, published.schemaOf(engine), parameters);
    return Promise.resolve(
      queries.ok
        ? { ok: true as const, value: queries.queries }
        : { ok: false as const, errors: sigmaCellErrors(queries.errors) },
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
    const shown = withProvenance(outcome, clock, context, engine, cell, query.kql);
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

/** What the step looked at, in sentences. */
async function lookedAt(
  context: RunContext,
  engine: Engine,
  step: DetectionStep,
  args: unknown,
  run: CellRun,
): Promise<readonly string[]> {
  const kql = step.looked?.(args, { schema: context.published.schemaOf(engine) });
  return lookedAtBy(context, engine, kql, run);
}

/** What a looked-at query tells, in sentences. */
async function lookedAtBy(
  context: RunContext,
  engine: Engine,
  kql: string | undefined,
  run: CellRun,
): Promise<readonly string[]> {
  if (kql === undefined) return [];
  const outcome = await queryOn(context, engine, kql, signalOf(run));
  if (!outcome.ok) return [`What it looked at is not known: ${outcome.errors[0]?.message ?? 'no reason'}`];
  const table = outcome.results.at(-1)?.table;
  if (table === undefined) return [];
  try {
    return await lookedAtSentences(table, run.signal);
  } finally {
    await table.release();
  }
}

function replacedTables(results: readonly CellResult[], { sources }: RunContext): readonly string[] {
  return results.flatMap(({ publishedAs }) =>
    publishedAs === undefined ? [] : (sources.replaced(publishedAs) ?? []),
  );
}

function signalOf({ signal }: CellRun): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

type Success = Omit<CellOutcome & { readonly status: 'ok' }, 'status'>;

function succeeded(outcome: Partial<Success>): CellOutcome {
  const { results = [], notices = [], findings = [] } = outcome;
  const loaded: readonly LoadedTable[] = outcome.loaded ?? [];
  return { status: 'ok', results, loaded, notices, findings };
}

function startClock({ now }: RunContext): { readonly startedAt: Date; readonly elapsedMs: () => number } {
  const startedAt = now();
  return { startedAt, elapsedMs: () => Math.max(0, now().getTime() - startedAt.getTime()) };
}

function withProvenance(
  outcome: QueryOutcome & { readonly ok: true },
  clock: ReturnType<typeof startClock>,
  { sources }: RunContext,
  engine: Engine,
  cell: CodeCell,
  kql?: string,
): readonly CellResult[] {
  const durationMs = clock.elapsedMs();
  const provenanceOf = ({ table }: QueryResult): Provenance => ({
    query: cell.text,
    language: cell.language,
    ...(kql !== undefined && { kql }),
    engine: engine.name,
    // The files behind local tables are no source of what a service answered.
    sources: engine.kind === 'local' ? sources.all() : [],
    startedAt: clock.startedAt.toISOString(),
    durationMs,
    rowCount: table.rowCount,
  });
  return outcome.results.map((result) => ({ ...result, provenance: provenanceOf(result) }));
}
