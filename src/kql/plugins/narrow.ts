/** `narrow`: one row for each cell of the input. */
import { castTo } from '../expressions/cast.ts';
import { stored } from '../operators/operator.ts';
import type { Relation } from '../relation.ts';
import { stringLiteral } from '../sql/literal.ts';
import type { PluginCall } from './plugin.ts';

/** `evaluate narrow()`: row number, column name and value as text. */
export function narrow({ input, context }: PluginCall): Relation {
  const cells = input.columns.map(
    (column) => `{'c': ${stringLiteral(column.name)}, 'v': ${castTo(column, 'string').sql}}`,
  );
  const numbered = context.tables.add(
    'rows',
    `SELECT row_number() OVER () - 1 AS "$row", [${cells.join(', ')}] AS "$cells" FROM ${input.source}`,
  );
  const sql = `SELECT "$row" AS "Row", cell.c AS "Column", cell.v AS "Value" FROM (SELECT "$row", unnest("$cells") AS cell FROM ${numbered})`;
  return stored(
    context,
    'narrow',
    sql,
    [
      { name: 'Row', type: 'long' },
      { name: 'Column', type: 'string' },
      { name: 'Value', type: 'string' },
    ],
    true,
  );
}
