/** `datatable (name: type, ...) [values]`. */
import type { Context } from '../context.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope } from '../expressions/scope.ts';
import { scalarTypeNamed, translateExpression } from '../expressions/translateExpression.ts';
import { errorAt } from '../queryError.ts';
import { relationColumns } from '../relation.ts';
import type { Relation } from '../relation.ts';
import { nullLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { Column } from '../types.ts';

/** Returns the relation of the literal rows. */
export function datatable(node: SyntaxNode, context: Context): Relation {
  const columns = relationColumns(schemaColumns(node.child('Schema')));
  const values = node.list('Values');
  if (columns.length === 0 || values.length % columns.length !== 0) {
    throw errorAt(
      node,
      'semantic',
      'datatable-size',
      'The number of values is not a multiple of the columns.',
    );
  }
  const scope = constantScope(context);
  const cells = values.map((value, index) => {
    const type = columns[index % columns.length]?.type ?? 'string';
    return castTo(translateExpression(value, scope), type).sql;
  });
  const rows: string[] = [];
  for (let at = 0; at < cells.length; at += columns.length) {
    rows.push(`(${cells.slice(at, at + columns.length).join(', ')})`);
  }
  const names = columns.map(({ sql }) => sql).join(', ');
  const empty = `(${columns.map(({ type }) => nullLiteral(type)).join(', ')})`;
  const source = context.tables.add(
    'datatable',
    rows.length === 0
      ? `SELECT * FROM (VALUES ${empty}) AS rows(${names}) WHERE false`
      : `SELECT * FROM (VALUES ${rows.join(',\n  ')}) AS rows(${names})`,
  );
  return { source, columns, isSorted: false };
}

/** Returns the columns that a row schema declares. */
export function schemaColumns(schema: SyntaxNode): Column[] {
  return schema.list('Columns').map((column) => ({
    name: nameOf(column.child('Name')),
    type: scalarTypeNamed(column.child('Type')),
  }));
}
