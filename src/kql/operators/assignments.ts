/** Lists of `Name = expression`, shared by `project`, `extend`, `print`, `distinct` and `by` clauses. */
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
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
  /** A further column of a function with several, beyond those that the text names; `extend` leaves it out. */
  readonly isExtra?: boolean;
  readonly value: SqlExpression;
}

/**
 * The columns of an expression with several (`series_fit_line()`), of which the text names the first. Such a function
 * returns an array of their values; a function with one column returns the value itself.
 */
function columnsOf(node: SyntaxNode, names: readonly string[], scope: Scope): Assignment[] | undefined {
  const columns = node.columns ?? names.map((name) => ({ name, type: undefined }));
  const [only] = columns;
  if (only !== undefined && columns.length === 1 && names.length === 0) {
    return [{ name: only.name, isExplicit: false, value: translateExpression(node, scope) }];
  }
  if (columns.length < 2) return undefined;
  const { sql } = translateExpression(node, scope);
  return columns.map(({ name, type }, index) => {
    const element: SqlExpression = {
      sql: `nullif(json_extract(${sql}, ${stringLiteral(`$[${index}]`)}), CAST('null' AS JSON))`,
      type: 'dynamic',
    };
    const given = names[index];
    return {
      name: given ?? name,
      isExplicit: given !== undefined,
      isExtra: names.length > 0 && given === undefined,
      value: castTo(element, type ?? 'dynamic'),
    };
  });
}

/** Returns what one item of the list computes: several columns for `(a, b) = expression`. */
export function assignmentsOf(node: SyntaxNode, scope: Scope): Assignment[] {
  if (node.kind === 'SimpleNamedExpression') {
    const expression = node.child('Expression');
    const name = nameOf(node.child('Name'));
    return (
      columnsOf(expression, [name], scope) ?? [
        { name, isExplicit: true, value: translateExpression(expression, scope) },
      ]
    );
  }
  if (node.kind === 'CompoundNamedExpression') {
    const names = node.child('Names').list('Names').map(nameOf);
    const expression = node.child('Expression');
    return (
      columnsOf(expression, names, scope) ??
      names.map((name) => ({ name, isExplicit: true, value: translateExpression(expression, scope) }))
    );
  }
  if (node.kind === 'StarExpression') {
    return [...scope.columns].map(([name, value]) => ({ name, isExplicit: false, value }));
  }
  return (
    columnsOf(node, [], scope) ?? [
      { name: node.resultName, isExplicit: false, value: translateExpression(node, scope) },
    ]
  );
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
