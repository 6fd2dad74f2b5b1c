/** Columns of JSON objects, from the structure that DuckDB finds over a whole file. */
import { z } from 'zod';
import { stringLiteral } from '../../kql/sql/literal.ts';
import type { ScalarType } from '../../kql/types.ts';
import type { SourceColumn } from './reader.ts';

const structureSchema = z.union([z.record(z.string(), z.unknown()), z.unknown()]);

/** Kusto's type for each scalar that DuckDB's `json_group_structure` names; texts may still turn out to be datetimes. */
const scalarTypes: Readonly<Record<string, ScalarType | undefined>> = {
  BOOLEAN: 'bool',
  BIGINT: 'long',
  UBIGINT: 'long',
  DOUBLE: 'real',
};

/** Returns the columns of a `json_group_structure` result, in the order in which the keys first occur. */
export function columnsOfStructure(structure: string): SourceColumn[] {
  const parsed = structureSchema.parse(JSON.parse(structure));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return [];
  return Object.entries(parsed).map(([name, shape]): SourceColumn => {
    if (typeof shape !== 'string' || shape === 'JSON') return { name, type: 'dynamic', form: 'json' };
    // Whole numbers of both signs: their texts tell whether all of them are longs.
    if (shape === 'HUGEINT') return { name, form: 'text' };
    const type = scalarTypes[shape];
    return type === undefined ? { name, form: 'text', isQuoted: true } : { name, type, form: 'text' };
  });
}

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
    `[${of.map(({ name }) => stringLiteral(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)).join(', ')}]::VARCHAR[]`;
  return {
    lists: `json_extract(${json}, ${pointers(nested)}) AS nested, json_extract_string(${json}, ${pointers(texts)}) AS texts`,
    valueOf: (column) =>
      isJson(column) ? `nested[${nested.indexOf(column) + 1}]` : `texts[${texts.indexOf(column) + 1}]`,
  };
}

/** Kusto's type for each scalar that DuckDB's `read_json` finds; texts may still turn out to be datetimes. */
const readTypes: Readonly<Record<string, ScalarType | undefined>> = {
  BOOLEAN: 'bool',
  BIGINT: 'long',
  UBIGINT: 'long',
  DOUBLE: 'real',
};
const textTypes = ['VARCHAR', 'DATE', 'TIME', 'TIMESTAMP', 'UUID'];

/**
 * Returns the columns that `DESCRIBE FROM read_json` names, several times as fast as `json_group_structure`; undefined
 * where it may have changed a name (that is empty, or differs from another in case only) or met what is no object.
 * `isEmpty` is true for a column that may have no value anywhere: it describes those as it does mixed ones.
 */
export function columnsOfDescription(
  rows: readonly { readonly name: string; readonly type: string }[],
): (SourceColumn & { readonly isEmpty: boolean })[] | undefined {
  const isDoubtful =
    rows.some(({ name }) => /^C\d+$|_\d+$/.test(name)) || (rows.length === 1 && rows[0]?.name === 'json');
  if (isDoubtful || rows.length === 0) return undefined;
  return rows.map(({ name, type: read }) => {
    const type = readTypes[read];
    if (type !== undefined) return { name, type, form: 'text', isEmpty: false };
    if (['HUGEINT', 'UHUGEINT'].includes(read)) return { name, form: 'text', isEmpty: false };
    if (textTypes.includes(read)) return { name, form: 'text', isQuoted: true, isEmpty: false };
    return { name, type: 'dynamic', form: 'json', isEmpty: read === 'JSON' };
  });
}
