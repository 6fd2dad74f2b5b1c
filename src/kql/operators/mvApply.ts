/** `mv-apply`: a subquery over the elements of each row's arrays. */
import { select, TableExpressions } from '../context.ts';
import type { Context } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { columnExpression } from '../relation.ts';
import type { Projection, Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { applySteps, stepsOf, translateTable } from '../tables/translateTable.ts';
import { expand, expansionsOf } from './mvExpand.ts';
import { parameterNode } from './operator.ts';

/** `mv-apply [with_itemindex=Name] a = expression [to typeof(type)] [limit n] on (subquery)`. */
export function mvApply(node: SyntaxNode, input: Relation, context: Context): Relation {
  const expansions = expansionsOf(node, input, context);
  const indexNode = parameterNode(node, 'with_itemindex');
  const limitNode = node.optional('RowLimitClause')?.child('RowLimit');
  const nested: Context = { ...context, tables: new TableExpressions([]) };
  // The row itself, one row from the outer query, is what the subquery starts from. Its elements stay together and in
  // order, so aggregates need not be told an order until the subquery sorts.
  const row = nested.tables.add('row', `SELECT ${input.columns.map(({ sql }) => `o.${sql}`).join(', ')}`);
  const expanded = expand({ ...input, source: row, isSorted: false }, expansions, nested, {
    index: indexNode === undefined ? undefined : nameOf(indexNode),
    limit: limitNode === undefined ? undefined : translateExpression(limitNode, constantScope(context)).sql,
  });
  const subquery = node.child('Subquery').child('Expression');
  const result = continueFrom(subquery, expanded, nested);
  const produced = new Set(result.columns.map(({ name }) => name));
  const expandedNames = new Set(expansions.map(({ name }) => name));
  const columns: Projection[] = [
    ...input.columns
      .filter(({ name }) => !produced.has(name) && !expandedNames.has(name))
      .map((column) => ({ name: column.name, value: outer(column.sql, column.type) })),
    ...result.columns.map((column) => ({
      name: column.name,
      value: { ...columnExpression(column), sql: `s.${column.sql}` },
    })),
  ];
  const order = node.columns?.map(({ name }) => name) ?? [];
  const lateral = nested.tables.statement(`SELECT *, row_number() OVER () AS "$step" FROM ${result.source}`);
  const numbered = `(SELECT *, row_number() OVER () AS "$row" FROM ${input.source})`;
  const from = `${numbered} AS o, LATERAL (\n${lateral}\n) AS s`;
  // A lateral join keeps no order, and the subquery's order is often the point of it.
  return select(context, 'mv_apply', from, inOrder(columns, order), {
    tail: 'ORDER BY "$row", "$step"',
    isSorted: input.isSorted,
  });
}

function outer(sql: string, type: Projection['value']['type']): Projection['value'] {
  return { sql: `o.${sql}`, type };
}

function inOrder(columns: readonly Projection[], order: readonly string[]): Projection[] {
  const rank = (name: string): number => {
    const at = order.indexOf(name);
    return at < 0 ? order.length : at;
  };
  return [...columns].sort((a, b) => rank(a.name) - rank(b.name));
}

/** Returns the result of a subquery whose first operator takes the given rows. */
export function continueFrom(subquery: SyntaxNode, input: Relation, context: Context): Relation {
  const { first, steps } = stepsOf(subquery);
  return first.kind.endsWith('Operator')
    ? applySteps([first, ...steps], input, context)
    : applySteps(steps, translateTable(first, context), context);
}
