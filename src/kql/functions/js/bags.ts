/** Bag and array functions whose shape SQL cannot express well; arguments and results are JSON. */
import type { ScalarFunction } from '../../scalarFunction.ts';
import type { JsonValue } from '../../types.ts';
import { bagOf, isArray, jsonTextFunction } from './textFunction.ts';

type Bag = Readonly<Record<string, JsonValue>>;

/** The keys of a path: `$.a.b`, `$['a']['b']`, or one plain key. */
function pathOf(key: string): string[] {
  if (!key.startsWith('$')) return [key];
  return [...key.matchAll(/\.([^.[\]]+)|\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g)].map(
    ([, plain, single, double, index]) => plain ?? single ?? double ?? index ?? '',
  );
}

function without(bag: Bag, [key, ...rest]: readonly string[]): Bag {
  if (key === undefined || !Object.hasOwn(bag, key)) return bag;
  const inner = bagOf(bag[key]);
  const others = Object.entries(bag).filter(([name]) => name !== key);
  if (rest.length === 0) return Object.fromEntries(others);
  if (inner === undefined) return bag;
  return Object.fromEntries(
    Object.entries(bag).map(([name, value]) => [name, name === key ? without(inner, rest) : value]),
  );
}

function withKey(bag: Bag, [key, ...rest]: readonly string[], value: JsonValue): Bag {
  if (key === undefined) return bag;
  const inner = rest.length === 0 ? value : withKey(bagOf(bag[key]) ?? {}, rest, value);
  return Object.fromEntries([...Object.entries(bag).filter(([name]) => name !== key), [key, inner]]);
}

function zipped(keys: JsonValue, values: JsonValue): JsonValue {
  if (!isArray(keys) || !isArray(values)) return null;
  return Object.fromEntries(
    keys.flatMap((key, index) => (typeof key === 'string' ? [[key, values[index] ?? null]] : [])),
  );
}

/** Every path into the value, as `bag_has_key` and element access take it. */
function paths(value: JsonValue, prefix: string): string[] {
  if (isArray(value))
    return [`${prefix}[0]`, ...value.slice(0, 1).flatMap((item) => paths(item, `${prefix}[0]`))];
  return Object.entries(bagOf(value) ?? {}).flatMap(([key, inner]) => {
    const path = `${prefix}['${key}']`;
    return [path, ...paths(inner, path)];
  });
}

function split(items: JsonValue, at: JsonValue): JsonValue {
  if (!isArray(items)) return null;
  const cuts = (isArray(at) ? at : [at])
    .filter((cut) => typeof cut === 'number')
    .map((cut) => Math.max(0, cut < 0 ? items.length + cut : cut));
  return [0, ...cuts].map((start, index) => items.slice(start, cuts[index] ?? items.length));
}

/** The element of an array, or the same value for every place. */
function at(value: JsonValue, index: number): JsonValue {
  return isArray(value) ? (value[index] ?? null) : value;
}

function choose(conditions: JsonValue, whenTrue: JsonValue, whenFalse: JsonValue): JsonValue {
  if (!isArray(conditions)) return null;
  return conditions.map((condition, index) => {
    if (typeof condition === 'boolean' || typeof condition === 'number') {
      return at(condition ? whenTrue : whenFalse, index);
    }
    return null;
  });
}

function zip(arrays: JsonValue): JsonValue {
  if (!isArray(arrays)) return null;
  const lists = arrays.map((array) => (isArray(array) ? array : []));
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, index) => lists.map((list) => list[index] ?? null));
}

/** All keys of the bags; the first bag that has a key gives its value. */
function merged(bags: JsonValue): JsonValue {
  const entries = new Map<string, JsonValue>();
  for (const bag of isArray(bags) ? bags : []) {
    for (const [key, value] of Object.entries(bagOf(bag) ?? {})) {
      if (!entries.has(key)) entries.set(key, value);
    }
  }
  return Object.fromEntries(entries);
}

export const bagJsFunctions: readonly ScalarFunction[] = [
  jsonTextFunction('kql_merge_bags', 1, (bags = null) => merged(bags)),
  jsonTextFunction('kql_bag_remove_keys', 2, (bag = null, keys = null) => {
    const start = bagOf(bag);
    if (start === undefined || !isArray(keys)) return null;
    return keys.reduce<Bag>(
      (left, key) => (typeof key === 'string' ? without(left, pathOf(key)) : left),
      start,
    );
  }),
  jsonTextFunction('kql_bag_set_key', 3, (bag = null, key = null, value = null) => {
    const start = bagOf(bag);
    return start === undefined || typeof key !== 'string' ? null : withKey(start, pathOf(key), value);
  }),
  jsonTextFunction('kql_bag_zip', 2, (keys = null, values = null) => zipped(keys, values)),
  jsonTextFunction('kql_treepath', 1, (value = null) => paths(value, '')),
  jsonTextFunction('kql_array_split', 2, (items = null, cuts = null) => split(items, cuts)),
  jsonTextFunction('kql_array_iff', 3, (conditions = null, whenTrue = null, whenFalse = null) =>
    choose(conditions, whenTrue, whenFalse),
  ),
  jsonTextFunction('kql_zip', 1, (arrays = null) => zip(arrays)),
];
