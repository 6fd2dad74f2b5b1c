/** Finding the tables and columns that a detection needs, or saying exactly which one is missing. */
import { closestNames } from '../../kql/suggest.ts';
import type { Column, ScalarType, Schema, TableSchema } from '../../kql/types.ts';
import { MissingTableError, StepError } from '../step.ts';

type Path = readonly (string | number)[];

/** The table of that name; a MissingTableError at `path` names the close ones when there is none. */
export function requireTable(schema: Schema, name: string, path: Path): TableSchema {
  const table = schema.tables.find((candidate) => candidate.name === name);
  if (table) return table;
  const names = schema.tables.map((candidate) => candidate.name);
  const hint = names.length === 0 ? 'Load one in a cell above.' : nextStep(name, names);
  throw new MissingTableError(`There is no table "${name}". ${hint}`, path, name);
}

/** What to look for in a table: the column that the user named, else the first known name that the table has. */
export interface ColumnRequest {
  /** What the column is for, e.g. `the port that was tried`. */
  readonly purpose: string;
  /** Column that the user named. */
  readonly named?: string | undefined;
  /** Names that the column has in known logs, most usual first. */
  readonly usual: readonly string[];
  readonly types?: readonly ScalarType[];
  /** Path of the argument that names the column. */
  readonly path: Path;
  /** Path of the argument that names the table, blamed when the user named no column. */
  readonly tablePath: Path;
}

/** The column, or undefined when the user named none and the table has none of the usual names. */
export function findColumn(table: TableSchema, request: ColumnRequest): Column | undefined {
  if (request.named === undefined) {
    for (const name of request.usual) {
      const column = table.columns.find((candidate) => candidate.name === name);
      if (column && hasType(column, request.types)) return column;
    }
    return undefined;
  }
  const column = table.columns.find((candidate) => candidate.name === request.named);
  if (!column) throw missing(table, request.named, request.purpose, request.path);
  if (!hasType(column, request.types)) {
    const wanted = (request.types ?? []).join(' or ');
    const message = `Column "${column.name}" of ${table.name} is ${column.type}, but ${request.purpose} must be ${wanted}.`;
    throw new StepError(message, request.path, 'wrong-column-type');
  }
  return column;
}

/** The column; a StepError names it, what it is for and the close ones when the table has none. */
export function requireColumn(table: TableSchema, request: ColumnRequest): Column {
  const column = findColumn(table, request);
  if (column) return column;
  const present = table.columns.find(({ name }) => request.usual.includes(name));
  if (present)
    return findColumn(table, { ...request, named: present.name, path: request.tablePath }) ?? present;
  const [name = ''] = request.usual;
  throw missing(table, name, request.purpose, request.tablePath, request.path.at(-1));
}

function missing(
  table: TableSchema,
  name: string,
  purpose: string,
  path: Path,
  argument?: string | number,
): StepError {
  const names = table.columns.map((column) => column.name);
  const override = argument === undefined ? '' : ` Name the column to use in columns.${argument}.`;
  return new StepError(
    `Table ${table.name} has no column "${name}" (${purpose}). ${nextStep(name, names)}${override}`,
    path,
    'missing-column',
  );
}

const hasType = (column: Column, types: readonly ScalarType[] | undefined): boolean =>
  types === undefined || types.includes(column.type);

/** A question with the close names, else the names there are. */
function nextStep(name: string, names: readonly string[]): string {
  const close = closestNames(name, names);
  if (close.length > 0) return `Did you mean ${close.map((candidate) => `"${candidate}"`).join(' or ')}?`;
  const more = names.length > maxShownNames ? ` and ${names.length - maxShownNames} more` : '';
  return `There are ${names.slice(0, maxShownNames).join(', ')}${more}.`;
}

const maxShownNames = 12;
