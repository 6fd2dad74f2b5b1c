/** Lists of `Name = expression`, shared by `project`, `extend`, `print`, `distinct` and `by` clauses. */
import type { SqlExpression } from '../expression.ts';
import { nameOf } from '../expressions/paths.ts';
import type { Scope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { errorAt } from '../queryError.ts';
import { uniqueName } from '../relation.ts';
import type { Projection } from '../relation.ts';
import { stringLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';

/** A column to compute, with the name that the text gives it, if any. */
export interface Assignment {
  readonly name: string | undefined;
  readonly isExplicit: boolean;
  readonly value: SqlExpression;
}

/** Returns what one item of the list computes: several columns for `(a, b) = expression`. */
export function assignmentsOf(node: SyntaxNode, scope: Scope): Assignment[] {
  if (node.kind === 'SimpleNamedExpression') {
    const value = translateExpression(node.child('Expression'), scope);
    return [{ name: nameOf(node.child('Name')), isExplicit: true, value }];
  }
  if (node.kind === 'CompoundNamedExpression') {
    const value = translateExpression(node.child('Expression'), scope);
    const names = node.child('Names').list('Names');
    return names.map((name, index) => ({
      name: nameOf(name),
      isExplicit: true,
      value: { sql: `json_extract(${value.sql}, ${stringLiteral(`$[${index}]`)})`, type: 'dynamic' },
    }));
  }
  if (node.kind === 'StarExpression') {
    return [...scope.columns].map(([name, value]) => ({ name, isExplicit: false, value }));
  }
  return [{ name: node.resultName, isExplicit: false, value: translateExpression(node, scope) }];
}

/**
 * Returns the projections of a list. Kusto's binder has named them (`Column1`, `print_0`, `a1`, ...) in the columns of
 * the operator's result; where it does not know them, the same rules are applied here.
 */
export function assignments(
  nodes: readonly SyntaxNode[],
  scope: Scope,
  resultColumns: readonly { readonly name: string }[] | undefined,
  unnamed: (index: number) => string = (index) => `Column${index + 1}`,
): Projection[] {
  const all = nodes.flatMap((node) => assignmentsOf(node, scope));
  if (resultColumns?.length === all.length) {
    return all.map(({ value }, index) => ({ name: resultColumns[index]?.name ?? '', value }));
  }
  const taken = new Set<string>();
  let unnamedCount = 0;
  return all.map(({ name, isExplicit, value }, index) => {
    const wanted = name ?? unnamed(unnamedCount++);
    if (isExplicit && taken.has(wanted)) {
      const place = nodes[index] ?? nodes[0];
      if (place !== undefined) {
        throw errorAt(place, 'semantic', 'duplicate-column', `There are two columns named '${wanted}'.`);
      }
    }
    const unique = uniqueName(wanted, taken);
    taken.add(unique);
    return { name: unique, value };
  });
}
