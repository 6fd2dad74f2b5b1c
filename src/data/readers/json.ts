/** JSON documents: an array of objects, an API's answer that holds one, or one object a line in a file named `.json`. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { FileImport } from '../../engine/local/fileImport.ts';
import { DataError } from '../dataError.ts';
import { arrayElements } from '../jsonElements.ts';
import type { LogFile } from '../resolvePaths.ts';
import { openText, type TextFile } from '../textFile.ts';
import { openLines, openObjects } from './ndjson.ts';
import type { Reader } from './reader.ts';

export const jsonReader: Reader = {
  format: 'json',
  endings: ['.json'],
  recognizes: ({ text }) => /^(\{\s*("|\})|\[\s*\{)/.test(text),
  open: async (files, file) => {
    const text = await openText(files, file);
    const start = text.head.replace(/^\ufeff/, '').trimStart();
    if (start.startsWith('[')) return openObjects(files, text, 'array', () => arrayElements(text.chunks()));
    if (isOneObjectALine(start)) return openLines(files, text);
    return openLines(files, await unwrapped(files, file, text));
  },
};

/** The first line is a whole object and another one follows, or the file is that one line and no known answer. */
function isOneObjectALine(start: string): boolean {
  const [first = '', second = ''] = start.split('\n', 2);
  const object = parsed(first);
  if (typeof object !== 'object' || object === null)
    return second.trimStart().startsWith('{') && first.length > 2;
  return second.trim() !== '' || rowsOf(object) === undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Largest answer that is unwrapped in memory; arrays and one object a line have no such limit. */
const maxAnswerLength = 400_000_000;

async function unwrapped(files: FileImport, file: LogFile, text: TextFile): Promise<TextFile> {
  let whole = '';
  for await (const chunk of text.chunks()) {
    whole += chunk;
    if (whole.length > maxAnswerLength) {
      throw new DataError(
        'unreadable-file',
        `${file.shownPath} is one JSON object of more than 400 million characters. Save its rows as one object a line.`,
        file.pathIndex,
      );
    }
  }
  let document: unknown;
  try {
    document = JSON.parse(whole.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new DataError(
      'unreadable-file',
      `${file.shownPath} is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`,
      file.pathIndex,
    );
  }
  const rows = rowsOf(document) ?? [document];
  const path = join(files.scratchFolder, `rows-${file.pathIndex}-${Date.now()}.ndjson`);
  const source = Readable.from(rows).map((row: unknown) => `${JSON.stringify(row)}\n`);
  await pipeline(source, createWriteStream(path), { signal: files.signal });
  return {
    ...text,
    path,
    packing: 'none',
    chunks: () => Readable.from(rows.map((row) => `${JSON.stringify(row)}\n`)),
  };
}

const objects = z.array(z.record(z.string(), z.unknown()));
/** The Log Analytics query API: tables of named columns and rows without names. */
const tablesAnswer = z.object({
  tables: z
    .array(
      z.object({ columns: z.array(z.object({ name: z.string() })), rows: z.array(z.array(z.unknown())) }),
    )
    .min(1),
});
/** Keys under which APIs put their rows: Microsoft Graph and Defender, and common exports. */
const rowKeys = ['value', 'Results', 'results', 'records', 'Records', 'rows', 'data', 'events', 'Events'];

function rowsOf(document: unknown): unknown[] | undefined {
  const tables = tablesAnswer.safeParse(document);
  if (tables.success) {
    return tables.data.tables.flatMap(({ columns, rows }) =>
      rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]))),
    );
  }
  if (typeof document !== 'object' || document === null) return undefined;
  const entries = new Map<string, unknown>(Object.entries(document));
  for (const key of rowKeys) {
    const rows = objects.safeParse(entries.get(key));
    if (rows.success) return rows.data;
  }
  return undefined;
}
