/**
 * Answers of APIs and exports of portals: JSON objects that hold their rows somewhere inside. DuckDB takes them apart, so
 * that numbers of any length stay as they are written.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { FileImport } from '../../engine/local/fileImport.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';
import { DataError } from '../dataError.ts';
import type { LogFile } from '../resolvePaths.ts';
import { plainText, type TextFile } from '../textFile.ts';

/** Largest answer that is taken apart whole, in bytes; arrays and one object a line have no such limit. */
const maxAnswerBytes = 400_000_000;

/** Keys under which the rows of an answer are: Microsoft Graph and Defender, Splunk, CloudTrail, common exports. */
const rowKeys = [
  ...['value', 'results', 'records', 'rows', 'data', 'events', 'items', 'alerts', 'incidents'],
  ...['logevents', 'entries', 'logs', 'hits'],
];
/** Keys of answers that say something about the rows beside them. */
const besideRows =
  /^(@odata\..*|_.*|count|total.*|next.*|took|timed_out|schema|stats|preview|messages|fields|init_offset|highlighted|meta.*|page.*|status|limit|offset|version|name|query.*)$/i;

/** Whether an object is an answer that holds rows, as far as its keys tell. */
export function isAnswer(document: object): boolean {
  const keys = Object.entries(document).map(([key, value]) => ({
    key,
    type: Array.isArray(value) ? 'ARRAY' : typeof value === 'object' && value !== null ? 'OBJECT' : '',
    first: Array.isArray(value) && typeof value[0] === 'object' ? 'OBJECT' : '',
  }));
  return isTables(keys) || rowsPointer(keys) !== undefined;
}

