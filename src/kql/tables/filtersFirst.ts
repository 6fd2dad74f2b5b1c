/**
 * Filters go before the `extend` whose columns they do not read. DuckDB moves a filter past computed columns only where
 * none of them can raise an error inside, so that reading members of JSON, say, would be done for rows that then go.
 */
import type { Names } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { placedFunctions } from '../expressions/placedFunctions.ts';
import { scalarFunctions } from '../functions/registry.ts';
import { hasAnyColumn } from '../operators/search.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';

/** Returns the operators in an order that gives the same rows, with filters as early as they can be. */
export function filtersFirst(steps: readonly SyntaxNode[], names: Names): readonly SyntaxNode[] {
  const ordered: SyntaxNode[] = [];
  for (const step of steps) {
    let place = ordered.length;
    if (step.kind === 'FilterOperator' && ordered.at(-1)?.kind === 'ExtendOperator') {
      const isPlain = readsValuesOnly(step, names) && !hasAnyColumn(step.child('Condition'));
      const read = namesRead(step);
      while (isPlain && isUnrelated(ordered[place - 1], read, names)) place--;
    }
    ordered.splice(place, 0, step);
  }
  return ordered;
}

/** The step is an `extend` that gives a row the same columns whatever other rows there are, and none that is read. */
function isUnrelated(step: SyntaxNode | undefined, read: ReadonlySet<string>, names: Names): boolean {
  return (
    step?.kind === 'ExtendOperator' &&
    readsValuesOnly(step, names) &&
    step
      .list('Expressions')
      .every((item) => item.kind === 'SimpleNamedExpression' && !read.has(nameOf(item.child('Name'))))
  );
}

/** Window functions, functions that see the whole row, and the query's own, which may call these, read more. */
function readsValuesOnly(node: SyntaxNode, names: Names): boolean {
  if (node.kind === 'FunctionCallExpression') {
    const name = nameOf(node.child('Name'));
    if (placedFunctions.has(name) || !scalarFunctions.has(name) || names.get(name) !== undefined)
      return false;
  }
  return [...node.children()].every((child) => readsValuesOnly(child, names));
}

/** Names that the expressions under a node use, members' names left out. */
function namesRead(node: SyntaxNode, names = new Set<string>()): ReadonlySet<string> {
  if (node.kind === 'NameReference') names.add(nameOf(node));
  const members = node.kind === 'PathExpression' ? node.child('Selector') : undefined;
  for (const child of node.children()) {
    const isMember = members?.kind === 'NameReference' && child.start === members.start;
    if (!isMember) namesRead(child, names);
  }
  return names;
}
