/** Calls: the query's own functions, the functions that need their place in the query, then the registries. */
import { aggregates } from '../aggregates/registry.ts';
import type { Binding } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { scalarFunctions } from '../functions/registry.ts';
import { errorAt, refusalOf } from '../queryError.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { atCall, bindCall } from '../tables/userFunction.ts';
import { callAt } from './call.ts';
import { placedFunctions } from './placedFunctions.ts';
import { nameOf } from './paths.ts';
import { constantScope } from './scope.ts';
import type { Scope } from './scope.ts';
import { translateExpression } from './translateExpression.ts';
import { withoutSubqueries } from './withoutSubqueries.ts';

/** Returns the SQL of a call. */
export function translateFunctionCall(node: SyntaxNode, scope: Scope): SqlExpression {
  const name = nameOf(node.child('Name'));
  const args = argumentsOf(node);
  const binding = scope.context.names.get(name);
  if (binding?.kind === 'function') return callFunction(node, name, args, scope);
  const placed = scope.functions?.get(name) ?? placedFunctions.get(name);
  if (placed !== undefined) return placed(node, args, scope);
  if (scope.aggregate !== undefined && aggregates.has(name)) {
    return callAggregate(node, name, args, scope, scope.aggregate);
  }
  return callScalar(node, name, args, scope);
}

/** Returns the argument nodes of a call. */
export function argumentsOf(node: SyntaxNode): SyntaxNode[] {
  return node.child('ArgumentList').list('Expressions');
}

function callScalar(
  node: SyntaxNode,
  name: string,
  args: readonly SyntaxNode[],
  scope: Scope,
): SqlExpression {
  const entry = scalarFunctions.get(name);
  if (entry === undefined) throw refusalOf(node.child('Name'), `The function '${name}()'`, name);
  const values = args.map((arg) => translateExpression(arg, scope));
  const returns = typeof entry.returns === 'function' ? entry.returns(values) : entry.returns;
  const type = returns ?? node.type ?? 'dynamic';
  const call = callAt(node, name, type, args, scope);
  const sql = withoutSubqueries((given) => entry.translate(given, call), values, scope);
  const memberSource = type === 'dynamic' ? entry.memberSource?.(values) : undefined;
  return memberSource === undefined ? { sql, type } : { sql, type, memberSource };
}

function callAggregate(
  node: SyntaxNode,
  name: string,
  args: readonly SyntaxNode[],
  scope: Scope,
  add: NonNullable<Scope['aggregate']>,
): SqlExpression {
  const entry = aggregates.get(name);
  if (entry === undefined) throw refusalOf(node.child('Name'), `The aggregate '${name}()'`, name);
  const inner: Scope = { ...scope, aggregate: undefined };
  const values = args.map((arg) => translateExpression(arg, inner));
  const type = node.type ?? 'dynamic';
  const sql = entry.translate(values, callAt(node, name, type, args, scope));
  return add(type === 'string' ? `coalesce(${sql}, '')` : sql, type);
}

/** Returns the value of a call of a scalar function that the query declares. */
export function callFunction(
  node: SyntaxNode,
  name: string,
  args: readonly SyntaxNode[],
  scope: Scope,
): SqlExpression {
  const binding: Binding | undefined = scope.context.names.get(name);
  if (binding?.kind !== 'function') throw errorAt(node, 'semantic', 'unknown-name', `There is no '${name}'.`);
  const { body, context } = bindCall(node, binding, args, scope);
  return atCall(node, () => translateExpression(body, constantScope(context)));
}
