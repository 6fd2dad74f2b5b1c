/** `where`, `take`, `count`, `distinct`, `sample`, `serialize`, `as`, `render` and other operators that keep rows' shape. */
import { filterRows, select } from '../context.ts';
import type { Context } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { conditionSql, translateExpression } from '../expressions/translateExpression.ts';
import { keepAll } from '../relation.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { assignments } from './assignments.ts';
import { hoistingScope } from './operator.ts';
import { anyColumnCondition, hasAnyColumn } from './search.ts';

/** `where condition`. */
export function where(node: SyntaxNode, input: Relation, context: Context): Relation {
  const { scope, input: prepared, hidden } = hoistingScope(context, input);
  const conditionNode = node.child('Condition');
  const condition = hasAnyColumn(conditionNode)
    ? anyColumnCondition(conditionNode, scope)
    : conditionSql(translateExpression(conditionNode, scope));
  const filtered = filterRows(context, 'where', prepared(), `WHERE ${condition}`);
  if (hidden().length === 0) return filtered;
  return select(context, 'where', filtered.source, keepAll(filtered.columns), { isSorted: input.isSorted });
}

/** `take n`. */
export function take(node: SyntaxNode, input: Relation, context: Context): Relation {
  const count = translateExpression(node.child('Expression'), constantScope(context));
  return filterRows(context, 'take', input, `LIMIT ${count.sql}`);
}

/** `count`. */
export function count(node: SyntaxNode, input: Relation, context: Context): Relation {
  const name = node.knownColumns[0]?.name ?? 'Count';
  return select(context, 'count', input.source, [{ name, value: { sql: 'count(*)', type: 'long' } }]);
}

/** `distinct columns` or `distinct *`. */
export function distinct(node: SyntaxNode, input: Relation, context: Context): Relation {
  const expressions = node.list('Expressions');
  const scope = rowScope(context, input);
  const columns = expressions.some(({ kind }) => kind === 'StarExpression')
    ? keepAll(input.columns)
    : assignments(expressions, scope, node.columns);
  const rows = select(context, 'distinct', input.source, columns, { distinct: true });
  return { ...rows, uniqueBy: rows.columns.map(({ name }) => name) };
}

/** `sample n`: any rows will do, so it is random like Kusto's. */
export function sample(node: SyntaxNode, input: Relation, context: Context): Relation {
  const count = translateExpression(node.child('Expression'), constantScope(context));
  return filterRows(context, 'sample', input, `ORDER BY random() LIMIT ${count.sql}`, false);
}

/** `sample-distinct n of column`. */
export function sampleDistinct(node: SyntaxNode, input: Relation, context: Context): Relation {
  const count = translateExpression(node.child('Expression'), constantScope(context));
  const columns = assignments([node.child('OfExpression')], rowScope(context, input), node.columns);
  return select(context, 'sample_distinct', input.source, columns, {
    distinct: true,
    tail: `LIMIT ${count.sql}`,
  });
}

/** `as Name` in the middle of a query: the name stands for the rows so far. */
export function as(node: SyntaxNode, input: Relation, context: Context): Relation {
  const name = nameOf(node.child('Name'));
  const relation = { ...input, tableName: name };
  context.shared.aliases.set(name, relation);
  return relation;
}

/** Operators that change neither rows nor columns here. */
export function unchanged(_node: SyntaxNode, input: Relation): Relation {
  return input;
}
