/** `toscalar(query)`: the first column of the first row. */
import type { SqlExpression } from '../expression.ts';
import { errorAt } from '../queryError.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { isTable } from '../tables/letStatement.ts';
import { translateTable } from '../tables/translateTable.ts';
import type { Scope } from './scope.ts';
import { translateExpression } from './translateExpression.ts';

/** Returns the single value of a query; of no rows, null. */
export function translateToScalar(node: SyntaxNode, scope: Scope): SqlExpression {
  const query = node.child('Expression');
  if (!isTable(query)) return translateExpression(query, scope);
  return firstValue(translateTable(query, scope.context), query);
}

/** Returns the first column of the relation's first row. */
export function firstValue(relation: Relation, node: SyntaxNode): SqlExpression {
  const [column] = relation.columns;
  if (column === undefined) throw errorAt(node, 'semantic', 'no-columns', 'The query has no column.');
  const sql = `(SELECT ${column.sql} FROM ${relation.source} LIMIT 1)`;
  return { sql: column.type === 'string' ? `coalesce(${sql}, '')` : sql, type: column.type };
}

/** Returns the value of `materialize(value)`, which is the value. */
export function translateToScalarOf(
  node: SyntaxNode,
  args: readonly SyntaxNode[],
  scope: Scope,
): SqlExpression {
  const [arg] = args;
  if (arg === undefined)
    throw errorAt(node, 'semantic', 'missing-argument', 'materialize() takes one argument.');
  return isTable(arg) ? firstValue(translateTable(arg, scope.context), arg) : translateExpression(arg, scope);
}
