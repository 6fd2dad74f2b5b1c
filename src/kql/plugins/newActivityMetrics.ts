/** `new_activity_metrics`: how many of the ids first seen in one window come back in each later one. */
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { columnExpression } from '../relation.ts';
import type { Relation, RelationColumn } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { translateTable } from '../tables/translateTable.ts';
import { invalid } from './arguments.ts';
import { requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';
import { placeOn, timelineOf, timelineResult, timeSql, windowsOf } from './timeline.ts';
import type { Timeline } from './timeline.ts';

/** `evaluate new_activity_metrics(id, time, start, end, window [, cohort] [, dimensions...] [, lookback table])`. */
export function newActivityMetrics(call: PluginCall): Relation {
  const { cohortNode, dimensions, lookbackNode } = partsOf(call);
  const line = timelineOf(call, dimensions);
  const [start, end] = [2, 3].map((index) => placeOn(line, call, requiredArgument(call, index)).sql);
  const period = `"$time" BETWEEN ${start ?? ''} AND ${end ?? ''}`;
  const windows = windowsOf(line, call, requiredArgument(call, 4), start ?? '');
  const { tables } = call.context;
  const known = lookbackNode === undefined ? '' : ` AND "$id" NOT IN (${knownIds(call, lookbackNode)})`;
  const seen = tables.add(
    'seen',
    `SELECT DISTINCT ${line.keys()}"$id", ${windows.of('"$time"')} AS "$to" FROM ${line.events} WHERE ${period}${known}`,
  );
  const firsts = tables.add(
    'first_seen',
    `SELECT ${line.keys()}"$id", min("$to") AS "$from" FROM ${seen} GROUP BY ALL`,
  );
  const kept = tables.add(
    'retained',
    `SELECT ${line.keys('s')}"$from", "$to", count(*) AS "$kept" FROM ${seen} AS s JOIN ${firsts} AS f ON f."$id" = s."$id"${line.sameKeys('f', 's')} GROUP BY ALL`,
  );
  const cohorts = tables.add(
    'cohorts',
    `SELECT ${line.keys()}"$from", count(*) AS "$size" FROM ${firsts} GROUP BY ALL`,
  );
  const all = tables.add(
    'periods',
    `SELECT unnest(${windows.from(windows.of(start ?? ''), `${end ?? ''} - ${windows.of(start ?? '')} + 1`)}) AS "$to"`,
  );
  const pairs = tables.add(
    'pairs',
    `SELECT ${line.keys('c')}c."$from", a."$to", c."$size", coalesce(k."$kept", 0) AS "$kept" FROM ${cohorts} AS c JOIN ${all} AS a ON a."$to" >= c."$from"
    LEFT JOIN ${kept} AS k ON k."$from" = c."$from" AND k."$to" = a."$to"${line.sameKeys('k', 'c')}`,
  );
  // Whoever was first seen after the cohort is new to it; to its own window all of the cohort are.
  const fresh = tables.add(
    'fresh',
    `SELECT *, CASE WHEN "$from" = "$to" THEN "$size" ELSE ${laterCohorts(line)} END AS "$new" FROM ${pairs}`,
  );
  const only =
    cohortNode === undefined ? '' : ` WHERE "$from" = ${windows.of(placeOn(line, call, cohortNode).sql)}`;
  const sql = `SELECT ${timeSql(line, '"$from"')}, ${timeSql(line, '"$to"')}, ${line.keys()}CAST("$new" AS BIGINT), "$kept", "$size" - "$kept",
    "$kept" / CAST("$size" AS DOUBLE), ("$size" - "$kept") / CAST("$size" AS DOUBLE) FROM ${fresh}${only} ORDER BY "$from", "$to"`;
  return timelineResult(
    line,
    call,
    sql,
    [`from_${line.time.name}`, `to_${line.time.name}`],
    [
      { name: 'dcount_new_values', type: 'long' },
      { name: 'dcount_retained_values', type: 'long' },
      { name: 'dcount_churn_values', type: 'long' },
      { name: 'retention_rate', type: 'real' },
      { name: 'churn_rate', type: 'real' },
    ],
  );
}

function laterCohorts(line: Timeline): string {
  return `coalesce(sum("$kept") OVER (PARTITION BY ${line.keys()}"$to" ORDER BY "$from" DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)`;
}

interface Parts {
  readonly cohortNode: SyntaxNode | undefined;
  readonly dimensions: readonly SyntaxNode[];
  readonly lookbackNode: SyntaxNode | undefined;
}

/** What follows the window: a constant is the cohort, columns are dimensions, a table holds the ids known before. */
function partsOf(call: PluginCall): Parts {
  const names = new Set(call.input.columns.map(({ name }) => name));
  const isColumn = (node: SyntaxNode): boolean => node.kind === 'NameReference' && names.has(nameOf(node));
  const rest = call.args.slice(5);
  const last = rest.at(-1);
  const lookbackNode = last?.isTabular === true && !isColumn(last) ? last : undefined;
  const others = lookbackNode === undefined ? rest : rest.slice(0, -1);
  const [first] = others;
  const cohortNode = first !== undefined && !isColumn(first) ? first : undefined;
  return { cohortNode, dimensions: cohortNode === undefined ? others : others.slice(1), lookbackNode };
}

/** SQL of the ids that a table holds: in its column of the id's name, or in its only column. */
function knownIds(call: PluginCall, node: SyntaxNode): string {
  const table = translateTable(node, call.context);
  const idNode = requiredArgument(call, 0);
  const named = table.columns.find(({ name }) => name === nameOf(idNode));
  const column = named ?? (table.columns.length === 1 ? table.columns[0] : undefined);
  if (column === undefined) throw invalid(node, `The table of known ids has no column '${nameOf(idNode)}'.`);
  return `SELECT ${castTo(columnExpression(column), idType(call, idNode) ?? column.type).sql} AS known FROM ${table.source} WHERE known IS NOT NULL`;
}

function idType({ input }: PluginCall, node: SyntaxNode): RelationColumn['type'] | undefined {
  return input.columns.find(({ name }) => name === nameOf(node))?.type;
}
