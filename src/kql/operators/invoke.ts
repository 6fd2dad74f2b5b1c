/** `invoke function(arguments)`: the rows so far are the function's first argument. */
import type { Context } from '../context.ts';
import { enrichments } from '../enrichments.ts';
import { argumentsOf } from '../expressions/functionCall.ts';
import { nameOf } from '../expressions/paths.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { callTable } from '../tables/translateTable.ts';
import { enrich } from './enrich.ts';

/** Returns what the function makes of the rows. */
export function invoke(node: SyntaxNode, input: Relation, context: Context): Relation {
  const call = node.child('Function');
  const name = nameOf(call.child('Name'));
  const enrichment = enrichments.get(name);
  if (enrichment === undefined || context.names.get(name) !== undefined) {
    return callTable(call, argumentsOf(call), context, input);
  }
  return enrich(call, enrichment, input, context);
}
