/**
 * Values of query parameters. Kusto's clients send numbers and booleans as JSON, a string as its text, and all else as
 * the text of a KQL literal: `datetime(2024-05-01)`, `dynamic(["a"])`.
 */
import { parseLiteral } from '../../kql/expressions/literals.ts';
import type { JsonValue, ParameterValue } from '../../kql/types.ts';
import { ServiceError } from '../serviceError.ts';
import { declaredParameters, type DeclaredParameter } from './queryText.ts';

/** Returns the values of the parameters that the text declares; others are left out, as Kusto does. Throws {@link ServiceError}. */
export function parameterValues(
  text: string,
  given: Readonly<Record<string, unknown>>,
): readonly ParameterValue[] {
  const values = new Map(Object.entries(given));
  return declaredParameters(text).flatMap((declared) => {
    const value = values.get(declared.name);
    return value === undefined || value === null ? [] : { ...declared, value: valueOf(declared, value) };
  });
}

function valueOf({ name, type }: DeclaredParameter, given: unknown): JsonValue {
  if (typeof given === 'object') throw misfit(name, type, 'a JSON object or array');
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  if (type === 'string') return text;
  const inner = /^\s*([a-z]+)\s*\(([\s\S]*)\)\s*$/.exec(text)?.[2] ?? text;
  if (type === 'dynamic') return dynamicValue(name, inner);
  if (parseLiteral(inner, type) === undefined) throw misfit(name, type, `'${text.slice(0, 100)}'`);
  return inner;
}

function dynamicValue(name: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw misfit(name, 'dynamic', 'text that is not JSON');
  }
}

function misfit(name: string, type: string, what: string): ServiceError {
  return new ServiceError(
    'badRequest',
    `The query parameter '${name}' is of type ${type} and was given ${what}. Send a ${type} literal.`,
  );
}
