/** Reads log files into a table of the session, and what cannot be read into its table of rejects. */
import type { FileImport } from '../engine/local/fileImport.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import { identifier } from '../kql/sql/identifier.ts';
import type { Column, ScalarType } from '../kql/types.ts';
import { buildTable } from './buildTable.ts';
import { DataError } from './dataError.ts';
import type { LoadedTable } from './loadedTable.ts';
import type { LoadProgress } from './progress.ts';
import { readerFor } from './readers/registry.ts';
import { createRejects, rejectColumns, rejectsIn, rejectsTable } from './rejects.ts';
import type { LogFile } from './resolvePaths.ts';

/** Files that become one table, and how they are read. */
export interface TableFiles {
  /** Name of the table. */
  readonly name: string;
  readonly files: readonly LogFile[];
  /** Published types by column name. */
  readonly known: ReadonlyMap<string, ScalarType>;
  readonly format: string | undefined;
  readonly delimiter: string | undefined;
  /** The SHA-256 of each file; begins to read them when it is called for the first time. */
  readonly digests: () => Promise<readonly string[]>;
}

export interface FileSet extends TableFiles {
  /** What the hunter should know of the files beside what their readers say. */
  readonly notices: readonly string[];
  readonly progress: LoadProgress;
  readonly signal: AbortSignal | undefined;
  /** Gets the finished database file before the session opens it. */
  readonly keep:
    ((file: string, columns: readonly Column[], loaded: LoadedTable) => Promise<void>) | undefined;
}

/** Throws {@link DataError}, and then leaves the session as it was; rejects with an `AbortError` when stopped. */
export async function importFiles(engine: LocalEngine, set: FileSet): Promise<LoadedTable> {
  const { name, files: logFiles, known, progress, signal, keep } = set;
  const rejects = rejectsTable(name);
  const digests = set.digests();
  digests.catch(() => undefined); // looked at below, after the build or instead of its error
  let built: { readonly columns: readonly Column[]; readonly loaded: LoadedTable } | undefined;
  const build = async (files: FileImport) => {
    await createRejects(files, rejects);
    const stopWatching = progress.watch(files);
    try {
      const sources = await openAll(files, set);
      const { columns, rows } = await buildTable(files, { name, rejects, known }, sources, progress.loaded);
      const hashes = await digests;
      await dropAllBut(files, [name, rejects]);
      const loaded: LoadedTable = {
        name,
        rows: rows.reduce((sum, n) => sum + n, 0),
        sources: logFiles.map(({ shownPath, sizeBytes }, index) => ({
          path: shownPath,
          sha256: hashes[index] ?? '',
          sizeBytes,
          rows: rows[index] ?? 0,
        })),
        rejects: await rejectsIn(files, rejects),
        notices: [...set.notices, ...sources.flatMap(({ opened }) => opened.notices)],
      };
      built = { columns, loaded };
      return [
        { name, columns },
        { name: rejects, columns: rejectColumns },
      ];
    } finally {
      stopWatching();
    }
  };
  const keepBuilt = async (file: string): Promise<void> => {
    if (built !== undefined) await keep?.(file, built.columns, built.loaded);
  };
  try {
    await engine.importTables(build, signal, keepBuilt);
  } catch (error) {
    if (error instanceof DataError) throw error;
    signal?.throwIfAborted();
    await digests; // a file that is cut short explains what the reader stumbled over
    throw error;
  }
  if (!built) throw new Error('The import ended without a table.');
  return built.loaded;
}

async function openAll(files: FileImport, { files: logFiles, format, delimiter, progress, signal }: FileSet) {
  const sources = [];
  for (const [index, file] of logFiles.entries()) {
    const reader = readerFor(file, format);
    try {
      const opened = await reader.open(files, file, {
        ...(delimiter !== undefined && { delimiter }),
        onBytes: (doneBytes) => progress.converted(index, doneBytes),
      });
      sources.push({ shownPath: file.shownPath, opened });
    } catch (error) {
      signal?.throwIfAborted();
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
