/** A table at one point of the pipeline: where its rows come from and which columns they have. */
import { identifier, physicalNames } from './sql/identifier.ts';
import type { SqlExpression } from './expression.ts';
import type { Graph } from './graph.ts';
import type { Column } from './types.ts';

export interface RelationColumn extends Column {
  /** Quoted SQL name. */
  readonly sql: string;
}

export interface Relation {
  /** Quoted name of the table or common table expression that holds the rows. */
  readonly source: string;
  readonly columns: readonly RelationColumn[];
  /** The rows come in an order that the query asked for. */
  readonly isSorted: boolean;
  /** Names of columns of which no two rows have the same values, where that is known. */
  readonly uniqueBy?: readonly string[];
  /** Quoted names of hidden columns: the `memberSource` of dynamic columns (see `SqlExpression`), by these columns' names. */
  readonly memberSources?: ReadonlyMap<string, string>;
  /** Kusto's name of the table, for `withsource` and `search`; absent when it is an expression. */
  readonly tableName?: string;
  /** Present when this is a graph, which only graph operators read; the relation then stands for it in the pipeline. */
  readonly graph?: Graph;
}

/** Returns the columns with their SQL names, which are distinct even for names that differ only in case. */
export function relationColumns(columns: readonly Column[]): RelationColumn[] {
  const names = physicalNames(columns.map(({ name }) => name));
  return columns.map(({ name, type }, index) => ({ name, type, sql: identifier(names[index] ?? name) }));
}

/** A column to be computed. */
export interface Projection {
  readonly name: string;
  readonly value: SqlExpression;
}

/** Returns a column as an expression over its relation. */
export function columnExpression(column: RelationColumn): SqlExpression {
  return { sql: column.sql, type: column.type };
}

/** Returns the projections that keep these columns as they are. */
export function keepAll(columns: readonly RelationColumn[]): Projection[] {
  return columns.map((column) => ({ name: column.name, value: columnExpression(column) }));
}

/** Returns the projections that keep these columns of a relation, and what their members are read from. */
export function keepWithMembers(
  { memberSources }: Relation,
  columns: readonly RelationColumn[],
): Projection[] {
  return keepAll(columns).map(({ name, value }) => {
    const memberSource = memberSources?.get(name);
    return { name, value: memberSource === undefined ? value : { ...value, memberSource } };
  });
}

/** Returns `name`, or the name with the lowest number after it that is not taken. */
export function uniqueName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let n = 1; ; n++) if (!taken.has(`${name}${n}`)) return `${name}${n}`;
}
