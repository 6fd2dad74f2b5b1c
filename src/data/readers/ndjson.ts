/** JSON, one object a line. */
import { randomUUID } from 'node:crypto';
import type { FileImport } from '../../engine/local/fileImport.ts';
import { identifier } from '../../kql/sql/identifier.ts';
import { lowerCase, stringLiteral } from '../../kql/sql/literal.ts';
import { lines } from '../csvRecords.ts';
import { epochAsIso } from '../epochTicks.ts';
import { firstLines, most } from '../fileStart.ts';
import { openText, type TextFile } from '../textFile.ts';
import { envelopeOf, type Envelope } from './jsonEnvelopes.ts';
import { columnsOfDescription, columnsOfStructure, jsonValues } from './jsonColumns.ts';
import type { OpenedFile, Reader, SourceColumn } from './reader.ts';

/** Largest object that DuckDB reads, in bytes. */
const maxObjectBytes = 134_217_728;

/** The JSON of a staged row; broken text must not be parsed, wherever DuckDB moves a filter. */
const wholeJson = '(CASE WHEN reason IS NULL THEN raw::JSON END)';

/** A text that may be one JSON object, with the line where it starts. */
export interface JsonText {
  readonly line: number;
  readonly text: string;
}

export const ndjsonReader: Reader = {
  format: 'ndjson',
  endings: ['.ndjson', '.jsonl'],
  recognizes: ({ lines }) => most(lines, (line) => /^\s*\{\s*("|\})/.test(line)),
  open: async (files, file) => openLines(files, await openText(files, file)),
};

/** Opens a text of one object a line; where each is an envelope, what is in it. */
export function openLines(files: FileImport, text: TextFile): Promise<OpenedFile> {
  const envelope = envelopeOf(firstLines(text.head));
  return openObjects(files, text, 'newline_delimited', () => textLines(text), envelope);
}

/**
 * Opens objects that DuckDB reads in the given format; `texts` gives the same ones as text, for when one is broken.
 * The columns are all keys that occur anywhere in the file.
 */
export async function openObjects(
  files: FileImport,
  text: TextFile,
  format: 'newline_delimited' | 'array',
  texts: () => AsyncIterable<JsonText>,
  envelope?: Envelope,
): Promise<OpenedFile> {
  // DuckDB's JSON reader calls it so; with `none` it would refuse every file, and each row be read here instead.
  const packing = text.packing === 'none' ? 'uncompressed' : text.packing;
  const path = stringLiteral(text.path);
  // Without a limit DuckDB takes its own, and buffers with which it reads nearly twice as fast.
  let options = `format = '${format}', compression = '${packing}'`;
  const objects = () => `read_json_objects(${path}, ${options})`;
  const content = envelope ?? ((json: string) => json);
  const relation = `json texts ${randomUUID()}`;
  let isStaged = false;
  const stageTexts = async (): Promise<void> => {
    if (isStaged) return;
    isStaged = true;
    await files.execute(`CREATE TABLE "${relation}" (line VARCHAR, raw VARCHAR, reason VARCHAR)`);
    await files.append(relation, checked(texts()));
  };

  const find = async (): Promise<SourceColumn[]> =>
    (envelope === undefined ? await described(files, path, options) : undefined) ??
    structure(files, objects(), content('json'));
  let columns: SourceColumn[];
  try {
    columns = await find().catch((error: unknown) => {
      if (!(error instanceof Error) || !error.message.includes('maximum_object_size')) throw error;
      options += `, maximum_object_size = ${maxObjectBytes}`;
      return find();
    });
  } catch (error) {
    files.signal?.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    await stageTexts(); // a broken object hides the others from DuckDB; the staged texts show them
    columns = await structure(files, `"${relation}"`, content(wholeJson));
  }
  const times = zeekTimes(columns);
  columns = columns.map((column) =>
    times.has(column.name) ? { name: column.name, type: 'datetime', form: 'text' } : column,
  );
  const value = (text: string, { name }: SourceColumn): string => (times.has(name) ? epochAsIso(text) : text);
  const { lists, valueOf } = jsonValues('j', columns);
  const values = columns.map((column, index) => `, ${value(valueOf(column), column)} AS c${index}`).join('');
  const isPlain = envelope === undefined && !hasTwins(columns);
  return {
    columns,
    get from() {
      if (columns.length === 0) return '(SELECT 1 WHERE false)';
      if (isPlain) return readColumns(path, options, columns, value);
      const rows = `(SELECT ${content('json')} AS j FROM ${objects()})`;
      return `(SELECT ${values.slice(2)} FROM (SELECT ${lists} FROM ${rows} WHERE j IS NOT NULL))`;
    },
    notices: text.notices,
    stage: async (view) => {
      await stageTexts();
      const rows = `(SELECT line, raw, reason, ${content(wholeJson)} AS j FROM "${relation}")`;
      await files.execute(
        `CREATE VIEW "${view}" AS SELECT line::BIGINT AS line, raw, reason${values}
         FROM (SELECT line, raw, reason, ${lists} FROM ${rows})`,
      );
    },
  };
}

/** Whether two keys differ by case only: DuckDB's reader cannot tell them apart. */
function hasTwins(columns: readonly SourceColumn[]): boolean {
  return new Set(columns.map(({ name }) => lowerCase(name))).size < columns.length;
}

/** Columns as DuckDB reads them itself, much faster than one by one from whole objects. */
function readColumns(
  path: string,
  options: string,
  columns: readonly SourceColumn[],
  value: (text: string, column: SourceColumn) => string,
): string {
  const spec = columns.map(
    ({ name, form }) => `${stringLiteral(name)}: '${form === 'json' ? 'JSON' : 'VARCHAR'}'`,
  );
  const names = columns.map((column, index) => `${value(identifier(column.name), column)} AS c${index}`);
  return `(SELECT ${names.join(', ')} FROM read_json(${path}, ${options}, columns = {${spec.join(', ')}}))`;
}

/** Zeek's times: seconds since 1970 unless it was told to write ISO. */
function zeekTimes(columns: readonly SourceColumn[]): ReadonlySet<string> {
  const names = new Set(columns.map(({ name }) => name));
  const isZeek =
    names.has('ts') && ['uid', 'fuid', '_path', '@stream', '_write_ts'].some((name) => names.has(name));
  return new Set(isZeek ? ['ts', '_write_ts'] : []);
}

/** Rows that usually show whether a column has values. */
const fewRows = 4096;

/** Returns the columns as DuckDB describes them over the whole file; undefined where that does not tell all. */
async function described(
  files: FileImport,
  path: string,
  options: string,
): Promise<SourceColumn[] | undefined> {
  const rows = await files.execute(
    `DESCRIBE FROM read_json(${path}, ${options}, sample_size = -1, maximum_depth = 2, map_inference_threshold = -1,
       field_appearance_threshold = 0, convert_strings_to_integers = false)`,
  );
  const columns = columnsOfDescription(
    rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) })),
  );
  if (columns === undefined) return undefined;
  let open = columns.filter(({ isEmpty }) => isEmpty).map(({ name }) => name);
  for (const limit of [`LIMIT ${fewRows}`, '']) {
    if (open.length === 0) break;
    const spec = open.map((name) => `${stringLiteral(name)}: 'JSON'`);
    const tests = open.map((name, index) => `bool_or(${identifier(name)} IS NOT NULL) AS c${index}`);
    const [found] = await files.execute(
      `SELECT ${tests.join(', ')} FROM (FROM read_json(${path}, ${options}, columns = {${spec.join(', ')}}) ${limit})`,
    );
    open = open.filter((_name, index) => found?.[`c${index}`] !== true);
  }
  return columns.map(({ isEmpty: _isEmpty, ...column }) =>
    open.includes(column.name) ? { name: column.name, form: 'text', isQuoted: true } : column,
  );
}

async function structure(files: FileImport, from: string, json: string): Promise<SourceColumn[]> {
  const [row] = await files.execute(`SELECT json_group_structure(${json})::VARCHAR AS shape FROM ${from}`);
  return columnsOfStructure(String(row?.['shape'] ?? 'null'));
}

async function* checked(texts: AsyncIterable<JsonText>): AsyncIterable<readonly (string | null)[]> {
  for await (const { line, text } of texts) yield [String(line), text, problemOf(text)];
}

function problemOf(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? null : 'The line is valid JSON but not an object.';
  } catch (error) {
    return `The line is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

async function* textLines(text: TextFile): AsyncIterable<JsonText> {
  for await (const { number, text: content } of lines(text.chunks(), maxObjectBytes)) {
    const trimmed = content.replace(/^\ufeff/, '').trim();
    if (trimmed !== '') yield { line: number, text: trimmed };
  }
}
