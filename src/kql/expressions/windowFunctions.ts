/** Functions over a serialized row set. Rows are in their order already, so the windows need no ORDER BY of their own. */
import type { SqlExpression } from '../expression.ts';
import { convert } from '../functions/convert.ts';
import { errorAt } from '../queryError.ts';
import { longLiteral, nullLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { ScalarType } from '../types.ts';
import type { PlacedFunction } from './placedFunctions.ts';
import type { Scope } from './scope.ts';
import { booleanSql, translateExpression } from './translateExpression.ts';

export const windowFunctions: readonly (readonly [string, PlacedFunction])[] = [
  ['prev', neighbour('lag')],
  ['next', neighbour('lead')],
  ['row_number', rowNumber],
  ['row_cumsum', rowCumSum],
  ['row_rank_dense', rowRank(true)],
  ['row_rank_min', rowRank(false)],
  ['row_window_session', rowWindowSession],
];

function hoist(node: SyntaxNode, scope: Scope, sql: string, type: ScalarType, order?: string): SqlExpression {
  if (scope.hoist === undefined) {
    throw errorAt(node, 'unsupported', 'unsupported', 'Window functions are not supported at this place.');
  }
  return scope.hoist(sql, type, order);
}

function required(node: SyntaxNode, args: readonly SyntaxNode[], index: number): SyntaxNode {
  const arg = args[index];
  if (arg === undefined) throw errorAt(node, 'semantic', 'missing-argument', 'An argument is missing.');
  return arg;
}

function neighbour(sqlFunction: 'lag' | 'lead'): PlacedFunction {
  return (node, args, scope) => {
    const value = translateExpression(required(node, args, 0), scope);
    const offset = args[1] === undefined ? '1' : translateExpression(args[1], scope).sql;
    const fallback =
      args[2] === undefined ? nullLiteral(value.type) : translateExpression(args[2], scope).sql;
    return hoist(node, scope, `${sqlFunction}(${value.sql}, ${offset}, ${fallback}) OVER ()`, value.type);
  };
}

/** Numbers the runs between restarts, so that a window can be partitioned by them. */
function restartGroup(node: SyntaxNode, restart: SyntaxNode | undefined, scope: Scope): string {
  if (restart === undefined) return '';
  const condition = booleanSql(translateExpression(restart, scope));
  const group = hoist(
    node,
    scope,
    `count(*) FILTER (WHERE ${condition}) OVER (ROWS UNBOUNDED PRECEDING)`,
    'long',
  );
  return `PARTITION BY ${group.sql} `;
}

/** The row's position, by which partitioned windows keep the order of the rows. */
function position(node: SyntaxNode, scope: Scope): string {
  return hoist(node, scope, 'row_number() OVER ()', 'long').sql;
}

function rowNumber(node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  const start = args[0] === undefined ? longLiteral(1n) : translateExpression(args[0], scope).sql;
  const group = restartGroup(node, args[1], scope);
  const place = group === '' ? undefined : position(node, scope);
  const over = place === undefined ? '' : `${group}ORDER BY ${place}`;
  return hoist(node, scope, `row_number() OVER (${over}) - 1 + ${start}`, 'long', place);
}

function rowCumSum(node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  const value = translateExpression(required(node, args, 0), scope);
  const group = restartGroup(node, args[1], scope);
  const place = group === '' ? undefined : position(node, scope);
  const order = place === undefined ? '' : `ORDER BY ${place} `;
  const sum = `sum(${value.sql}) OVER (${group}${order}ROWS UNBOUNDED PRECEDING)`;
  const type = value.type === 'int' ? 'long' : value.type;
  const cast = type === 'real' || type === 'decimal' ? sum : `CAST(${sum} AS BIGINT)`;
  return hoist(node, scope, `coalesce(${cast}, 0)`, type, place);
}

function rowRank(isDense: boolean): PlacedFunction {
  return (node, args, scope) => {
    const term = translateExpression(required(node, args, 0), scope);
    const group = restartGroup(node, args[1], scope);
    const rowPosition = position(node, scope);
    const order = `OVER (${group}ORDER BY ${rowPosition})`;
    const startsRank = hoist(
      node,
      scope,
      `CASE WHEN ${term.sql} IS DISTINCT FROM lag(${term.sql}) ${order} OR row_number() ${order} = 1 THEN 1 ELSE 0 END`,
      'long',
      rowPosition,
    );
    const dense = `sum(${startsRank.sql}) ${order}`;
    if (isDense) return hoist(node, scope, `CAST(${dense} AS BIGINT)`, 'long', rowPosition);
    const within = hoist(node, scope, `row_number() ${order}`, 'long', rowPosition);
    return hoist(
      node,
      scope,
      `max(CASE WHEN ${startsRank.sql} = 1 THEN ${within.sql} END) ${order}`,
      'long',
      rowPosition,
    );
  };
}

/**
 * The start of the session that a row belongs to: a session ends when the next value is further than
 * `MaxDistanceBetweenNeighbors` from the last or than `MaxDistanceFromFirst` from its first. The second rule looks
 * back at where the session began, which a window cannot, so one call walks all values in their order.
 */
function rowWindowSession(node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  const value = translateExpression(required(node, args, 0), scope);
  const [fromFirst, between] = [1, 2].map((index) =>
    convert(translateExpression(required(node, args, index), scope), 'timespan'),
  );
  const restart = args[3] === undefined ? 'false' : booleanSql(translateExpression(args[3], scope));
  const place = position(node, scope);
  if (scope.hoistList === undefined) return hoist(node, scope, 'NULL', value.type);
  const values = `string_agg(coalesce(CAST(${value.sql} AS VARCHAR), ''), ',' ORDER BY ${place})`;
  const restarts = `string_agg(CASE WHEN ${restart} THEN '1' ELSE '0' END, '' ORDER BY ${place})`;
  const starts = `kql_sessions(${values}, ${restarts}, ${fromFirst ?? ''}, ${between ?? ''})`;
  return scope.hoistList(`TRY_CAST(string_split(${starts}, ',') AS BIGINT[])`, value.type, place);
}
