/** `funnel_sequence` and `funnel_sequence_completion`: ids that pass through states one after another. */
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { jsonOf } from '../functions/convert.ts';
import { stored } from '../operators/operator.ts';
import { relationColumns } from '../relation.ts';
import type { Relation } from '../relation.ts';
import { longLiteral, stringLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { parseTimespan } from '../time/parseTimespan.ts';
import type { Column, JsonValue } from '../types.ts';
import { invalid } from './arguments.ts';
import { requiredArgument } from './plugin.ts';
import type { Plugin, PluginCall } from './plugin.ts';
import { placeOn, timelineOf, timeSql, windowsOf } from './timeline.ts';

/** As many ids as Kusto shows of each row. */
const maxSamples = 128;

/**
 * `evaluate funnel_sequence(id, time, start, end, step window, window, state, sequence)`, by what came before and after.
 * Events of one state in a row count as one, as the documented results do.
 */
export const funnelBetween: Plugin = (call) => funnel(call, ['prev', 'next']);

/** The second result of `funnel_sequence`: by what came before. */
export const funnelBefore: Plugin = (call) => funnel(call, ['prev']);

/** The third result of `funnel_sequence`: by what came after. */
export const funnelAfter: Plugin = (call) => funnel(call, ['next']);

function funnel(call: PluginCall, sides: readonly ('prev' | 'next')[]): Relation {
  const { context } = call;
  const line = timelineOf(call, [requiredArgument(call, 6)]);
  const place = (index: number, isLength = false): string =>
    placeOn(line, call, requiredArgument(call, index), isLength).sql;
  const [start, end, stepWindow] = [place(2), place(3), place(4, true)];
  const windows = windowsOf(line, call, requiredArgument(call, 5), start);
  const state = line.dimensions[0] ?? { type: 'string' as const };
  const sequence = texts(call, 7);
  const order = 'OVER (PARTITION BY "$id" ORDER BY "$time", "$d1")';
  const isCollapsed = sequence.every((text, index) => text !== sequence[index - 1]);
  const events = context.tables.add(
    'states',
    `SELECT * FROM ${line.events} WHERE "$time" BETWEEN ${start} AND ${end}${isCollapsed ? ` QUALIFY lag("$d1") ${order} IS DISTINCT FROM "$d1"` : ''}`,
  );
  const text = castTo({ sql: '"$d1"', type: state.type }, 'string').sql;
  const steps = sequence.map(
    (_text, index) =>
      `lead(${text}, ${index}) ${order} AS "$s${index}", lead("$time", ${index}) ${order} AS "$t${index}"`,
  );
  const around = context.tables.add(
    'around',
    `SELECT *, ${steps.join(', ')}, lag("$d1") ${order} AS "prev", lead("$d1", ${sequence.length}) ${order} AS "next" FROM ${events}`,
  );
  const matches = sequence.map((word, index) => {
    const isNear = index === 0 ? '' : ` AND "$t${index}" - "$t${index - 1}" <= ${stepWindow}`;
    return `"$s${index}" = ${stringLiteral(word)}${isNear}`;
  });
  const values = sides.map((side) => (state.type === 'string' ? `coalesce("${side}", '')` : `"${side}"`));
  const id = idOf(call);
  const sql = `SELECT ${timeSql(line, windows.of('"$time"'))}, ${values.join(', ')}, count(DISTINCT "$id") AS ids,
    to_json(list_sort(list(DISTINCT ${jsonOf(id)}))[1:${maxSamples}]) FROM ${around} WHERE ${matches.join(' AND ')}
    GROUP BY ${[1, ...sides.map((_side, index) => index + 2)].join(', ')} ORDER BY 1, ids DESC, ${values.join(', ')}`;
  return resultOf(call, sql, [
    { name: line.time.name, type: line.time.type },
    ...sides.map((name) => ({ name, type: state.type })),
    { name: 'dcount', type: 'long' },
    { name: 'samples', type: 'dynamic' },
  ]);
}

/**
 * `evaluate funnel_sequence_completion(id, time, start, end, window, state, sequence, longest times)`: how many ids come
 * as far as each state within each time since the first.
 */
export function funnelSequenceCompletion(call: PluginCall): Relation {
  const { context } = call;
  const stateNode = requiredArgument(call, 5);
  const line = timelineOf(call, [stateNode]);
  const [start, end] = [2, 3].map((index) => placeOn(line, call, requiredArgument(call, index)).sql);
  const windows = windowsOf(line, call, requiredArgument(call, 4), start ?? '');
  const sequence = texts(call, 6);
  const text = castTo({ sql: '"$d1"', type: line.dimensions[0]?.type ?? 'string' }, 'string').sql;
  const steps = sequence.map((word) =>
    context.tables.add(
      'reached',
      `SELECT DISTINCT "$id", "$time" FROM ${line.events} WHERE "$time" BETWEEN ${start ?? ''} AND ${end ?? ''} AND ${text} = ${stringLiteral(word)}`,
    ),
  );
  // The earliest chain that begins with an event is the shortest one that does.
  const chain = steps.reduce(
    (from, step, index) =>
      index === 0
        ? `SELECT "$id", "$time" AS "$t0" FROM ${step}`
        : `SELECT f.*, s."$time" AS "$t${index}" FROM (${from}) AS f ASOF LEFT JOIN ${step} AS s ON s."$id" = f."$id" AND s."$time" > f."$t${index - 1}"`,
    '',
  );
  const chains = context.tables.add('chains', chain);
  const reached = sequence.map(
    (word, index) => `{'n': ${index}, 'state': ${stringLiteral(word)}, 'took': "$t${index}" - "$t0"}`,
  );
  const periods = lengths(call, 7);
  const spread = context.tables.add(
    'funnel',
    `SELECT "$id", ${windows.of('"$t0"')} AS "$window", "$period", unnest([${reached.join(', ')}]) AS "$step" FROM ${chains}, (SELECT unnest([${periods.map(longLiteral).join(', ')}]) AS "$period")`,
  );
  const sql = `SELECT ${timeSql(line, '"$window"')}, "$step".state, "$period", count(DISTINCT "$id") FILTER (WHERE "$step".took <= "$period")
    FROM ${spread} GROUP BY "$window", "$period", "$step".n, "$step".state ORDER BY "$window", "$period", "$step".n`;
  return resultOf(call, sql, [
    { name: line.time.name, type: line.time.type },
    { name: nameOf(stateNode), type: 'string' },
    { name: 'Period', type: 'timespan' },
    { name: 'dcount', type: 'long' },
  ]);
}

function idOf(call: PluginCall): SqlExpression {
  const { type } = translateExpression(requiredArgument(call, 0), rowScope(call.context, call.input));
  return { sql: '"$id"', type };
}

function resultOf(call: PluginCall, sql: string, result: readonly Column[]): Relation {
  const columns = relationColumns(result);
  const names = columns.map((column) => column.sql).join(', ');
  return stored(call.context, 'funnel', `FROM (${sql}) AS result(${names})`, columns, true);
}

function arrayOf(call: PluginCall, node: SyntaxNode): readonly JsonValue[] {
  const { constant } = translateExpression(node, constantScope(call.context));
  const json = typeof constant === 'object' && constant !== null ? constant.json : undefined;
  if (!Array.isArray(json) || json.length === 0)
    throw invalid(node, `${call.name}() takes a constant array here.`);
  const items: readonly JsonValue[] = json;
  return items;
}

function texts(call: PluginCall, index: number): string[] {
  const node = requiredArgument(call, index);
  return arrayOf(call, node).map((item) => {
    if (typeof item === 'object') throw invalid(node, 'The sequence holds states, not arrays or bags.');
    return String(item);
  });
}

function lengths(call: PluginCall, index: number): bigint[] {
  const node = requiredArgument(call, index);
  return arrayOf(call, node).map((item) => {
    const length =
      typeof item === 'number'
        ? BigInt(Math.trunc(item))
        : typeof item === 'string'
          ? parseTimespan(item)
          : null;
    if (length === null)
      throw invalid(node, 'The longest times are timespans, or numbers along a timeline of numbers.');
    return length;
  });
}
