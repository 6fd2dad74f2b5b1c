/** `percentiles(value, 5, 50, ...)` and `percentilesw(value, weight, 5, 50, ...)`: a column for each percentage. */
import { callAt } from '../expressions/call.ts';
import { argumentsOf } from '../expressions/functionCall.ts';
import { nameOf } from '../expressions/paths.ts';
import type { Scope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { percentageShare, rankedValues, weightedPairs } from '../aggregates/percentiles.ts';
import type { SqlExpression } from '../expression.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { ScalarType } from '../types.ts';

/** The call is one of these aggregates. */
export function isPercentileColumns(node: SyntaxNode): boolean {
  if (node.kind !== 'FunctionCallExpression') return false;
  const name = nameOf(node.child('Name'));
  return name === 'percentiles' || name === 'percentilesw';
}

/** Adds one aggregate for all percentages, so that the values are sorted once, and returns the columns to read of it. */
export function percentileColumns(
  node: SyntaxNode,
  names: readonly (string | undefined)[],
  scope: Scope,
  add: (sql: string, type: ScalarType) => SqlExpression,
): { readonly name: string | undefined; readonly value: SqlExpression }[] {
  const args = argumentsOf(node);
  const isWeighted = nameOf(node.child('Name')) === 'percentilesw';
  const values = args.map((arg) => translateExpression(arg, scope));
  const [value, ...rest] = values;
  const type = value === undefined || value.type === 'dynamic' ? 'real' : value.type;
  const call = callAt(node, nameOf(node.child('Name')), type, args, scope);
  if (value === undefined) return call.invalid(`${call.name}() needs a value.`);
  const [weight, ...others] = rest;
  const percents = isWeighted ? others : rest;
  if (percents.length === 0) return call.invalid(`${call.name}() needs a percentage.`);
  const shares = percents.map((percent, index) =>
    percentageShare(percent, call, args.length - percents.length + index),
  );
  const known = node.columns ?? [];
  const all =
    isWeighted && weight !== undefined
      ? add(`list_sort(${weightedPairs(value, weight, type)})`, 'dynamic').sql
      : add(`quantile_disc(${rankedValues(value, type)}, [${shares.join(', ')}])`, 'dynamic').sql;
  return shares.map((share, index) => ({
    name: names[index] ?? known[index]?.name,
    value: { sql: isWeighted ? `kql_at_share(${all}, ${share})` : `${all}[${index + 1}]`, type },
  }));
}
