/** Arguments of plugins as constants: a value, or the tilde that stands for the default. */
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { constantScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { errorAt } from '../queryError.ts';
import type { QueryError } from '../queryError.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';

/** Returns the argument at a position as an expression that reads no row. */
export function constantArgument(call: PluginCall, index: number): SqlExpression {
  return translateExpression(requiredArgument(call, index), constantScope(call.context));
}

/** Returns the argument at a position, or undefined where it is absent or `'~'`. */
export function optionalArgument(call: PluginCall, index: number): SyntaxNode | undefined {
  const node = call.args[index];
  return node?.stringValue === '~' ? undefined : node;
}

/** Returns the number at a position within a range; the default where it is absent or `'~'`. */
export function numberArgument(
  call: PluginCall,
  index: number,
  { fallback, least, most }: { readonly fallback: number; readonly least: number; readonly most: number },
): number {
  const node = optionalArgument(call, index);
  if (node === undefined) return fallback;
  const { constant } = castTo(translateExpression(node, constantScope(call.context)), 'real');
  const value = numberOf(translateExpression(node, constantScope(call.context)).constant ?? constant);
  if (value !== undefined && value >= least && value <= most) return value;
  throw invalid(node, `${call.name}() takes a constant number from ${least} to ${most} here.`);
}

/** The constant as a number, or undefined. */
export function numberOf(constant: SqlExpression['constant']): number | undefined {
  if (typeof constant === 'number') return constant;
  if (typeof constant === 'bigint') return Number(constant);
  return typeof constant === 'string' && constant !== '' && Number.isFinite(Number(constant))
    ? Number(constant)
    : undefined;
}

/** Returns the error of an argument that the plugin does not take. */
export function invalid(node: SyntaxNode, message: string): QueryError {
  return errorAt(node, 'semantic', 'invalid-argument', message);
}
