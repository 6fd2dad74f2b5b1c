/** What a registry entry may ask, tied to the place of the call in the text. */
import type { Call } from '../expression.ts';
import { errorAt } from '../queryError.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { ScalarType } from '../types.ts';
import type { Scope } from './scope.ts';

/** Returns the `Call` of a function or operator at `node` whose arguments are at `argumentNodes`. */
export function callAt(
  node: SyntaxNode,
  name: string,
  type: ScalarType,
  argumentNodes: readonly SyntaxNode[],
  scope: Scope,
): Call {
  const place = (index?: number): SyntaxNode => (index === undefined ? node : (argumentNodes[index] ?? node));
  return {
    name,
    type,
    nowTicks: scope.context.shared.nowTicks,
    rowOrder: scope.rowOrder,
    isOfWrittenRows: scope.context.shared.readTables.size === 0,
    unsupported: (message, index) => {
      throw errorAt(place(index), 'unsupported', 'unsupported', message);
    },
    invalid: (message, index) => {
      throw errorAt(place(index), 'semantic', 'invalid-argument', message);
    },
    notice: (message) => {
      scope.context.shared.notices.add(message);
    },
  };
}
