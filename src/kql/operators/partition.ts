/** `partition by column (subquery)` and `__partitionby column (subquery)`: the subquery runs on each group of rows. */
import { Names, select, TableExpressions } from '../context.ts';
import type { Context } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { columnExpression } from '../relation.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { continueFrom } from './mvApply.ts';

/** Returns the results of all groups. */
export function partition(node: SyntaxNode, input: Relation, context: Context): Relation {
  const by = node.optional('ByExpression') ?? node.child('Entity');
  const { sql: key, type } = translateExpression(by, rowScope(context, input));
  const groups = context.tables.add('partitions', `SELECT DISTINCT ${key} AS "$key" FROM ${input.source}`);
  const operand = node.optional('Operand') ?? node;
  const query = operand.optional('Query');
  const names = new Names(context.names);
  // A subquery with a table of its own, in braces, sees of the partition only its key.
  if (query !== undefined && by.kind === 'NameReference') {
    names.set(nameOf(by), { kind: 'scalar', value: () => ({ sql: 'o."$key"', type }) });
  }
  const nested: Context = { ...context, names, tables: new TableExpressions([]) };
  const rows = nested.tables.add('part', `FROM ${input.source} WHERE ${key} IS NOT DISTINCT FROM o."$key"`);
  const subquery = query ?? operand.child('Subquery');
  const result = continueFrom(subquery, { ...input, source: rows }, nested);
  const lateral = nested.tables.statement(`FROM ${result.source}`);
  const columns = result.columns.map((column) => ({
    name: column.name,
    value: { ...columnExpression(column), sql: `s.${column.sql}` },
  }));
  return select(context, 'partition', `${groups} AS o, LATERAL (\n${lateral}\n) AS s`, columns);
}
