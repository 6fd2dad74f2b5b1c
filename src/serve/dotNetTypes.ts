/** Names of .NET types, which the older half of the protocol speaks. */
import type { ScalarType } from '../kql/types.ts';

/** Type of a column in a reply of version 1. */
export const dotNetTypes: Readonly<Record<ScalarType, string>> = {
  bool: 'Boolean',
  int: 'Int32',
  long: 'Int64',
  real: 'Double',
  decimal: 'SqlDecimal',
  string: 'String',
  guid: 'Guid',
  datetime: 'DateTime',
  timespan: 'TimeSpan',
  dynamic: 'Object',
};

/** Type of a column in a schema. */
export function schemaType(type: ScalarType): string {
  if (type === 'bool') return 'System.SByte';
  return type === 'decimal' ? 'System.Data.SqlTypes.SqlDecimal' : `System.${dotNetTypes[type]}`;
}
