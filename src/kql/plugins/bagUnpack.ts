/** `bag_unpack`: the members of a dynamic bag become columns. */
import { select } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { nameOf } from '../expressions/paths.ts';
import { errorAt } from '../queryError.ts';
import { columnExpression } from '../relation.ts';
import type { Relation, RelationColumn } from '../relation.ts';
import { nullConstant } from '../expressions/literals.ts';
import { stringLiteral } from '../sql/literal.ts';
import type { Column } from '../types.ts';
import { ProbeNeeded, requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';

interface Options {
  readonly bag: SqlExpression;
  /** The input's columns but the bag. */
  readonly others: readonly RelationColumn[];
  readonly prefix: string;
  readonly conflict: 'error' | 'replace_source' | 'keep_source';
  readonly ignored: readonly string[];
}

/** `evaluate bag_unpack(Bag [, prefix [, columnsConflict [, ignoredProperties]]]) [: (schema)]`. */
export function bagUnpack(call: PluginCall): Relation {
  const { input, context, schema } = call;
  const options = optionsOf(call);
  if (schema === undefined) throw new ProbeNeeded(probeSql(call, options), call);
  const projections = schema.map((column) => ({ name: column.name, value: valueOf(column, options) }));
  return select(context, 'bag_unpack', input.source, projections, { isSorted: input.isSorted });
}

function optionsOf(call: PluginCall): Options {
  const bagNode = requiredArgument(call, 0);
  const bag = castTo(translateExpression(bagNode, rowScope(call.context, call.input)), 'dynamic');
  const bagName = nameOf(bagNode);
  const [, prefix, conflict, ignored] = call.args;
  const constant = (name: string, positional: typeof prefix): unknown => {
    const node = call.named.get(name) ?? positional;
    return node === undefined ? undefined : translateExpression(node, constantScope(call.context)).constant;
  };
  const mode = constant('columnsConflict', conflict) ?? 'error';
  if (mode !== 'error' && mode !== 'replace_source' && mode !== 'keep_source') {
    throw errorAt(
      call.node,
      'semantic',
      'invalid-argument',
      "columnsConflict is 'error', 'replace_source' or 'keep_source'.",
    );
  }
  const ignoredValue = constant('ignoredProperties', ignored);
  return {
    bag,
    others: call.input.columns.filter(({ name }) => name !== bagName),
    prefix: textOf(constant('OutputColumnPrefix', prefix)),
    conflict: mode,
    ignored: namesIn(ignoredValue),
  };
}

function textOf(constant: unknown): string {
  return typeof constant === 'string' ? constant : '';
}

function namesIn(constant: unknown): string[] {
  if (typeof constant !== 'object' || constant === null || !('json' in constant)) return [];
  return Array.isArray(constant.json) ? constant.json.map(String) : [];
}

/** SQL of the columns that the data hold: the input's own, then one for each member, by name. */
function probeSql(
  { input, context }: PluginCall,
  { bag, others, prefix, conflict, ignored }: Options,
): string {
  const own = others.map(
    ({ name, type }, index) =>
      `SELECT ${index}::BIGINT AS position, ${stringLiteral(name)} AS name, ${stringLiteral(type)} AS type, ${stringLiteral(type)} AS member`,
  );
  const members = `SELECT k, json_type(json_extract(bag, '/' || replace(replace(k, '~', '~0'), '/', '~1'))) AS t
    FROM (SELECT bag, unnest(json_keys(bag)) AS k FROM (SELECT ${bag.sql} AS bag FROM ${input.source}) WHERE json_type(bag) = 'OBJECT')`;
  const skipped = ignored.length === 0 ? '' : ` WHERE k NOT IN (${ignored.map(stringLiteral).join(', ')})`;
  const types = `SELECT ${stringLiteral(prefix)} || k AS name, ${inferredType} AS type FROM (${members})${skipped} GROUP BY k`;
  if (own.length === 0) return context.tables.statement(`SELECT name, type FROM (${types}) ORDER BY name`);
  const onBoth =
    conflict === 'error'
      ? `error('bag_unpack: the bag has a member named like the column ' || o.name || '; choose one with columnsConflict.')`
      : conflict === 'replace_source'
        ? 'm.type'
        : 'o.type';
  return context.tables.statement(
    `SELECT coalesce(o.name, m.name) AS name, CASE WHEN o.name IS NULL THEN m.type WHEN m.name IS NULL THEN o.type ELSE ${onBoth} END AS type
FROM (${own.join(' UNION ALL ')}) AS o FULL JOIN (${types}) AS m ON o.name = m.name ORDER BY o.position NULLS LAST, m.name`,
  );
}

/** One type when all members of that name share it; whole and broken numbers are reals together. */
const inferredType = `CASE
    WHEN bool_and(t IN ('BIGINT', 'UBIGINT') OR t = 'NULL') AND NOT bool_and(t = 'NULL') THEN 'long'
    WHEN bool_and(t IN ('BIGINT', 'UBIGINT', 'DOUBLE') OR t = 'NULL') AND NOT bool_and(t = 'NULL') THEN 'real'
    WHEN bool_and(t IN ('VARCHAR', 'NULL')) AND NOT bool_and(t = 'NULL') THEN 'string'
    WHEN bool_and(t IN ('BOOLEAN', 'NULL')) AND NOT bool_and(t = 'NULL') THEN 'bool'
    ELSE 'dynamic' END`;

function valueOf(column: Column, { bag, others, prefix, conflict, ignored }: Options): SqlExpression {
  const own = others.find(({ name }) => name === column.name);
  if (own !== undefined && conflict !== 'replace_source') return castTo(columnExpression(own), column.type);
  const member = column.name.startsWith(prefix) ? column.name.slice(prefix.length) : undefined;
  if (member === undefined || ignored.includes(member)) {
    return own === undefined ? nullConstant(column.type) : castTo(columnExpression(own), column.type);
  }
  const pointer = stringLiteral(`/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  const value: SqlExpression = {
    sql: `nullif(json_extract(${bag.sql}, ${pointer}), 'null')`,
    type: 'dynamic',
  };
  return castTo(value, column.type);
}
