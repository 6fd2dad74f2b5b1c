/** A bare name in a scalar expression: a column, else a `let` value, a parameter or a view of one value. */
import type { SqlExpression } from '../expression.ts';
import { errorAt } from '../queryError.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { callFunction } from './functionCall.ts';
import { nameOf } from './paths.ts';
import type { Scope } from './scope.ts';

/** Returns what the name stands for. */
export function translateScalarName(node: SyntaxNode, scope: Scope): SqlExpression {
  const name = nameOf(node);
  const column = scope.columns.get(name);
  if (column !== undefined) return column;
  const binding = scope.context.names.get(name);
  if (binding?.kind === 'scalar') return binding.value();
  if (binding?.kind === 'function') return callFunction(node, name, [], scope);
  throw errorAt(node, 'semantic', 'unknown-name', `There is no column or value named '${name}' here.`);
}
