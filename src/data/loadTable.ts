/** Loads log files into one table of the session. */
import type { FileImport } from '../engine/local/fileImport.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import type { Column, ScalarType } from '../kql/types.ts';
import { unpackArchives, type UnpackedFiles } from './archives/unpackArchives.ts';
import { identifier } from '../kql/sql/identifier.ts';
import { buildTable } from './buildTable.ts';
import { DataError } from './dataError.ts';
import { digest } from './digest.ts';
import type { LoadedTable, Reject } from './loadedTable.ts';
import { progressOf, type Progress } from './progress.ts';
import { readerFor } from './readers/registry.ts';
import { resolvePaths, type LogFile } from './resolvePaths.ts';
import { knownColumnTypes } from './schemas/knownSchemas.ts';
import { checkTableName, tableNameFromFile } from './tableName.ts';
import { packingOf } from './textFile.ts';
import { isWholeZstd } from './zstdFrames.ts';

export interface LoadRequest {
  /** Name of the table; absent: made from the name of the first file. */
  readonly table?: string;
  /** Files and patterns, relative to `folder` or absolute. */
  readonly paths: readonly string[];
  /** The notebook's folder. */
  readonly folder: string;
  /** Asks whether a file outside `folder` may be read. */
  readonly allowPath: (absolutePath: string) => Promise<boolean>;
  /** One of the registry's formats; absent: by each file's ending. */
  readonly format?: string;
  /** Separator of CSV values; absent: found out. */
  readonly delimiter?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Name of the table of rows that could not be read. */
export function rejectsTable(table: string): string {
  return `${table}_rejects`;
}

const rejectColumns: readonly Column[] = [
  { name: 'file', type: 'string' },
  { name: 'line', type: 'long' },
  { name: 'reason', type: 'string' },
  { name: 'raw', type: 'string' },
];

/** Rejects that the loaded table names; all of them are in its `_rejects` table. */
const firstRejects = 20;

/**
 * Loads the files into one table, columns united by name, and the rows that cannot be read into `<table>_rejects`.
 * Throws {@link DataError}, and then leaves the session as it was; rejects with an `AbortError` when stopped.
 */
export async function loadTable(engine: LocalEngine, request: LoadRequest): Promise<LoadedTable> {
  if (request.table !== undefined) checkTableName(request.table);
  const named = await resolvePaths(request);
  const name = request.table ?? tableNameFromFile(named[0]?.shownPath ?? '');
  checkTableName(name);
  const unpacked = await unpackArchives(named, request.format, request.signal);
  try {
    return await loadFiles(engine, request, name, unpacked);
  } finally {
    await unpacked.dispose();
  }
}

async function loadFiles(
  engine: LocalEngine,
  request: LoadRequest,
  name: string,
  { files: logFiles, notices }: UnpackedFiles,
): Promise<LoadedTable> {
  const known =
    knownColumnTypes(name) ??
    knownColumnTypes(tableNameFromFile(logFiles[0]?.shownPath ?? name)) ??
    new Map<string, ScalarType>();
  const progress = progressOf(logFiles, request.onProgress);
  const digests = digestAll(logFiles, progress.digested, request.signal);
  digests.catch(() => undefined); // looked at below, after the build or instead of its error
  let loaded: LoadedTable | undefined;
  const build = async (files: FileImport) => {
    const rejects = rejectsTable(name);
    await files.execute(
      `CREATE TABLE ${identifier(rejects)} (file VARCHAR, line BIGINT, reason VARCHAR, raw VARCHAR)`,
    );
    const stopWatching = progress.watch(files);
    try {
      const sources = await openAll(files, logFiles, request, progress.converted);
      const { columns, rows } = await buildTable(files, { name, rejects, known }, sources, progress.loaded);
      const hashes = await digests;
      const [count] = await files.execute(`SELECT count(*) AS n FROM ${identifier(rejects)}`);
      await dropAllBut(files, [name, rejects]);
      loaded = {
        name,
        rows: rows.reduce((sum, n) => sum + n, 0),
        sources: logFiles.map(({ shownPath, sizeBytes }, index) => ({
          path: shownPath,
          sha256: hashes[index] ?? '',
          sizeBytes,
          rows: rows[index] ?? 0,
        })),
        rejects: { count: Number(count?.['n'] ?? 0), first: await rejectsIn(files, rejects) },
        notices: [...notices, ...sources.flatMap(({ opened }) => opened.notices)],
      };
      return [
        { name, columns },
        { name: rejects, columns: rejectColumns },
      ];
    } finally {
      stopWatching();
    }
  };
  try {
    await engine.importTables(build, request.signal);
  } catch (error) {
    if (error instanceof DataError) throw error;
    request.signal?.throwIfAborted();
    await digests; // a file that is cut short explains what the reader stumbled over
    throw error;
  }
  if (!loaded) throw new Error('The import ended without a table.');
  return loaded;
}

async function openAll(
  files: FileImport,
  logFiles: readonly LogFile[],
  request: LoadRequest,
  onBytes: (file: number, doneBytes: number) => void,
) {
  const sources = [];
  for (const [index, file] of logFiles.entries()) {
    const reader = readerFor(file, request.format);
    try {
      const opened = await reader.open(files, file, {
        delimiter: request.delimiter,
        onBytes: (doneBytes) => onBytes(index, doneBytes),
      });
      sources.push({ shownPath: file.shownPath, opened });
    } catch (error) {
      request.signal?.throwIfAborted();
      if (error instanceof DataError || !(error instanceof Error)) throw error;
      const reason = error.message.split('\n', 1)[0] ?? '';
      throw new DataError(
        'unreadable-file',
        `${file.shownPath} could not be read: ${reason}`,
        file.pathIndex,
      );
    }
  }
  return sources;
}

async function digestAll(
  logFiles: readonly LogFile[],
  onBytes: (file: number, bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const hashes: string[] = [];
  for (const [index, file] of logFiles.entries()) {
    const packing = await packingOf(file.path);
    if (packing === 'zstd' && !(await isWholeZstd(file.path))) throw cutShort(file);
    try {
      hashes.push(await digest(file.path, packing === 'gzip', (bytes) => onBytes(index, bytes), signal));
    } catch (error) {
      signal?.throwIfAborted();
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'Z_BUF_ERROR') throw cutShort(file);
      if (code !== 'Z_DATA_ERROR') throw error;
      throw new DataError('unreadable-file', `${file.shownPath} is a damaged gzip file.`, file.pathIndex);
    }
  }
  return hashes;
}

function cutShort(file: LogFile): DataError {
  return new DataError(
    'truncated-file',
    `${file.shownPath} is cut short: its compressed data end in the middle. Copy or download it again.`,
    file.pathIndex,
  );
}

async function rejectsIn(files: FileImport, table: string): Promise<Reject[]> {
  const rows = await files.execute(
    `SELECT file, line, reason FROM ${identifier(table)} ORDER BY file, line LIMIT ${firstRejects}`,
  );
  return rows.map(({ file, line, reason }) => ({
    file: String(file),
    line: Number(line),
    reason: String(reason),
  }));
}

/** What readers staged would otherwise stay in the session's folder. */
async function dropAllBut(files: FileImport, kept: readonly string[]): Promise<void> {
  const relations = await files.execute(
    `SELECT table_name AS name, table_type AS kind FROM information_schema.tables
     WHERE table_catalog = current_database() ORDER BY table_type DESC`,
  );
  for (const { name, kind } of relations) {
    if (kept.includes(String(name))) continue;
    await files.execute(`DROP ${kind === 'VIEW' ? 'VIEW' : 'TABLE'} ${identifier(String(name))}`);
  }
}
