/** The formats that `load` reads. A new format is a new file and one line here. */
import { DataError } from '../dataError.ts';
import type { LogFile } from '../resolvePaths.ts';
import { contentOf, type FileStart } from '../fileStart.ts';
import { cefReader } from './cef.ts';
import { csvReader, tsvReader } from './csv.ts';
import { evtxReader } from './evtx.ts';
import { jsonReader } from './json.ts';
import { ndjsonReader } from './ndjson.ts';
import { parquetReader } from './parquet.ts';
import type { Reader } from './reader.ts';
import { syslogReader } from './syslog.ts';
import { w3cReader } from './w3c.ts';
import { zeekReader } from './zeek.ts';

/** In the order in which a file of unknown format is tried: the most telling beginnings first. */
export const readers: readonly Reader[] = [
  evtxReader,
  parquetReader,
  zeekReader,
  w3cReader,
  jsonReader,
  ndjsonReader,
  cefReader,
  syslogReader,
  csvReader,
  tsvReader,
];

export const formats: readonly string[] = readers.map(({ format }) => format);

/** File name endings that say nothing about the format. */
const vagueEndings = ['.log', '.txt', '.out', '.dat'];

/**
 * Returns the reader of the format or of the file's ending; where the ending says nothing, one that looks at the content
 * when it opens the file. Throws {@link DataError} when the name means something that no reader reads.
 */
export function readerFor(file: LogFile, format: string | undefined): Reader {
  const reader =
    format === undefined
      ? (readerByEnding(file.shownPath) ?? (isVague(file.shownPath) ? contentReader : undefined))
      : readers.find((known) => known.format === format);
  if (reader) return reader;
  throw unknownFormat(file, 'The format of', 'is not known by its ending');
}

/** Whether the file's name says which reader reads it, or that its content will. */
export function hasKnownEnding(path: string): boolean {
  const name = unpackedName(path);
  return (
    readerByEnding(path) !== undefined || ['.zip', ...vagueEndings].some((ending) => name.endsWith(ending))
  );
}

/** Whether a reader reads the file, by its name or its content. */
export async function isReadable(file: LogFile): Promise<boolean> {
  if (readerByEnding(file.shownPath) !== undefined) return true;
  return isVague(file.shownPath) && readerByContent(await contentOf(file)) !== undefined;
}

/** Opens a file with the reader that its content is for. */
const contentReader: Reader = {
  format: 'by content',
  endings: vagueEndings,
  open: async (files, file, options) => {
    const reader = readerByContent(await contentOf(file));
    if (reader === undefined) throw unknownFormat(file, 'The content of', 'is of no known format');
    return reader.open(files, file, options);
  },
};

function readerByContent(start: FileStart): Reader | undefined {
  return readers.find(({ recognizes }) => recognizes?.(start));
}

function readerByEnding(path: string): Reader | undefined {
  const name = unpackedName(path);
  return readers.find(({ endings }) => endings.some((ending) => name.endsWith(ending)));
}

function unpackedName(path: string): string {
  return path.toLowerCase().replace(/\.(gz|gzip|zst|zstd)$/, '');
}

/** Names without an ending, with a number or a date for one (`conn.2024-05-01`, `syslog.1`), or with one that says nothing. */
function isVague(path: string): boolean {
  const name = unpackedName(path).split(/[\\/]/).at(-1) ?? '';
  const ending = /\.[^.]*$/.exec(name)?.[0] ?? '';
  return vagueEndings.includes(ending) || ending.length < 2 || !/^\.[a-z]+[a-z0-9]*$/.test(ending);
}

function unknownFormat({ shownPath, pathIndex }: LogFile, before: string, after: string): DataError {
  return new DataError(
    'unknown-format',
    `${before} ${shownPath} ${after}. Name it: \`{ path: ${shownPath}, format: csv }\`` +
      ` (one of ${formats.join(', ')}).`,
    pathIndex,
  );
}
