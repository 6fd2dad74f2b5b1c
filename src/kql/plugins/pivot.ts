/** `pivot`: the values of one column become columns that hold an aggregate each. */
import { select } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { argumentsOf } from '../expressions/functionCall.ts';
import { nameOf } from '../expressions/paths.ts';
import { rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import type { Relation } from '../relation.ts';
import { nullLiteral, stringLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { ProbeNeeded, requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';

/** `evaluate pivot(column [, aggregate [, keys...]]) [: (schema)]`; the default aggregate is `count()`. */
export function pivot(call: PluginCall): Relation {
  const { input, context, schema } = call;
  const scope = rowScope(context, input);
  const pivotNode = requiredArgument(call, 0);
  const [, aggregateNode, ...keyNodes] = call.args;
  const value = castTo(translateExpression(pivotNode, scope), 'string');
  const aggregate: SqlExpression =
    aggregateNode === undefined
      ? { sql: 'count(*)', type: 'long' }
      : translateExpression(aggregateNode, { ...scope, aggregate: (sql, type) => ({ sql, type }) });
  const used = new Set([
    nameOf(pivotNode),
    ...(aggregateNode === undefined ? [] : argumentsOf(aggregateNode).flatMap(namesIn)),
  ]);
  const keyNames = new Set(keyNodes.map(nameOf));
  const keys = input.columns.filter(({ name }) =>
    keyNodes.length === 0 ? !used.has(name) : keyNames.has(name),
  );
  if (schema === undefined) {
    const own = keys.map(
      ({ name, type }, at) =>
        `SELECT ${at}::BIGINT AS position, ${stringLiteral(name)} AS name, ${stringLiteral(type)} AS type`,
    );
    const found = `SELECT DISTINCT ${keys.length}::BIGINT AS position, ${value.sql} AS name, ${stringLiteral(aggregate.type)} AS type FROM ${input.source}`;
    const probe = `SELECT name, type FROM (${[...own, found].join(' UNION ALL ')}) ORDER BY position, name`;
    throw new ProbeNeeded(context.tables.statement(probe), call);
  }
  const groups = context.tables.add(
    'pivot_groups',
    `SELECT ${[...keys.map(({ sql }) => sql), `${value.sql} AS "$pivot"`, `${aggregate.sql} AS "$value"`].join(', ')} FROM ${input.source} GROUP BY ${positions(keys.length + 1)}`,
  );
  // What the aggregate says of no rows stands where a group has none of a value: 0 for a count.
  const nothing = context.tables.add(
    'pivot_nothing',
    `SELECT ${aggregate.sql} AS "$nothing" FROM ${input.source} WHERE false`,
  );
  const columns = schema.map(({ name, type }) => {
    const key = keys.find((candidate) => candidate.name === name);
    if (key !== undefined) return { name, value: castTo({ sql: key.sql, type: key.type }, type) };
    const cell = `first("$value") FILTER (WHERE "$pivot" = ${stringLiteral(name)})`;
    const isFound = `bool_or("$pivot" = ${stringLiteral(name)})`;
    const sql = `CASE WHEN ${isFound} THEN ${cell} ELSE (SELECT "$nothing" FROM ${nothing}) END`;
    const filled = aggregate.type === 'string' ? `coalesce(${sql}, ${nullLiteral('string')})` : sql;
    return { name, value: castTo({ sql: filled, type: aggregate.type }, type) };
  });
  const tail = keys.length === 0 ? '' : `GROUP BY ${keys.map(({ sql }) => sql).join(', ')}`;
  return select(context, 'pivot', groups, columns, { tail });
}

function positions(count: number): string {
  return Array.from({ length: count }, (_, index) => index + 1).join(', ');
}

/** Names of columns that an expression reads. */
function namesIn(node: SyntaxNode): string[] {
  if (node.kind === 'NameReference') return [nameOf(node)];
  return [...node.children()].flatMap(namesIn);
}
