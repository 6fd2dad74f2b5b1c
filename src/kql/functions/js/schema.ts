/** The schema that `buildschema()` finds for the values of a group, given as one JSON array. */
import type { ScalarFunction } from '../../scalarFunction.ts';
import type { JsonValue } from '../../types.ts';
import { isArray, jsonTextFunction } from './textFunction.ts';

/** What a value can be: plain types by name, and at most one bag and one array of each. */
interface Shape {
  readonly plain: Set<string>;
  members: Map<string, Shape> | undefined;
  items: Shape | undefined;
}

function emptyShape(): Shape {
  return { plain: new Set(), members: undefined, items: undefined };
}

const isoDatetime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

function plainType(value: string | number | boolean): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'long' : 'double';
  if (typeof value === 'boolean') return 'bool';
  return isoDatetime.test(value) ? 'datetime' : 'string';
}

function admit(shape: Shape, value: JsonValue): void {
  if (value === null) return;
  if (isArray(value)) {
    const items = (shape.items ??= emptyShape());
    for (const item of value) admit(items, item);
    return;
  }
  if (typeof value !== 'object') {
    shape.plain.add(plainType(value));
    return;
  }
  const members = (shape.members ??= new Map<string, Shape>());
  for (const [name, member] of Object.entries(value)) {
    const known = members.get(name) ?? emptyShape();
    members.set(name, known);
    admit(known, member);
  }
}

/** One type as itself, several as an array of types, none as null. */
function written(shape: Shape): JsonValue {
  const types: JsonValue[] = [...shape.plain];
  if (shape.members !== undefined) {
    types.push(Object.fromEntries([...shape.members].map(([name, member]) => [name, written(member)])));
  }
  if (shape.items !== undefined) types.push({ '`indexer`': written(shape.items) });
  return types.length > 1 ? types : (types[0] ?? null);
}

export const schemaJsFunction: ScalarFunction = jsonTextFunction('kql_build_schema', 1, (values = null) => {
  const shape = emptyShape();
  if (isArray(values)) for (const value of values) admit(shape, value);
  return written(shape);
});
