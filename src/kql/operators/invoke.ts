/** `invoke function(arguments)`: the rows so far are the function's first argument. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import { enrichments } from '../enrichments.ts';
import { argumentsOf } from '../expressions/functionCall.ts';
import { nullConstant } from '../expressions/literals.ts';
import { nameOf } from '../expressions/paths.ts';
import { keepAll } from '../relation.ts';
import type { Projection, Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { callTable } from '../tables/translateTable.ts';

/** Returns what the function makes of the rows. */
export function invoke(node: SyntaxNode, input: Relation, context: Context): Relation {
  const call = node.child('Function');
  const name = nameOf(call.child('Name'));
  const enrichment = enrichments.get(name);
  if (enrichment === undefined || context.names.get(name) !== undefined) {
    return callTable(call, argumentsOf(call), context, input);
  }
  context.shared.notices.add(`${name}() asks Microsoft's cloud; the columns that it adds are empty here.`);
  const columns: Projection[] = keepAll(input.columns);
  for (const column of enrichment.columns) {
    if (columns.some((existing) => existing.name === column.name)) continue;
    columns.push({ name: column.name, value: nullConstant(column.type) });
  }
  return select(context, 'invoke', input.source, columns, { isSorted: input.isSorted });
}
