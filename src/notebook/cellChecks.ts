/** What can be said of a cell without running it: its errors, and the KQL behind it. */
import type { Engine, QueryOptions } from '../engine/engine.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import type { KqlError } from '../kql/errors.ts';
import type { ParameterValue, Schema } from '../kql/types.ts';
import { isEmptyCell, parseHuntCell, type ParsedHuntCell } from '../steps/huntCell.ts';
import {
  compiledStep,
  MissingTableError,
  StepError,
  type CompiledStep,
  type FileAccess,
} from '../steps/step.ts';
import type { CellError, CodeCell } from './cell.ts';
import type { CellEngine, Connections } from './connections.ts';
import { makeMissing, type TableOrigins } from './missingTables.ts';
import { explained } from './queryOn.ts';
import type { PublishedResults } from './sentTables.ts';
import { diagnoseSigmaCell, kqlOfQueries, queriesOfSigmaCell } from './sigmaCell.ts';

/** The KQL that the cell runs; errors where the cell is broken or its step acts instead of detecting. */
export async function kqlOfCell(
  cell: CodeCell,
  schema: Schema,
  files: FileAccess,
  parameters: readonly ParameterValue[] = [],
): Promise<string | readonly CellError[]> {
  switch (cell.language) {
    case 'kql':
      return cell.text;
    case 'hunt': {
      const parsed = parseHuntCell(cell.text);
      if (!parsed.ok) return parsed.errors;
      return compiledKql(parsed, schema, files);
    }
    case 'sql':
      return wholeCell(cell, 'no-kql', 'A SQL cell runs as SQL; there is no KQL behind it.');
    case 'sigma': {
      const compiled = queriesOfSigmaCell(cell, schema, parameters, true);
      return compiled.ok ? kqlOfQueries(compiled.queries) : compiled.errors;
    }
  }
}

/** The KQL of a detection step, ending in `| as` where the cell names its result. */
export async function compiledKql(
  ...cell: Parameters<typeof compiledCell>
): Promise<string | readonly CellError[]> {
  const compiled = await compiledCell(...cell);
  return 'kql' in compiled ? compiled.kql : compiled;
}

/** The same, with what the step prepared for its other questions. */
export async function compiledCell(
  parsed: ParsedHuntCell,
  schema: Schema,
  files: FileAccess,
): Promise<CompiledStep | readonly CellError[]> {
  const { step, args, as } = parsed;
  if (step.kind === 'action') {
    return [
      {
        code: 'no-kql',
        message: `\`${step.verb}\` acts on the session; there is no KQL behind it.`,
        ...parsed.placeOf([]),
      },
    ];
  }
  try {
    const compiled = await compiledStep(step, args, files, { schema });
    const kql = compiled.kql.trimEnd().replace(/;$/, '');
    return { ...compiled, kql: as === undefined ? kql : named(kql, as) };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    const complaint = stepComplaint(error, parsed);
    if (as === undefined || complaint.missingTable !== as) return [complaint];
    const message = `\`as: ${as}\` names the result of this cell, so the cell cannot read it. Name a table that a cell above makes.`;
    return [{ ...complaint, message }];
  }
}

/** The query with its result named; `render` stays last, where Kusto wants it. */
function named(kql: string, as: string): string {
  const render = /\n\| render [^\n]*$/.exec(kql)?.[0] ?? '';
  return `${kql.slice(0, kql.length - render.length)}\n| as ${as}${render}`;
}

/** A step's complaint at its argument's place in the cell. */
export function stepComplaint(error: StepError, parsed: ParsedHuntCell): CellError {
  const { code, message } = error;
  const missing = error instanceof MissingTableError && { missingTable: error.table };
  return { code, message, ...parsed.placeOf(error.path), ...missing };
}

/** What the step advises to change, at its place in the cell. */
export function adviceOf({ step, args, placeOf }: ParsedHuntCell): readonly CellError[] {
  const advice = step.kind === 'detection' ? (step.advise?.(args) ?? []) : [];
  return advice.map(({ message, path, replacements }) => ({
    code: 'advice',
    message,
    ...placeOf(path),
    suggestions: replacements,
    isWarning: true,
  }));
}

/** An error that is about the cell as a whole. */
export function wholeCell(cell: CodeCell, code: string, message: string): readonly CellError[] {
  return [{ code, message, start: 0, length: cell.text.length }];
}

