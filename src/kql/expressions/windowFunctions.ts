/** Functions over a serialized row set. Rows are in their order already, so the windows need no ORDER BY of their own. */
import type { SqlExpression } from '../expression.ts';
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

function hoist(node: SyntaxNode, scope: Scope, sql: string, type: ScalarType): SqlExpression {
  if (scope.hoist === undefined) {
    throw errorAt(node, 'unsupported', 'unsupported', 'Window functions are not supported at this place.');
  }
  return scope.hoist(sql, type);
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
  const over = group === '' ? '' : `${group}ORDER BY ${position(node, scope)}`;
  return hoist(node, scope, `row_number() OVER (${over}) - 1 + ${start}`, 'long');
}

function rowCumSum(node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  const value = translateExpression(required(node, args, 0), scope);
  const group = restartGroup(node, args[1], scope);
  const order = group === '' ? '' : `ORDER BY ${position(node, scope)} `;
  const sum = `sum(${value.sql}) OVER (${group}${order}ROWS UNBOUNDED PRECEDING)`;
  const type = value.type === 'int' ? 'long' : value.type;
  const cast = type === 'real' || type === 'decimal' ? sum : `CAST(${sum} AS BIGINT)`;
  return hoist(node, scope, `coalesce(${cast}, 0)`, type);
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
    );
    const dense = `sum(${startsRank.sql}) ${order}`;
    if (isDense) return hoist(node, scope, `CAST(${dense} AS BIGINT)`, 'long');
    const within = hoist(node, scope, `row_number() ${order}`, 'long');
    return hoist(node, scope, `max(CASE WHEN ${startsRank.sql} = 1 THEN ${within.sql} END) ${order}`, 'long');
  };
}

/**
 * The start of the session that a row belongs to: a session ends when the next value is further than
 * `MaxDistanceBetweenNeighbors` from the last or than `MaxDistanceFromFirst` from its first. The second rule looks
 * back at where the session began, which a plain window cannot, so sessions are folded over the ordered list of rows.
 */
function rowWindowSession(node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  const value = translateExpression(required(node, args, 0), scope);
  const fromFirst = translateExpression(required(node, args, 1), scope).sql;
  const between = translateExpression(required(node, args, 2), scope).sql;
  const restart = args[3] === undefined ? 'false' : booleanSql(translateExpression(args[3], scope));
  const index = position(node, scope);
  const seen = hoist(
    node,
    scope,
    `list({'v': ${value.sql}, 'r': coalesce(${restart}, false)}) OVER ()`,
    'dynamic',
  );
  const starts = `list_reduce(list_transform(${seen.sql}, lambda e: [{'s': e.v, 'v': e.v, 'r': e.r}]), lambda a, b: list_append(a, {'s': CASE WHEN b[1].r OR b[1].v - a[-1].s > ${fromFirst} OR b[1].v - a[-1].v > ${between} THEN b[1].v ELSE a[-1].s END, 'v': b[1].v, 'r': b[1].r}))`;
  return hoist(node, scope, `(${starts})[${index}].s`, value.type);
}
