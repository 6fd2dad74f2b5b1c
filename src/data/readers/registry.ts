/** The formats that `load` reads. A new format is a new file and one line here. */
import { DataError } from '../dataError.ts';
import type { LogFile } from '../resolvePaths.ts';
import { csvReader, tsvReader } from './csv.ts';
import { evtxReader } from './evtx.ts';
import { jsonReader } from './json.ts';
import { ndjsonReader } from './ndjson.ts';
import { parquetReader } from './parquet.ts';
import type { Reader } from './reader.ts';

export const readers: readonly Reader[] = [
  csvReader,
  tsvReader,
  jsonReader,
  ndjsonReader,
  parquetReader,
  evtxReader,
];

export const formats: readonly string[] = readers.map(({ format }) => format);

/** Returns the reader of the format, or of the file's ending. Throws {@link DataError} when neither is known. */
export function readerFor(file: LogFile, format: string | undefined): Reader {
  const reader =
    format === undefined ? readerByEnding(file.path) : readers.find((known) => known.format === format);
  if (reader) return reader;
  throw new DataError(
    'unknown-format',
    `The format of ${file.shownPath} is not known by its ending. Name it: \`{ path: ${file.shownPath}, format: csv }\`` +
      ` (one of ${formats.join(', ')}).`,
    file.pathIndex,
  );
}

/** Whether the file's name says which reader reads it. */
export function hasKnownEnding(path: string): boolean {
  return readerByEnding(path) !== undefined;
}

function readerByEnding(path: string): Reader | undefined {
  const name = path.toLowerCase().replace(/\.(gz|gzip|zst|zstd)$/, '');
  return readers.find(({ endings }) => endings.some((ending) => name.endsWith(ending)));
}
