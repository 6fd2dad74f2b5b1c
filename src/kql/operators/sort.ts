/** `sort by` and `top`: Kusto orders descending by default, nulls last when descending and first when ascending. */
import { filterRows, select } from '../context.ts';
import type { Context } from '../context.ts';
import { constantScope } from '../expressions/scope.ts';
import type { Scope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { keepAll } from '../relation.ts';
import type { Relation } from '../relation.ts';
import { sqlTypes } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { hoistingScope } from './operator.ts';

/** Returns one ORDER BY term. */
export function orderTerm(node: SyntaxNode, scope: Scope): string {
  const isOrdered = node.kind === 'OrderedExpression';
  const value = translateExpression(isOrdered ? node.child('Expression') : node, scope);
  const ordering = isOrdered ? node.optional('Ordering') : undefined;
  const isAscending = ordering?.optional('AscOrDescKeyword')?.text === 'asc';
  const nulls = ordering?.optional('NullsClause')?.child('FirstOrLastKeyword').text;
  const isNullsFirst = nulls === undefined ? isAscending : nulls === 'first';
  // DuckDB takes a bare literal for a column's position, or refuses it.
  const key = value.constant === undefined ? value.sql : `CAST(${value.sql} AS ${sqlTypes[value.type]})`;
  return `${key} ${isAscending ? 'ASC' : 'DESC'} NULLS ${isNullsFirst ? 'FIRST' : 'LAST'}`;
}

/** `sort by expression [asc|desc] [nulls first|last], ...`. */
export function sort(node: SyntaxNode, input: Relation, context: Context): Relation {
  return ordered(context, input, node.list('Expressions'), '');
}

/** `top n by expression`. */
export function top(node: SyntaxNode, input: Relation, context: Context): Relation {
  const count = translateExpression(node.child('Expression'), constantScope(context));
  return ordered(context, input, [node.child('ByExpression')], ` LIMIT ${count.sql}`);
}

function ordered(context: Context, input: Relation, terms: readonly SyntaxNode[], tail: string): Relation {
  const { scope, input: prepared, hidden } = hoistingScope(context, input);
  const order = terms.map((term) => orderTerm(term, scope)).join(', ');
  const sorted = filterRows(context, 'sort', prepared(), `ORDER BY ${order}${tail}`, true);
  if (hidden().length === 0) return sorted;
  return select(context, 'sort', sorted.source, keepAll(sorted.columns), { isSorted: true });
}
