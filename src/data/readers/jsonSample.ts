/**
 * JSON objects with the columns that the first of them show, in one pass that stops where a later object would have shown
 * others. DuckDB refuses an unknown key only where it found the keys itself: a file of our own, read before the log,
 * tells it which they are.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { FileImport } from '../../engine/local/fileImport.ts';
import { identifier } from '../../kql/sql/identifier.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';
import type { TextFile } from '../textFile.ts';
import { describedColumns, type JsonColumn } from './jsonColumns.ts';
import type { SourceColumn } from './reader.ts';
import { withZeekTimes } from './zeekTimes.ts';

/** Objects that are looked at; DuckDB's own reader looks at as many. */
const sampledObjects = 20_480;
/** Name of the column that tells the file of a row; a key of that name makes the file be read the other way. */
const fileColumn = 'hunt file of the row';

export interface JsonSample {
  readonly columns: readonly SourceColumn[];
  /** FROM item with the columns `c0`, `c1`, ...; fails at an object that does not fit the sample. */
  readonly from: string;
}

/**
 * Returns the columns of the first objects and how to read all; undefined where DuckDB's description may not tell all of
 * them. `options` are those of `read_json`.
 */
export async function sampleObjects(
  files: FileImport,
  text: TextFile,
  format: 'newline_delimited' | 'array',
  options: string,
): Promise<JsonSample | undefined> {
  const found = await describedColumns(files, stringLiteral(text.path), options, sampledObjects);
  if (found === undefined || found.some(({ name }) => name === fileColumn)) return undefined;
  const isPacked = await textsLikeJson(files, text, options, found);
  const columns = found.map((column, index) => ({ ...column, isWhole: isPacked[index] === true }));
  const example = await writeExample(files, text, format, columns);
  const paths = [example, text.path].map(stringLiteral).join(', ');
  const times = withZeekTimes(columns.map(({ source }) => source));
  const values = columns.map(
    (column, index) => `${times.value(valueSql(column), column.source)} AS c${index}`,
  );
  const isOther = columns.flatMap((column) => otherKind(column) ?? []).join(' OR ');
  const fits = `CASE WHEN ${identifier(fileColumn)} = ${stringLiteral(example)} THEN false
    ${isOther === '' ? '' : `WHEN ${isOther} THEN error('an object does not fit the first ones')`} ELSE true END`;
  return {
    columns: times.columns,
    from: `(SELECT ${values.join(', ')} FROM read_json([${paths}], ${options}, records = 'true', sample_size = 2,
      maximum_sample_files = 1, maximum_depth = 2, map_inference_threshold = -1, field_appearance_threshold = 0,
      hive_partitioning = false, filename = ${stringLiteral(fileColumn)}) WHERE ${fits})`,
  };
}

/** A column, and whether DuckDB gives its values as JSON, so that a text differs from an object written as text. */
type SampledColumn = JsonColumn & { readonly isWhole: boolean };

function isJson({ kind, isWhole }: SampledColumn): boolean {
  return kind !== 'text' || isWhole;
}

/** SQL of the value in the column's form. */
function valueSql(column: SampledColumn): string {
  const name = identifier(column.name);
  if (column.kind === 'nested' || !isJson(column)) return name;
  return column.kind === 'text' ? `(${name} ->> '$')` : `${name}::VARCHAR`;
}

/** SQL that is true for a value that would have made the column another; absent where the conversion will tell. */
function otherKind(column: SampledColumn): string | undefined {
  const name = `${identifier(column.name)}::VARCHAR`;
  switch (column.kind) {
    case 'nested':
      return undefined;
    case 'empty':
      return `${name} IS NOT NULL`;
    case 'bool':
      return `${name} NOT IN ('true', 'false')`;
    case 'number':
      return startsWith(name, '"');
    case 'text':
      return `${startsWith(name, '{')} OR ${startsWith(name, '[')}`;
  }
}

/** Comparing is many times as fast as a function of texts. */
function startsWith(text: string, sign: string): string {
  const next = String.fromCharCode(sign.charCodeAt(0) + 1);
  return `(${text} >= ${stringLiteral(sign)} AND ${text} < ${stringLiteral(next)})`;
}

/** Whether each column has a text that begins as an object or array does. */
async function textsLikeJson(
  files: FileImport,
  text: TextFile,
  options: string,
  columns: readonly JsonColumn[],
): Promise<boolean[]> {
  const texts = columns.filter(({ kind }) => kind === 'text');
  if (texts.length === 0) return [];
  const spec = texts.map(({ name }) => `${stringLiteral(name)}: 'VARCHAR'`).join(', ');
  const tests = columns.map(({ name, kind }) =>
    kind === 'text'
      ? `coalesce(bool_or(${startsWith(identifier(name), '{')} OR ${startsWith(identifier(name), '[')}), false)`
      : 'false',
  );
  const [row] = await files.execute(
    `SELECT ${tests.map((test, index) => `${test} AS c${index}`).join(', ')}
     FROM (FROM read_json(${stringLiteral(text.path)}, ${options}, columns = {${spec}}) LIMIT ${sampledObjects})`,
  );
  return columns.map((_column, index) => row?.[`c${index}`] === true);
}

/** Writes the two objects that show DuckDB the keys and their types, packed as the log is; returns their path. */
async function writeExample(
  files: FileImport,
  { packing }: TextFile,
  format: 'newline_delimited' | 'array',
  columns: readonly SampledColumn[],
): Promise<string> {
  const object = (other: number | string): string =>
    `{${columns.map((column) => `${JSON.stringify(column.name)}:${JSON.stringify(isJson(column) ? other : 'x')}`).join(',')}}`;
  const path = join(files.scratchFolder, `keys-${randomUUID()}`);
  const objects = [object(1), object('x')];
  const content = format === 'array' ? `[${objects.join(',')}]` : objects.join('\n');
  await files.execute(
    `COPY (SELECT ${stringLiteral(content)}) TO ${stringLiteral(path)}
     (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0001', COMPRESSION '${packing}')`,
  );
  return path;
}
