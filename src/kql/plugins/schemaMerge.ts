/** `schema_merge`: schemas, as `getschema` writes them, joined into one. */
import { select } from '../context.ts';
import { constantScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { dataTypes } from '../operators/getSchema.ts';
import { errorAt } from '../queryError.ts';
import type { Relation } from '../relation.ts';
import { stringLiteral } from '../sql/literal.ts';
import type { PluginCall } from './plugin.ts';

const inputColumns = ['ColumnName', 'ColumnOrdinal', 'DataType', 'ColumnType'] as const;

/** What stands for a column that is at different places in the schemas, or of types that have none in common. */
const outOfOrder = 'ERROR(columns are out of order)';
const noCommonType = 'ERROR(types have none in common)';

/** `evaluate schema_merge([PreserveOrder])`; numbers meet in the wider type. */
export function schemaMerge(call: PluginCall): Relation {
  const { input, context } = call;
  for (const name of inputColumns) {
    if (input.columns.some((column) => column.name === name)) continue;
    const message = `schema_merge() takes the result of getschema; it has no column '${name}'.`;
    throw errorAt(call.node, 'semantic', 'unknown-column', message);
  }
  const node = call.named.get('PreserveOrder') ?? call.args[0];
  const keepsOrder =
    node === undefined || translateExpression(node, constantScope(context)).constant !== false;
  const types = context.tables.add(
    'types',
    `SELECT "ColumnName" AS name, max("ColumnOrdinal") AS place, count(DISTINCT "ColumnOrdinal") > 1 AS moved, list_sort(list(DISTINCT "ColumnType")) AS types FROM ${input.source} GROUP BY ALL`,
  );
  const common = `CASE WHEN len(types) = 1 THEN types[1] WHEN list_has_all(['int', 'long'], types) THEN 'long'
    WHEN list_has_all(['int', 'long', 'real'], types) THEN 'real' WHEN list_has_all(['decimal', 'int', 'long', 'real'], types) THEN 'decimal' ELSE ${stringLiteral(noCommonType)} END`;
  const type = keepsOrder ? `CASE WHEN moved THEN ${stringLiteral(outOfOrder)} ELSE ${common} END` : common;
  const merged = context.tables.add('merged', `SELECT name, place, moved, ${type} AS type FROM ${types}`);
  const place = keepsOrder
    ? `CASE WHEN moved THEN -1 ELSE place END`
    : `row_number() OVER (ORDER BY place, name) - 1`;
  const columns = [
    { name: 'ColumnName', value: { sql: 'name', type: 'string' } },
    { name: 'ColumnOrdinal', value: { sql: `CAST(${place} AS BIGINT)`, type: 'long' } },
    { name: 'DataType', value: { sql: dataTypeOf('type'), type: 'string' } },
    { name: 'ColumnType', value: { sql: 'type', type: 'string' } },
  ] as const;
  return select(context, 'schema_merge', merged, columns, { tail: 'ORDER BY place, name', isSorted: true });
}

function dataTypeOf(type: string): string {
  const known = Object.entries(dataTypes).map(
    ([name, system]) => `WHEN ${stringLiteral(name)} THEN ${stringLiteral(system)}`,
  );
  return `CASE ${type} ${known.join(' ')} ELSE 'ERROR(unknown CSL type:' || ${type} || ')' END`;
}
