/** Short ways to write a function in JavaScript that DuckDB calls per row. */
import type { ScalarFunction } from '../../scalarFunction.ts';
import { jsonFromText } from '../json.ts';
import type { JsonValue } from '../../types.ts';

/** A function of texts; null when an argument is null. */
export function textFunction(
  name: string,
  arity: number,
  compute: (...texts: string[]) => string | null,
): ScalarFunction {
  return {
    name,
    parameters: Array.from({ length: arity }, () => 'VARCHAR' as const),
    returns: 'VARCHAR',
    call: (...values) => {
      const texts = values.filter((value) => typeof value === 'string');
      return texts.length < arity ? null : compute(...texts);
    },
  };
}

/** A function of JSON texts to a JSON text; arguments that are null or no JSON are null. */
export function jsonTextFunction(
  name: string,
  arity: number,
  compute: (...values: JsonValue[]) => JsonValue,
): ScalarFunction {
  return {
    name,
    parameters: Array.from({ length: arity }, () => 'VARCHAR' as const),
    returns: 'VARCHAR',
    call: (...values) => {
      const result = compute(...values.map((value) => (typeof value === 'string' ? parsed(value) : null)));
      return result === null ? null : written(result);
    },
  };
}

const jsonToken = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** A number with more digits than JavaScript keeps passes through as a marked text. */
function parsed(text: string): JsonValue {
  const marked = text.replace(jsonToken, (token) =>
    token.startsWith('"') || !/\d{16}/.test(token) ? token : `"\\u0001#${token}"`,
  );
  return jsonFromText(marked, true) ?? null;
}

function written(value: JsonValue): string {
  return JSON.stringify(value).replace(/"\\u0001#(-?[\d.eE+-]+)"/g, '$1');
}

/** The value as a bag, or undefined. */
export function bagOf(value: JsonValue | undefined): Readonly<Record<string, JsonValue>> | undefined {
  return typeof value === 'object' && value !== null && !isArray(value) ? value : undefined;
}

/** `Array.isArray` that keeps the type of readonly arrays. */
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The number as JSON holds it: what is not finite as Kusto's word. */
export function finite(value: number): JsonValue {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}
