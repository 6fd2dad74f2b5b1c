/** Names of the columns that an operator computes. */
import type { SqlExpression } from '../expression.ts';
import { uniqueName } from '../relation.ts';
import type { Projection } from '../relation.ts';

/**
 * Kusto's binder has named the columns of the operator's result; where it does not know them, the same rules are applied
 * here: an expression without a name of its own is numbered, a repeated name gets a number.
 */
export function nameProjections(
  columns: readonly { readonly name: string | undefined; readonly value: SqlExpression }[],
  resultColumns: readonly { readonly name: string }[] | undefined,
): Projection[] {
  if (resultColumns?.length === columns.length) {
    return columns.map(({ value }, index) => ({ name: resultColumns[index]?.name ?? '', value }));
  }
  const taken = new Set<string>();
  let unnamed = 0;
  return columns.map(({ name, value }) => {
    const unique = uniqueName(name ?? `Column${++unnamed}`, taken);
    taken.add(unique);
    return { name: unique, value };
  });
}
