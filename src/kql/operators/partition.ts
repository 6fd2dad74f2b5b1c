/** `partition by column (subquery)`: the subquery runs on each group of rows. */
import { select, TableExpressions } from '../context.ts';
import type { Context } from '../context.ts';
import { rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { columnExpression } from '../relation.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { continueFrom } from './mvApply.ts';

/** Returns the results of all groups. */
export function partition(node: SyntaxNode, input: Relation, context: Context): Relation {
  const key = translateExpression(node.child('ByExpression'), rowScope(context, input)).sql;
  const groups = context.tables.add('partitions', `SELECT DISTINCT ${key} AS "$key" FROM ${input.source}`);
  const nested: Context = { ...context, tables: new TableExpressions([]) };
  const rows = nested.tables.add('part', `FROM ${input.source} WHERE ${key} IS NOT DISTINCT FROM o."$key"`);
  const operand = node.child('Operand');
  const subquery = operand.optional('Subquery') ?? operand.child('Query');
  const result = continueFrom(subquery, { ...input, source: rows }, nested);
  const lateral = nested.tables.statement(`FROM ${result.source}`);
  const columns = result.columns.map((column) => ({
    name: column.name,
    value: { ...columnExpression(column), sql: `s.${column.sql}` },
  }));
  return select(context, 'partition', `${groups} AS o, LATERAL (\n${lateral}\n) AS s`, columns);
}
