/** Values of notebook parameters as constants of a query. */
import type { SqlExpression } from './expression.ts';
import { dynamicConstant, nullConstant, parseLiteral, stringConstant } from './expressions/literals.ts';
import type { ParameterValue } from './types.ts';

/** Returns the parameter's value; text that is no value of its type becomes null, as Kusto's conversions do. */
export function parameterConstant({ type, value }: ParameterValue): SqlExpression {
  if (value === null) return nullConstant(type);
  if (type === 'dynamic') return dynamicConstant(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (type === 'string') return stringConstant(text);
  return parseLiteral(text, type) ?? nullConstant(type);
}