/** Whether a JSON array is an answer of Kusto's REST protocol, version 2: a list of frames. */
export function isFrames(start: string): boolean {
  return /^\[\s*\{\s*"FrameType"\s*:/.test(start);
}

/** Returns the rows of the answers in the file as a file of one object a line. Throws {@link DataError} for broken JSON. */
export async function unwrapped(files: FileImport, file: LogFile, text: TextFile): Promise<TextFile> {
  const path = text.packing === 'none' ? text.path : await unpacked(files, text);
  const { size } = await stat(path);
  if (size > maxAnswerBytes) {
    throw new DataError(
      'unreadable-file',
      `${file.shownPath} is one JSON object of more than ${maxAnswerBytes / 1_000_000} MB. Save its rows as one object a line.`,
      file.pathIndex,
    );
  }
  const documents = `documents ${randomUUID()}`;
  const isList = text.head.trimStart().startsWith('[');
  await files.execute(
    `CREATE TABLE "${documents}" AS SELECT json FROM read_json_objects(${stringLiteral(path)}, format = '${isList ? 'array' : 'unstructured'}',
       compression = 'uncompressed', maximum_object_size = ${size + 1024})`,
  );
  const rows = await rowsSql(files, `"${documents}"`);
  const target = join(files.scratchFolder, `rows-${randomUUID()}.ndjson`);
  await files.execute(
    `COPY (${rows}) TO ${stringLiteral(target)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0001', NULLSTR 'null')`,
  );
  await files.execute(`DROP TABLE "${documents}"`);
  return plainText(target, text.notices);
}

async function unpacked(files: FileImport, text: TextFile): Promise<string> {
  const path = join(files.scratchFolder, `unpacked-${randomUUID()}`);
  await pipeline(text.chunks(), createWriteStream(path), { signal: files.signal });
  return path;
}

interface Key {
  readonly key: string;
  /** JSON type of its value, and of the first element where that is an array. */
  readonly type: string;
  readonly first: string;
}

const keysSchema = z.array(z.object({ key: z.string(), type: z.string(), first: z.string().nullable() }));

/** SQL of the rows of the documents, each a text of JSON. */
async function rowsSql(files: FileImport, documents: string): Promise<string> {
  const found = await files.execute(
    `SELECT DISTINCT key, json_type(value) AS type, json_type(value, '$[0]') AS first FROM (
       SELECT key, json_extract(json, '/' || replace(replace(key, '~', '~0'), '/', '~1')) AS value
       FROM (SELECT json, unnest(json_keys(json)) AS key FROM ${documents}))`,
  );
  const keys = keysSchema.parse(found).map((key) => ({ ...key, first: key.first ?? '' }));
  if (isTables(keys) || keys.some(({ key }) => key === 'FrameType')) return tableRows(files, documents, keys);
  const pointer = rowsPointer(keys);
  if (pointer === undefined) return `SELECT json_extract(json, '$')::VARCHAR FROM ${documents}`; // without line ends
  return `SELECT unnest(json_extract(json, ${stringLiteral(pointer)})::JSON[])::VARCHAR FROM ${documents}`;
}

function isTables(keys: readonly Key[]): boolean {
  return keys.some(({ key, type, first }) => /^tables$/i.test(key) && type === 'ARRAY' && first === 'OBJECT');
}

/** JSON pointer of the array of rows; undefined where the document is itself a row. */
function rowsPointer(keys: readonly Key[]): string | undefined {
  const known = rowKeys.flatMap((name) => keys.filter(({ key }) => key.toLowerCase() === name));
  const listed = known.find(({ type, first }) => type === 'ARRAY' && (first === 'OBJECT' || first === ''));
  if (listed !== undefined) return `/${listed.key}`;
  // Elasticsearch: the hits are under the hits.
  if (known.some(({ key, type }) => key === 'hits' && type === 'OBJECT')) return '/hits/hits';
  const arrays = keys.filter(({ type, first }) => type === 'ARRAY' && first === 'OBJECT');
  const [only] = arrays;
  const isAlone = keys.every(({ key }) => key === only?.key || besideRows.test(key));
  if (only === undefined || arrays.length > 1 || !isAlone) return undefined;
  return `/${only.key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

const columnSchema = z.looseObject({
  name: z.string().optional(),
  type: z.string().nullish(),
  ColumnName: z.string().optional(),
  ColumnType: z.string().nullish(),
  DataType: z.string().nullish(),
});

/**
 * Rows of tables with their columns named beside them: the Log Analytics API (`tables`, all of them results) and Kusto's
 * own (`Tables`, of which the first is the result; or frames, of which those of kind `PrimaryResult` are).
 */
async function tableRows(files: FileImport, documents: string, keys: readonly Key[]): Promise<string> {
  const name = keys.find(({ key }) => /^tables$/i.test(key))?.key;
  const tables =
    name === undefined
      ? `SELECT json AS t FROM ${documents} WHERE (json ->> '$.TableKind') = 'PrimaryResult'`
      : name === 'Tables'
        ? `SELECT json_extract(json, '/Tables/0') AS t FROM ${documents}`
        : `SELECT unnest(json_extract(json, '/${name}')::JSON[]) AS t FROM ${documents}`;
  const shape = `coalesce(t -> 'columns', t -> 'Columns')::VARCHAR`;
  const shapes = await files.execute(`SELECT DISTINCT ${shape} AS shape FROM (${tables})`);
  const parts = shapes.map(({ shape: found }) => {
    const columns = z.array(columnSchema).parse(JSON.parse(String(found ?? '[]')));
    const values = columns.map((column, index) => {
      const type = column.type ?? column.ColumnType ?? column.DataType ?? '';
      const value = `(r -> ${index})`;
      const text = `(r ->> ${index})`;
      // Some write a dynamic as the text of its JSON.
      const isNested = `regexp_matches(${text}, '^\\s*[\\[{]') AND json_valid(${text})`;
      const nested = `CASE WHEN ${isNested} THEN ${text}::JSON ELSE ${value} END`;
      const key = stringLiteral(column.name ?? column.ColumnName ?? `Column${index + 1}`);
      return `${key}, ${/^(dynamic|object)$/i.test(type) ? nested : value}`;
    });
    const of = `SELECT unnest(coalesce(t -> 'rows', t -> 'Rows')::JSON[]) AS r FROM (${tables}) WHERE ${shape} = ${stringLiteral(String(found))}`;
    return `SELECT json_object(${values.join(', ')})::VARCHAR FROM (${of})`;
  });
  return parts.length === 0 ? `SELECT json::VARCHAR FROM ${documents} LIMIT 0` : parts.join(' UNION ALL ');
}
