/** Implicit conversions, as where a value meets a declared parameter or column type. */
import type { SqlExpression } from '../expression.ts';
import { convert } from '../functions/convert.ts';
import type { ScalarType } from '../types.ts';

/** Returns the value as that type; what does not convert becomes null (or the empty string). */
export function castTo(value: SqlExpression, type: ScalarType): SqlExpression {
  if (value.type === type) return value;
  const sql = convert(value, type);
  return value.constant === null ? { sql, type, constant: null } : { sql, type };
}
