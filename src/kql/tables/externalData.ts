/**
 * `externaldata (name: type, ...) [uris] with (...)`. A query fetches nothing by itself: the hunter loads the file under
 * the name that the query's `let` gives it (or the file's own name), and the rows come from that table. Until then the
 * rows are missing, which the translation says in `TranslatedQuery.external`.
 */
import type { Context } from '../context.ts';
import { castTo } from '../expressions/cast.ts';
import { constantScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { select } from '../context.ts';
import { errorAt } from '../queryError.ts';
import { columnExpression, relationColumns } from '../relation.ts';
import type { Relation } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import { nullLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { Column, TableSchema } from '../types.ts';
import { schemaColumns } from './datatable.ts';

/** Returns the rows of the table that was loaded for this source, else no rows and a note that they are missing. */
export function externalData(node: SyntaxNode, context: Context): Relation {
  const columns = schemaColumns(node.child('Schema'));
  const uris = node.list('URIs').map((uri) => {
    const { constant } = translateExpression(uri, constantScope(context));
    if (typeof constant === 'string') return constant;
    throw errorAt(uri, 'semantic', 'invalid-argument', 'externaldata takes constant addresses.');
  });
  const names = [context.letName, fileName(uris[0] ?? '')].filter((name) => name !== undefined);
  const loaded = names
    .map((name) => context.shared.schema.tables.find((table) => table.name === name))
    .find((table) => table !== undefined);
  if (loaded !== undefined) return fromTable(loaded, columns, uris, node, context);
  const { start, length } = node;
  context.shared.external.push({ uris, tableName: names[0] ?? 'External', start, length });
  const named = relationColumns(columns);
  const list = named.map(({ type, sql }) => `${nullLiteral(type)} AS ${sql}`).join(', ');
  return {
    source: context.tables.add('externaldata', `SELECT ${list} WHERE false`),
    columns: named,
    isSorted: false,
  };
}

/** Columns are taken by name; a file without the declared names, such as a list without a heading, by position. */
function fromTable(
  table: TableSchema,
  declared: readonly Column[],
  uris: readonly string[],
  node: SyntaxNode,
  context: Context,
): Relation {
  const own = relationColumns(table.columns);
  const isNamed = declared.every(({ name }) => own.some((column) => column.name === name));
  if (!isNamed && own.length < declared.length) {
    throw errorAt(
      node,
      'semantic',
      'external-columns',
      `The loaded table '${table.name}' has ${own.length} columns, and this externaldata declares ${declared.length}.`,
    );
  }
  context.shared.notices.add(`externaldata: the loaded table '${table.name}' stands for ${uris.join(', ')}.`);
  const projections = declared.map(({ name, type }, index) => {
    const column = isNamed ? own.find((candidate) => candidate.name === name) : own[index];
    if (column === undefined) throw new Error(`no column for ${name}`);
    return { name, value: castTo(columnExpression(column), type) };
  });
  return select(context, 'externaldata', identifier(table.name), projections);
}

/** The last part of an address without its extension, query and access key. */
function fileName(uri: string): string | undefined {
  const path = uri.split(/[?#;]/, 1)[0] ?? '';
  const name = path
    .split(/[/\\]/)
    .at(-1)
    ?.replace(/\.\w+(\.gz|\.zip)?$/i, '');
  return name === '' ? undefined : name;
}
