/** `activity_counts_metrics`: how many events and ids each window of time has, and how many ids are new in it. */
import type { SqlExpression } from '../expression.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { stored } from '../operators/operator.ts';
import type { Relation } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import type { Column } from '../types.ts';
import { requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';

/** `evaluate activity_counts_metrics(id, time, start, end, window [, dimensions...])`. */
export function activityCountsMetrics(call: PluginCall): Relation {
  const { input, context } = call;
  const scope = rowScope(context, input);
  const column = (index: number): SqlExpression => translateExpression(requiredArgument(call, index), scope);
  const constant = (index: number): string =>
    translateExpression(requiredArgument(call, index), constantScope(context)).sql;
  const [id, time] = [column(0), column(1)];
  const [start, end, window] = [constant(2), constant(3), constant(4)];
  const dimensions = call.args.slice(5).map((node) => {
    const value = translateExpression(node, scope);
    return { name: nameOf(node), type: value.type, sql: value.sql };
  });
  const keys = dimensions.map(({ name }) => identifier(name));
  const list = keys.map((key) => `${key}, `).join('');
  const events = context.tables.add(
    'activity',
    `SELECT ${dimensions.map(({ sql }, index) => `${sql} AS ${keys[index] ?? ''}, `).join('')}${id.sql} AS "$id",
    ${start} + (${time.sql} - ${start}) // ${window} * ${window} AS "$window" FROM ${input.source} WHERE ${time.sql} BETWEEN ${start} AND ${end}`,
  );
  const firsts = context.tables.add(
    'first_seen',
    `SELECT ${list}"$id", min("$window") AS "$window" FROM ${events} GROUP BY ALL`,
  );
  const fresh = context.tables.add(
    'new_ids',
    `SELECT ${list}"$window", count(*) AS "$new" FROM ${firsts} GROUP BY ALL`,
  );
  const counts = context.tables.add(
    'windows',
    `SELECT ${list}"$window", count(*) AS "$count", count(DISTINCT "$id") AS "$ids" FROM ${events} GROUP BY ALL`,
  );
  const timeName = nameOf(requiredArgument(call, 1));
  const columns: Column[] = [
    { name: timeName, type: time.type },
    ...dimensions.map(({ name, type }) => ({ name, type })),
    ...['count', 'dcount', 'new_dcount', 'aggregated_dcount'].map((name) => ({
      name,
      type: 'long' as const,
    })),
  ];
  const partition = keys.length === 0 ? '' : `PARTITION BY ${keys.map((key) => `c.${key}`).join(', ')} `;
  const on = ['"$window"', ...keys].map((key) => `f.${key} IS NOT DISTINCT FROM c.${key}`).join(' AND ');
  const sql = `SELECT c."$window" AS ${identifier(timeName)}, ${keys.map((key) => `c.${key}, `).join('')}"$count" AS "count", "$ids" AS "dcount",
    coalesce("$new", 0) AS "new_dcount", CAST(sum(coalesce("$new", 0)) OVER (${partition}ORDER BY c."$window") AS BIGINT) AS "aggregated_dcount"
    FROM ${counts} AS c LEFT JOIN ${fresh} AS f ON ${on} ORDER BY c."$window"`;
  return stored(context, 'activity_counts', sql, columns, true);
}
