/** `getschema`: one row for each column. */
import type { Context } from '../context.ts';
import type { Relation } from '../relation.ts';
import { stringLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { ScalarType } from '../types.ts';
import { stored } from './operator.ts';

/** The .NET type behind each type, as `getschema` shows it. */
export const dataTypes: Readonly<Record<ScalarType, string>> = {
  bool: 'System.SByte',
  int: 'System.Int32',
  long: 'System.Int64',
  real: 'System.Double',
  decimal: 'System.Data.SqlTypes.SqlDecimal',
  string: 'System.String',
  guid: 'System.Guid',
  datetime: 'System.DateTime',
  timespan: 'System.TimeSpan',
  dynamic: 'System.Object',
};

/** Returns the names, positions and types of the input's columns. */
export function getSchema(_node: SyntaxNode, input: Relation, context: Context): Relation {
  const rows = input.columns.map(
    ({ name, type }, index) =>
      `(${stringLiteral(name)}, ${index}::BIGINT, ${stringLiteral(dataTypes[type])}, ${stringLiteral(type)})`,
  );
  const sql = `SELECT * FROM (VALUES ${rows.join(', ')}) AS rows("ColumnName", "ColumnOrdinal", "DataType", "ColumnType")`;
  return stored(
    context,
    'getschema',
    sql,
    [
      { name: 'ColumnName', type: 'string' },
      { name: 'ColumnOrdinal', type: 'long' },
      { name: 'DataType', type: 'string' },
      { name: 'ColumnType', type: 'string' },
    ],
    true,
  );
}
