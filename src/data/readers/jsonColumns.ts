/** Columns of JSON objects, from the structure that DuckDB finds. */
import { z } from 'zod';
import type { FileImport } from '../../engine/local/fileImport.ts';
import { identifier } from '../../kql/sql/identifier.ts';
import { lowerCase, stringLiteral } from '../../kql/sql/literal.ts';
import type { ScalarType } from '../../kql/types.ts';
import type { SourceColumn } from './reader.ts';

/** Kusto's type for each scalar that DuckDB's JSON functions name; texts may still turn out to be datetimes. */
const scalarTypes: Readonly<Record<string, ScalarType | undefined>> = {
  BOOLEAN: 'bool',
  BIGINT: 'long',
  UBIGINT: 'long',
  DOUBLE: 'real',
};

/** SQL of the columns of JSON objects, each object parsed once a form, however many columns it has. */
export interface JsonValues {
  /** The lists of values, as columns that {@link valueOf} needs. */
  readonly lists: string;
  /** SQL of the value of a column, in the column's form. */
  readonly valueOf: (column: SourceColumn) => string;
}

/** Returns the SQL that takes the columns out of the JSON of an object. */
export function jsonValues(json: string, columns: readonly SourceColumn[]): JsonValues {
  const isJson = ({ form }: SourceColumn): boolean => form === 'json';
  const [nested, texts] = [columns.filter(isJson), columns.filter((column) => !isJson(column))];
  const pointers = (of: readonly SourceColumn[]): string =>
    `[${of.map(({ name }) => pointer(name)).join(', ')}]::VARCHAR[]`;
  return {
    lists: `json_extract(${json}, ${pointers(nested)}) AS nested, json_extract_string(${json}, ${pointers(texts)}) AS texts`,
    valueOf: (column) =>
      isJson(column) ? `nested[${nested.indexOf(column) + 1}]` : `texts[${texts.indexOf(column) + 1}]`,
  };
}

/**
 * What the values of a column are: an object or array among them, texts (or scalars of several kinds, which are texts
 * together), numbers, booleans, or nothing but null.
 */
type JsonKind = 'nested' | 'text' | 'number' | 'bool' | 'empty';

export interface JsonColumn {
  readonly name: string;
  readonly kind: JsonKind;
  readonly source: SourceColumn;
}

const textTypes = ['VARCHAR', 'DATE', 'TIME', 'TIMESTAMP', 'UUID'];
/** Rows that usually show whether a column has objects. */
const fewRows = 4096;

/**
 * Returns the columns that DuckDB describes over so many objects (-1: all), several times as fast as with
 * `json_group_structure`; undefined where it may have changed a name (that is empty, or differs from another in case only)
 * or met what is no object. `path` is SQL, `options` are those of `read_json`.
 */
export async function describedColumns(
  files: FileImport,
  path: string,
  options: string,
  objects: number,
): Promise<JsonColumn[] | undefined> {
  const rows = await files.execute(
    `DESCRIBE FROM read_json(${path}, ${options}, sample_size = ${objects}, maximum_depth = 2, map_inference_threshold = -1,
       field_appearance_threshold = 0, convert_strings_to_integers = false)`,
  );
  const described = rows.map((row) => ({
    name: String(row['column_name']),
    type: String(row['column_type']),
  }));
  if (isDoubtful(described.map(({ name }) => name))) return undefined;
  // DuckDB says JSON of scalars of several kinds, of objects beside scalars, and of nothing but null.
  const isOpen = described.filter(({ type }) => type === 'JSON').map(({ name }) => name);
  const kinds = await kindsOf(isOpen, async (names, isLast) => {
    const spec = names.map((name) => `${stringLiteral(name)}: 'JSON'`).join(', ');
    const limit = objects >= 0 ? `LIMIT ${objects}` : isLast ? '' : `LIMIT ${fewRows}`;
    const tests = names.map((name, index) => kindTests(identifier(name), index)).join(', ');
    const [row] = await files.execute(
      `SELECT ${tests} FROM (FROM read_json(${path}, ${options}, columns = {${spec}}) ${limit})`,
    );
    return row;
  });
  return described.map(({ name, type }) => columnOf(name, kinds.get(name) ?? type));
}

