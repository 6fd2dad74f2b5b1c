/** `union`: rows of several tables, columns matched by name and type. */
import type { Context } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope } from '../expressions/scope.ts';
import { errorAt, QueryError } from '../queryError.ts';
import { parameterNode, parameterText, stored } from './operator.ts';
import type { Relation } from '../relation.ts';
import { nullLiteral, stringLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { translateTable } from '../tables/translateTable.ts';
import { bindCall } from '../tables/userFunction.ts';
import type { Column } from '../types.ts';
import { isTableName, schemaTable } from '../context.ts';
import { matchesWildcard } from './project.ts';
import { relationColumns, uniqueName } from '../relation.ts';

/** `union [kind=inner|outer] [withsource=Name] [isfuzzy=true] tables`. */
export function union(node: SyntaxNode, input: Relation | undefined, context: Context): Relation {
  const isFuzzy = parameterText(node, 'isfuzzy') === 'true';
  const operands = node.list('Expressions').flatMap((operand) => operandTables(operand, isFuzzy, context));
  const all = input === undefined ? operands : [input, ...operands];
  if (all.length === 0) {
    throw errorAt(node, 'semantic', 'no-tables', 'None of the tables of this union exists.');
  }
  const source = parameterNode(node, 'withsource') ?? parameterNode(node, 'with_source');
  return unionOf(all, context, {
    isInner: parameterText(node, 'kind') === 'inner',
    ...(source === undefined ? {} : { sourceName: nameOf(source) }),
  });
}

function operandTables(operand: SyntaxNode, isFuzzy: boolean, context: Context): Relation[] {
  const name =
    operand.kind.endsWith('NameReference') || operand.kind === 'NameReference' ? nameOf(operand) : undefined;
  if (name?.includes('*') === true) return wildcardTables(name, operand, context);
  if (isFuzzy && name !== undefined && !isTableName(context, name)) return [];
  if (!isFuzzy) return [operandTable(operand, name, context)];
  try {
    return [operandTable(operand, name, context)];
  } catch (error) {
    if (error instanceof QueryError && error.error.code === 'unknown-table') return [];
    throw error;
  }
}

/** A view counts as a table of its name; any other expression has none. */
function operandTable(operand: SyntaxNode, name: string | undefined, context: Context): Relation {
  const relation = translateTable(operand, context);
  const binding = name === undefined ? undefined : context.names.get(name);
  const isView = binding?.kind === 'function' && binding.declaration.optional('ViewKeyword') !== undefined;
  return isView && name !== undefined ? { ...relation, tableName: name } : relation;
}

/** Returns the tables, and the query's own views, whose names match the pattern. */
export function wildcardTables(pattern: string, node: SyntaxNode, context: Context): Relation[] {
  const stored = context.shared.schema.tables
    .filter(({ name }) => matchesWildcard(name, pattern))
    .map(({ name }) => schemaTable(context, name, node));
  const views = [...context.names.all()].flatMap(([name, binding]) => {
    if (binding.kind !== 'function' || !matchesWildcard(name, pattern)) return [];
    if (binding.declaration.optional('ViewKeyword') === undefined) return [];
    const { body, context: inner } = bindCall(node, binding, [], constantScope(context));
    return [{ ...translateTable(body, inner), tableName: name }];
  });
  return [...stored, ...views];
}

export interface UnionOptions {
  readonly isInner: boolean;
  readonly sourceName?: string;
}

/** Returns all rows of the tables, in the tables' order; what a table does not have is null. */
export function unionOf(tables: readonly Relation[], context: Context, options: UnionOptions): Relation {
  const columns = unionColumns(tables, options.isInner);
  const source: Column[] =
    options.sourceName === undefined ? [] : [{ name: options.sourceName, type: 'string' }];
  const named = relationColumns([...source, ...columns.map(({ name, type }) => ({ name, type }))]);
  const selects = tables.map((table, index) => {
    const label = stringLiteral(table.tableName ?? `union_arg${index}`);
    const values = columns.map(({ type, original }) => {
      const column = table.columns.find((item) => item.name === original && item.type === type);
      return column?.sql ?? nullLiteral(type);
    });
    const list = (options.sourceName === undefined ? values : [label, ...values]).map((sql, position) => {
      const name = named[position]?.sql ?? '';
      return sql === name ? sql : `${sql} AS ${name}`;
    });
    return `SELECT ${list.length === 0 ? 'NULL AS "no columns"' : list.join(', ')} FROM ${table.source}`;
  });
  return stored(context, 'union', selects.join('\nUNION ALL\n'), named);
}

interface UnionColumn extends Column {
  /** Its name in the tables that have it. */
  readonly original: string;
}

/** Columns in the order of their first appearance; a name that has several types becomes one column for each. */
function unionColumns(tables: readonly Relation[], isInner: boolean): UnionColumn[] {
  const distinct = new Map<string, Column>();
  for (const table of tables) {
    for (const { name, type } of table.columns) distinct.set(`${type} ${name}`, { name, type });
  }
  const columns = [...distinct.values()].filter(
    ({ name, type }) =>
      !isInner ||
      tables.every((table) => table.columns.some((column) => column.name === name && column.type === type)),
  );
  const typesOfName = new Map<string, number>();
  for (const { name } of columns) typesOfName.set(name, (typesOfName.get(name) ?? 0) + 1);
  const isShared = (name: string): boolean => (typesOfName.get(name) ?? 0) > 1;
  const taken = new Set(columns.map(({ name }) => name).filter((name) => !isShared(name)));
  return columns.map(({ name, type }) => {
    const unique = isShared(name) ? uniqueName(`${name}_${type}`, taken) : name;
    taken.add(unique);
    return { name: unique, original: name, type };
  });
}
