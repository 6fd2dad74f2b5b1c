/** Loads log files into one table of the session. */
import type { LocalEngine } from '../engine/local/localEngine.ts';
import type { ScalarType } from '../kql/types.ts';
import { unpackArchives } from './archives/unpackArchives.ts';
import type { LoadCache } from './cache/loadCache.ts';
import { digestAll } from './digest.ts';
import { importFiles } from './importFiles.ts';
import type { LoadedTable } from './loadedTable.ts';
import { progressOf, type LoadProgress, type Progress } from './progress.ts';
import type { RemoteFiles } from './remoteFiles/remoteFiles.ts';
import { resolvePaths, type LogFile } from './resolvePaths.ts';
import { knownColumnTypes } from './schemas/knownSchemas.ts';
import { checkTableName, tableNameFromFile } from './tableName.ts';

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
  /** Where loaded tables are kept; absent: nowhere. */
  readonly cache?: LoadCache;
  /** What gets files from the web; absent: addresses are refused. */
  readonly remote?: RemoteFiles;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Loads the files into one table, columns united by name, and the rows that cannot be read into `<table>_rejects`.
 * Throws {@link DataError}, and then leaves the session as it was; rejects with an `AbortError` when stopped.
 */
export async function loadTable(engine: LocalEngine, request: LoadRequest): Promise<LoadedTable> {
  if (request.table !== undefined) checkTableName(request.table);
  const downloads = request.remote?.begin(request.onProgress, request.signal);
  try {
    const loaded = await loadNamed(engine, request, await resolvePaths({ ...request, downloads }));
    return { ...loaded, notices: [...(downloads?.notices ?? []), ...loaded.notices] };
  } finally {
    await downloads?.dispose();
  }
}

async function loadNamed(
  engine: LocalEngine,
  request: LoadRequest,
  named: readonly LogFile[],
): Promise<LoadedTable> {
  const { format, delimiter, cache, signal } = request;
  const name = request.table ?? tableNameFromFile(named[0]?.shownPath ?? '');
  checkTableName(name);
  const progress = progressOf(named, request.onProgress);
  const digests = digestsOf(named, progress, signal);
  const known = knownTypes(name, named);
  const load = await cache?.describe({ engine, name, files: named, known, format, delimiter, digests });
  const reopened = load && (await cache?.reopen(load));
  if (reopened !== undefined) return reopened;
  const unpacked = await unpackArchives(named, format, signal);
  try {
    const { files, notices } = unpacked;
    const isPacked = files.some((file, index) => file !== named[index]);
    const inside = isPacked ? progressOf(files, request.onProgress) : progress;
    return await importFiles(engine, {
      name,
      files,
      known: isPacked ? knownTypes(name, files) : known,
      format,
      delimiter,
      digests: isPacked ? digestsOf(files, inside, signal) : digests,
      notices,
      progress: inside,
      signal,
      keep:
        load && ((file, columns, loaded) => cache?.keep(file, load, columns, loaded) ?? Promise.resolve()),
    });
  } finally {
    await unpacked.dispose();
  }
}

/** Published types of the table's columns: those of its name, else those of the first file's name. */
function knownTypes(name: string, files: readonly LogFile[]): ReadonlyMap<string, ScalarType> {
  return (
    knownColumnTypes(name) ??
    knownColumnTypes(tableNameFromFile(files[0]?.shownPath ?? name)) ??
    new Map<string, ScalarType>()
  );
}

/** Returns what reads the files for their digests: once, from the first call on. */
function digestsOf(
  files: readonly LogFile[],
  progress: LoadProgress,
  signal: AbortSignal | undefined,
): () => Promise<readonly string[]> {
  let begun: Promise<readonly string[]> | undefined;
  return () => (begun ??= digestAll(files, progress.digested, signal));
}