/** Whether DuckDB may have made up one of the names, for an empty one or the second of two that differ by case only. */
function isDoubtful(names: readonly string[]): boolean {
  const known = new Set(names.map(lowerCase));
  const isMadeUp = (name: string): boolean => {
    const stem = /^(.*)_\d+$/.exec(name)?.[1];
    return /^C\d+$/.test(name) || (stem !== undefined && known.has(lowerCase(stem)));
  };
  return names.length === 0 || names.some(isMadeUp) || (names.length === 1 && names[0] === 'json');
}

function columnOf(name: string, type: string): JsonColumn {
  const scalar = scalarTypes[type];
  if (scalar !== undefined) {
    const kind = scalar === 'bool' ? 'bool' : 'number';
    return { name, kind, source: { name, type: scalar, form: 'text' } };
  }
  switch (type) {
    // Whole numbers of both signs or of any length: their texts tell whether all of them are longs.
    case 'HUGEINT':
    case 'UHUGEINT':
      return { name, kind: 'number', source: { name, form: 'text' } };
    case 'mixed':
      return { name, kind: 'text', source: { name, type: 'string', form: 'text' } };
    case 'empty':
      return { name, kind: 'empty', source: { name, form: 'text', isQuoted: true } };
  }
  if (textTypes.includes(type)) return { name, kind: 'text', source: { name, form: 'text', isQuoted: true } };
  return { name, kind: 'nested', source: { name, type: 'dynamic', form: 'json' } };
}

type MixedKind = 'nested' | 'mixed' | 'empty';

/** SQL of what tells a column's kind, for a column of JSON. */
function kindTests(json: string, index: number): string {
  return `coalesce(bool_or(json_type(${json}) IN ('OBJECT', 'ARRAY')), false) AS n${index},
    coalesce(bool_or(json_type(${json}) <> 'NULL'), false) AS a${index}`;
}

/** Asks `measure` for the kind tests of the columns, of a few rows and then of all for those that stay open. */
async function kindsOf(
  names: readonly string[],
  measure: (names: readonly string[], isLast: boolean) => Promise<Record<string, unknown> | undefined>,
): Promise<ReadonlyMap<string, MixedKind>> {
  const kinds = new Map<string, MixedKind>();
  for (const isLast of [false, true]) {
    const open = names.filter((name) => kinds.get(name) !== 'nested');
    if (open.length === 0) break;
    const row = await measure(open, isLast);
    open.forEach((name, index) => {
      const other = row?.[`a${index}`] === true ? 'mixed' : 'empty';
      kinds.set(name, row?.[`n${index}`] === true ? 'nested' : other);
    });
  }
  return kinds;
}

/** Returns the columns that `json_group_structure` finds in all objects of `from`; `json` is SQL of an object. */
export async function structuredColumns(
  files: FileImport,
  from: string,
  json: string,
): Promise<SourceColumn[]> {
  const [row] = await files.execute(`SELECT json_group_structure(${json})::VARCHAR AS shape FROM ${from}`);
  const shapes = shapesOf(String(row?.['shape'] ?? 'null'));
  const isOpen = shapes.filter(({ shape }) => shape === 'JSON').map(({ name }) => name);
  const kinds = await kindsOf(isOpen, async (names, isLast) => {
    const tests = names
      .map((name, index) => kindTests(`json_extract(j, ${pointer(name)})`, index))
      .join(', ');
    const rows = `(SELECT ${json} AS j FROM ${from} ${isLast ? '' : `LIMIT ${fewRows}`})`;
    const [found] = await files.execute(`SELECT ${tests} FROM ${rows}`);
    return found;
  });
  return shapes.map(({ name, shape }) => {
    const type = typeof shape === 'string' ? shape : 'nested';
    // What it names no type of its own for are texts, and nulls.
    return columnOf(name, kinds.get(name) ?? (shapeTypes.includes(type) ? type : 'VARCHAR')).source;
  });
}

/** Shapes that are no texts. */
const shapeTypes = [...Object.keys(scalarTypes), 'HUGEINT', 'UHUGEINT', 'nested'];

const structureSchema = z.record(z.string(), z.unknown());

function shapesOf(structure: string): { readonly name: string; readonly shape: unknown }[] {
  const parsed = structureSchema.safeParse(JSON.parse(structure));
  return Object.entries(parsed.data ?? {}).map(([name, shape]) => ({ name, shape }));
}

/** SQL of the JSON pointer to a key. */
function pointer(name: string): string {
  return stringLiteral(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}