/** A query's error as one of the cell with this text. */
export function cellError(error: KqlError, text: string): CellError {
  const { code, message, start, length, suggestions } = error;
  const missingTable = unknownNameCodes.has(code) ? plainName(text.slice(start, start + length)) : undefined;
  return {
    code,
    message,
    start,
    length,
    ...(suggestions !== undefined && { suggestions }),
    ...(missingTable !== undefined && { missingTable }),
  };
}

/** A query's error on that engine: a table that a service does not have is not looked for among the logs here. */
export function errorOn(engine: Engine, error: KqlError, text: string): CellError {
  const { missingTable, ...found } = cellError(error, text);
  return engine.kind !== 'local' || missingTable === undefined ? found : { ...found, missingTable };
}

/** Codes of errors at a name that may be a table's: Kusto's two, and that of a sql cell. */
const unknownNameCodes: ReadonlySet<string> = new Set(['KS142', 'KS204', 'sql-semantic']);

/** The name that stands as `Name`, `"Name"` or `['Name']`; undefined where the text is no single name. */
function plainName(text: string): string | undefined {
  return /^(?:\[\s*)?(["']?)([^"'\n]+)\1(?:\s*\])?$/.exec(text.trim())?.[2];
}

/** What a check needs of the session. */
export interface CheckContext extends Omit<TableOrigins, 'sources'> {
  readonly engine: LocalEngine;
  readonly folder: string;
  readonly connections: Connections;
  readonly published: PublishedResults;
}

async function diagnoseRemote(
  cell: CodeCell,
  remote: Engine,
  { engine: local, published }: CheckContext,
  options: QueryOptions,
): Promise<readonly CellError[]> {
  const lets = [...published.declarations(remote), ...(options.lets ?? [])];
  const errors = await remote.diagnose(cell.text, { ...options, lets });
  return explained(errors, cell.text, local.schema(), remote).map((error) =>
    errorOn(remote, error, cell.text),
  );
}

/**
 * What is wrong with the cell, by all that is known without running it. A table that a run will load from beside the
 * notebook is no mistake, nor can anything be said of its columns before that; one that a lens makes is made.
 */
export async function diagnoseCell(
  cell: CodeCell,
  context: CheckContext,
  options: QueryOptions,
  key = cell.text,
): Promise<readonly CellError[]> {
  const { engine, beside, lenses, folder, published, connections } = context;
  const home: CellEngine =
    cell.language === 'sql' ? { ok: true, engine } : connections.engineOf(key, cell.text);
  if (!home.ok)
    return [{ code: 'unknown-engine', message: home.message, start: home.start, length: home.length }];
  if (cell.language === 'kql') {
    if (cell.text.trim() === '') return [];
    if (home.engine.kind !== 'local') return diagnoseRemote(cell, home.engine, context, options);
    const checked = await engine.check(cell.text, options);
    if (checked.ok) return [];
    const ofCell = (error: KqlError) => cellError(error, cell.text);
    const errors = checked.errors.map(ofCell);
    if (await beside.hasOneOf(errors)) {
      return checked.errors.filter(({ kind }) => kind === 'syntax').map(ofCell);
    }
    const made = await makeMissing(lenses, errors);
    return made.length === 0 ? errors : diagnoseCell(cell, context, options, key);
  }
  if (cell.language === 'sql') return [];
  if (cell.language === 'sigma') {
    const tables = [...published.schemaOf(home.engine).tables, ...lenses.knownTables()];
    return diagnoseSigmaCell(cell, { tables }, options.parameters ?? []);
  }
  const parsed = parseHuntCell(cell.text);
  if (!parsed.ok) return isEmptyCell(parsed) ? [] : parsed.errors;
  if (parsed.step.kind === 'action') return [];
  const advice = adviceOf(parsed);
  const isLocal = home.engine.kind === 'local';
  const { tables: there } = published.schemaOf(home.engine);
  const tables = isLocal ? [...there, ...lenses.knownTables()] : there;
  // Nobody is asked while typing: what a path outside the workspace would say, a run says.
  const files = { folder, allowPath: () => Promise.resolve(false) };
  const compiled = await compiledKql(parsed, { tables }, files);
  if (typeof compiled === 'string' || (isLocal && (await beside.hasOneOf(compiled)))) return advice;
  return [...compiled.filter(({ code }) => code !== 'path-not-allowed'), ...advice];
}
