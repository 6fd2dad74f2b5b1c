/** `serialize [Name = expression, ...]`: fixes the row order as it is; with expressions it also extends. */
import type { Context } from '../context.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { extend } from './project.ts';

/** Returns the same rows, with the columns that the operator adds. */
export function serialize(node: SyntaxNode, input: Relation, context: Context): Relation {
  return node.list('Expressions').length === 0 ? input : extend(node, input, context);
}
