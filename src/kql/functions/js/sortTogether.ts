/** `array_sort_asc()` and `array_sort_desc()` of several arrays, the first of which decides the order of all. */
import type { ScalarFunction } from '../../scalarFunction.ts';
import type { JsonValue } from '../../types.ts';
import { isArray, jsonTextFunction } from './textFunction.ts';

/** Numbers sort before texts, which sort before the other kinds. */
function compare(left: JsonValue, right: JsonValue): number {
  const order = kindOf(left) - kindOf(right);
  if (order !== 0) return order;
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [textOf(left), textOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function kindOf(value: JsonValue): number {
  return typeof value === 'number' ? 1 : typeof value === 'string' ? 2 : 3;
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The arrays in the new order; one whose length differs from the first's is null. */
function sortTogether(arrays: readonly JsonValue[], isDescending: boolean, nullsLast: boolean): JsonValue {
  const [first] = arrays;
  if (!isArray(first)) return arrays.map(() => null);
  const places = first.map((value, index) => ({ value, index }));
  const nulls = places.filter(({ value }) => value === null);
  const known = places
    .filter(({ value }) => value !== null)
    .sort((a, b) => (isDescending ? compare(b.value, a.value) : compare(a.value, b.value)));
  const order = nullsLast ? [...known, ...nulls] : [...nulls, ...known];
  return arrays.map((array) =>
    isArray(array) && array.length === first.length ? order.map(({ index }) => array[index] ?? null) : null,
  );
}

export const sortTogetherJsFunction: ScalarFunction = jsonTextFunction(
  'kql_sort_together',
  3,
  (arrays = null, direction = null, nullsLast = null) =>
    isArray(arrays) ? sortTogether(arrays, direction === 'desc', nullsLast === true) : null,
);
