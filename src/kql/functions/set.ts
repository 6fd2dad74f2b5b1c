/** Sets: arrays without repetition, in the order of first appearance. */
import type { SqlExpression } from '../expression.ts';
import { elements } from './array.ts';
import { convert, jsonOf, realOf, textOf } from './convert.ts';
import { exact, ofFirst } from './entry.ts';
import type { ScalarTable } from './entry.ts';

function hasElement(set: SqlExpression, value: SqlExpression): string {
  if (value.type === 'int' || value.type === 'long' || value.type === 'real') {
    return `coalesce(list_contains(kql_numbers(${jsonOf(set)}), ${realOf(value)}), false)`;
  }
  if (value.type === 'dynamic') return `coalesce(list_contains(${elements(set)}, ${value.sql}), false)`;
  return `coalesce(list_contains(kql_texts(${jsonOf(set)}), ${textOf(value)}), false)`;
}

const jaccard = exact(
  ofFirst((left, [right], call) => {
    if (right === undefined) return call.invalid('jaccard_index() needs two sets.', 1);
    const sets = [left, right].map((set) => `kql_distinct(coalesce(${elements(set)}, []))`);
    return convert({ sql: `kql_jaccard(${sets.join(', ')})`, type: 'real' }, call.type);
  }),
);

export const setFunctions: ScalarTable = {
  set_has_element: exact(
    ofFirst((set, [value], call) =>
      value === undefined ? call.invalid('set_has_element() needs a value.', 1) : hasElement(set, value),
    ),
  ),
  set_union: exact(
    (args) =>
      `to_json(kql_distinct(flatten([${args.map((arg) => `coalesce(${elements(arg)}, [])`).join(', ')}])))`,
  ),
  set_intersect: exact(
    ofFirst((set, rest) => {
      const kept = rest.map((other) => `list_contains(coalesce(${elements(other)}, []), e)`);
      return `to_json(list_filter(kql_distinct(coalesce(${elements(set)}, [])), lambda e: ${['true', ...kept].join(' AND ')}))`;
    }),
  ),
  set_difference: exact(
    ofFirst((set, rest) => {
      const removed = rest.map((other) => `NOT list_contains(coalesce(${elements(other)}, []), e)`);
      return `to_json(list_filter(kql_distinct(coalesce(${elements(set)}, [])), lambda e: ${['true', ...removed].join(' AND ')}))`;
    }),
  ),
  set_equals: exact(
    ofFirst((left, [right], call) => {
      if (right === undefined) return call.invalid('set_equals() needs two sets.', 1);
      const [a, b] = [left, right].map((set) => `list_sort(list_distinct(coalesce(${elements(set)}, [])))`);
      return `(${a ?? ''} = ${b ?? ''})`;
    }),
  ),
  jaccard_index: { ...jaccard, returns: 'real' },
};
