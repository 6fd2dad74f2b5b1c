/** JSON, one object a line. */
import { randomUUID } from 'node:crypto';
import type { FileImport } from '../../engine/local/fileImport.ts';
import { identifier } from '../../kql/sql/identifier.ts';
import { lowerCase, stringLiteral } from '../../kql/sql/literal.ts';
import { lines } from '../csvRecords.ts';
import { firstLines, most } from '../fileStart.ts';
import { openText, type TextFile } from '../textFile.ts';
import { envelopeOf, type Envelope } from './jsonEnvelopes.ts';
import { describedColumns, jsonValues, structuredColumns } from './jsonColumns.ts';
import { sampleObjects } from './jsonSample.ts';
import type { GuessedFile, OpenedFile, Reader, SourceColumn } from './reader.ts';
import { withZeekTimes } from './zeekTimes.ts';

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
export function openLines(files: FileImport, text: TextFile): Promise<OpenedFile | GuessedFile> {
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
): Promise<OpenedFile | GuessedFile> {
  // DuckDB's JSON reader calls it so; with `none` it would refuse every file, and each row be read here instead.
  const packing = text.packing === 'none' ? 'uncompressed' : text.packing;
  // Without a limit of an object's size DuckDB takes its own, and buffers with which it reads nearly twice as fast.
  const options = `format = '${format}', compression = '${packing}'`;
  const readAll = () => openAll(files, text, options, texts, envelope);
  if (envelope !== undefined) return readAll();
  try {
    const sample = await sampleObjects(files, text, format, options);
    if (sample !== undefined) return { ...sample, notices: text.notices, readAll };
  } catch (error) {
    files.signal?.throwIfAborted();
    if (!(error instanceof Error)) throw error;
  }
  return readAll(); // which tells what is wrong with the first objects
}

/** Opens the objects with the columns that all of them show. */
async function openAll(
  files: FileImport,
  text: TextFile,
  readOptions: string,
  texts: () => AsyncIterable<JsonText>,
  envelope: Envelope | undefined,
): Promise<OpenedFile> {
  const path = stringLiteral(text.path);
  let options = readOptions;
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

  const find = async (): Promise<SourceColumn[]> => {
    const described = envelope === undefined ? await describedColumns(files, path, options, -1) : undefined;
    return described?.map(({ source }) => source) ?? structuredColumns(files, objects(), content('json'));
  };
  let found: SourceColumn[];
  try {
    found = await find().catch((error: unknown) => {
      if (!(error instanceof Error) || !error.message.includes('maximum_object_size')) throw error;
      options += `, maximum_object_size = ${maxObjectBytes}`;
      return find();
    });
  } catch (error) {
    files.signal?.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    await stageTexts(); // a broken object hides the others from DuckDB; the staged texts show them
    found = await structuredColumns(files, `"${relation}"`, content(wholeJson));
  }
  const { columns, value } = withZeekTimes(found);
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
