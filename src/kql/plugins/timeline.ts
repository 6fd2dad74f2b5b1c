/** What the plugins that follow ids over time share: the events, the analysis period and its windows. */
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { nameProjections } from '../operators/naming.ts';
import { stored } from '../operators/operator.ts';
import { unsupportedAt } from '../queryError.ts';
import { relationColumns } from '../relation.ts';
import type { Relation } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { startOf } from '../time/sql.ts';
import type { Period } from '../time/sql.ts';
import { ticksPer } from '../time/ticks.ts';
import type { Column } from '../types.ts';
import { invalid, numberOf } from './arguments.ts';
import { requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';

/** A plugin that must walk more windows than this is refused: each event would count in every one of them. */
const maxWindows = 100_000;

export interface Timeline {
  /** The step that has the columns `"$id"`, `"$time"` and those of the dimensions. */
  readonly events: string;
  readonly time: Column;
  readonly dimensions: readonly (Column & { readonly sql: string })[];
  /** Whole numbers (ticks), else reals. */
  readonly isWhole: boolean;
  /** SQL of the dimensions of `alias`, each with a comma after it. */
  keys(alias?: string): string;
  /** SQL that the dimensions of two aliases are the same, after an AND. */
  sameKeys(left: string, right: string): string;
}

/** Returns the timeline of a call that begins with the id and the time; `dimensions` are its last arguments. */
export function timelineOf(call: PluginCall, dimensionNodes: readonly SyntaxNode[]): Timeline {
  const { input, context } = call;
  const scope = rowScope(context, input);
  const timeNode = requiredArgument(call, 1);
  const [id, time] = [requiredArgument(call, 0), timeNode].map((node) => translateExpression(node, scope));
  if (id === undefined || time === undefined) throw unsupportedAt(call.node, `${call.name}() without a time`);
  const dimensions = dimensionNodes.map((node, index) => {
    const { type, sql } = translateExpression(node, scope);
    return { name: nameOf(node), type, value: sql, sql: identifier(`$d${index + 1}`) };
  });
  const isWhole = time.type !== 'real' && time.type !== 'decimal';
  const list = dimensions.map(({ value, sql }) => `${value} AS ${sql}, `).join('');
  const at = castTo(time, wholeOrReal(isWhole, time)).sql;
  const events = context.tables.add(
    'events',
    `SELECT ${list}${id.sql} AS "$id", ${at} AS "$time" FROM ${input.source} WHERE ${id.sql} IS NOT NULL AND ${time.sql} IS NOT NULL`,
  );
  return {
    events,
    time: { name: nameOf(timeNode), type: time.type },
    dimensions,
    isWhole,
    keys: (alias) =>
      dimensions.map(({ sql }) => `${alias === undefined ? '' : `${alias}.`}${sql}, `).join(''),
    sameKeys: (left, right) =>
      dimensions.map(({ sql }) => ` AND ${left}.${sql} IS NOT DISTINCT FROM ${right}.${sql}`).join(''),
  };
}

function wholeOrReal(isWhole: boolean, time: SqlExpression): SqlExpression['type'] {
  if (!isWhole) return 'real';
  return time.type === 'int' ? 'long' : time.type;
}

/** Returns a constant argument as a place on the timeline or, with `isLength`, a length along it. */
export function placeOn(line: Timeline, call: PluginCall, node: SyntaxNode, isLength = false): SqlExpression {
  const value = translateExpression(node, constantScope(call.context));
  const isDatetime = line.time.type === 'datetime';
  if (isDatetime && value.type === 'datetime') return value;
  const type = isDatetime
    ? isLength
      ? 'timespan'
      : 'datetime'
    : line.time.type === 'timespan'
      ? 'timespan'
      : 'long';
  return castTo(value, line.isWhole ? type : 'real');
}

/** From when to when events are looked at. */
export interface AnalysisPeriod {
  /** The events' step. */
  readonly events: string;
  readonly start: string;
  readonly end: string;
  /** Columns of that step that `start` and `end` name, each with a comma after it. */
  readonly edges: string;
}

/** Returns the period that a start and an end describe or, without them, that of all events. */
export function periodOf(line: Timeline, call: PluginCall, nodes: readonly SyntaxNode[]): AnalysisPeriod {
  const [start, end] = nodes.map((node) => placeOn(line, call, node).sql);
  if (start !== undefined && end !== undefined) return { events: line.events, start, end, edges: '' };
  const events = call.context.tables.add(
    'period',
    `SELECT *, min("$time") OVER () AS "$start", max("$time") OVER () AS "$end" FROM ${line.events}`,
  );
  return { events, start: '"$start"', end: '"$end"', edges: '"$start", "$end", ' };
}

/** The windows of an analysis: of one size from its start on, or the weeks, months or years of the calendar. */
export interface Windows {
  /** SQL of where the window that holds `time` begins. */
  of(time: string): string;
  /** SQL of where the window before the one that begins at `start` begins. */
  before(start: string): string;
  /** SQL of a list of windows: from the one that begins at `first`, as far as `length` goes. */
  from(first: string, length: string): string;
}

/** Returns the windows that an argument describes; `start` is where the analysis begins. */
export function windowsOf(line: Timeline, call: PluginCall, node: SyntaxNode, start: string): Windows {
  const { constant } = translateExpression(node, constantScope(call.context));
  if (typeof constant === 'string') return calendarWindows(constant, line, node);
  const size = placeOn(line, call, node, true);
  const length = numberOf(size.constant);
  if (length !== undefined && length <= 0) throw invalid(node, `${call.name}() needs a window above zero.`);
  return {
    of: (time) => windowStart(line, time, start, size.sql),
    before: (first) => `(${first} - ${size.sql})`,
    from: (first, reach) =>
      `list_transform(${steps(`ceil((${reach}) / CAST(${size.sql} AS DOUBLE))`, call)}, lambda n: ${first} + n * ${size.sql})`,
  };
}

/** Written out, since the macros for bins take no subquery, which a start may be. */
function windowStart({ isWhole }: Timeline, time: string, start: string, size: string): string {
  return isWhole
    ? `(${time} - ((${time} - ${start}) % ${size} + ${size}) % ${size})`
    : `(${start} + floor((${time} - ${start}) / ${size}) * ${size})`;
}

function calendarWindows(word: string, line: Timeline, node: SyntaxNode): Windows {
  const period = (['week', 'month', 'year'] as const).find((known): boolean => known === word);
  if (period === undefined || line.time.type !== 'datetime') {
    throw invalid(node, `The window is a length, or 'week', 'month' or 'year' along a datetime.`);
  }
  return {
    of: (time) => startOf(period, time),
    before: (first) => startOf(period, first, '-1'),
    from: (first, reach) => calendarStarts(period, first, reach),
  };
}

function calendarStarts(period: Period, first: string, reach: string): string {
  const days = `range(CAST(ceil((${reach}) / ${ticksPer.day}.0) AS BIGINT))`;
  return `list_distinct(list_transform(${days}, lambda n: ${startOf(period, `(${first} + n * ${ticksPer.day})`)}))`;
}

/** SQL of the numbers from 0 to below a count, which is refused when it is run with too large a one. */
function steps(count: string, { name }: PluginCall): string {
  const message = `'${name}: the analysis has more than ${maxWindows} windows; take a larger window.'`;
  return `range(CASE WHEN ${count} > ${maxWindows} THEN error(${message}) ELSE CAST(${count} AS BIGINT) END)`;
}

/** Returns the relation of a SELECT whose columns, whatever their names in it, are times, the dimensions and measures. */
export function timelineResult(
  line: Timeline,
  call: PluginCall,
  sql: string,
  times: readonly string[],
  measures: readonly Column[],
): Relation {
  const drafts: Column[] = [
    ...times.map((name) => ({ name, type: line.time.type })),
    ...line.dimensions.map(({ name, type }) => ({ name, type })),
    ...measures,
  ];
  const named = nameProjections(
    drafts.map(({ name, type }) => ({ name, value: { sql: '', type } })),
    call.node.columns,
  );
  const columns = relationColumns(named.map(({ name, value }) => ({ name, type: value.type })));
  const list = columns.map((column) => column.sql).join(', ');
  return stored(call.context, call.name, `FROM (${sql}) AS result(${list})`, columns, true);
}

/** SQL of a time of the events in the type of the timeline's column. */
export function timeSql(line: Timeline, sql: string): string {
  return castTo({ sql, type: line.isWhole ? 'long' : 'real' }, line.time.type).sql;
}

/** The arguments from `first` on that are columns of the input, and those before them. */
export function splitDimensions(
  call: PluginCall,
  first: number,
): { readonly settings: readonly SyntaxNode[]; readonly dimensions: readonly SyntaxNode[] } {
  const names = new Set(call.input.columns.map(({ name }) => name));
  const rest = call.args.slice(first);
  const at = rest.findIndex((node) => node.kind === 'NameReference' && names.has(nameOf(node)));
  return at < 0
    ? { settings: rest, dimensions: [] }
    : { settings: rest.slice(0, at), dimensions: rest.slice(at) };
}
