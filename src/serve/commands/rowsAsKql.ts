/** A command's rows as KQL, so that a query can follow the command: `.show tables | count`. */
import { kqlName, kqlString } from '../../kql/kqlText.ts';
import type { JsonValue, ScalarType } from '../../kql/types.ts';
import type { CommandRows } from './command.ts';

/** Returns a `datatable` of the rows. */
export function rowsAsKql({ columns, rows }: CommandRows): string {
  const schema = columns.map(({ name, type }) => `${kqlName(name)}:${type}`).join(', ');
  const values = rows.map((row) =>
    columns.map(({ type }, index) => kqlLiteral(row[index] ?? null, type)).join(', '),
  );
  return `datatable (${schema}) [${values.join(',\n')}]`;
}

function kqlLiteral(value: JsonValue, type: ScalarType): string {
  if (type === 'string') return kqlString(typeof value === 'string' ? value : '');
  if (value === null) return `${type}(null)`;
  return `${type}(${typeof value === 'string' && type !== 'dynamic' ? value : JSON.stringify(value)})`;
}
