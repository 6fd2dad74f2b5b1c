/** What a reader is: it opens one kind of file as columns that DuckDB reads, and row by row where one is broken. */
import type { FileImport } from '../../engine/local/fileImport.ts';
import type { ScalarType } from '../../kql/types.ts';
import type { FileStart } from '../fileStart.ts';
import type { LogFile } from '../resolvePaths.ts';

export interface SourceColumn {
  readonly name: string;
  /** Type that the file itself gives the column; absent: its text decides. */
  readonly type?: ScalarType;
  /** How the value stands in column `c<n>`: as text, as JSON, or as the physical value of `type`. */
  readonly form: 'text' | 'json' | 'physical';
  /** The file itself says that the values are text: digits in it stay text, only datetimes are looked for. */
  readonly isQuoted?: boolean;
}

/** What of a file can be read in one pass, as long as nothing is wrong with it. */
interface ReadableFile {
  readonly columns: readonly SourceColumn[];
  /** FROM item with columns `c0`, `c1`, ... in the order of `columns`; fails when a row is broken. */
  readonly from: string;
  /** Facts that the hunter should know; reading on may add some. */
  readonly notices: readonly string[];
}

export interface OpenedFile extends ReadableFile {
  /**
   * Reads the file again and makes a relation of that name with `line` (BIGINT), `raw` (VARCHAR), `reason` (VARCHAR,
   * NULL for a row that could be read) and `c0`, `c1`, ... for every row there is.
   */
  readonly stage: (relation: string) => Promise<void>;
}

/** A file whose columns are what its first rows show; `from` fails where a later row would have shown others. */
export interface GuessedFile extends ReadableFile {
  /** Opens it with the columns that all rows show. */
  readonly readAll: () => Promise<OpenedFile>;
}

export interface ReadOptions {
  /** Separator of values; absent: found out. */
  readonly delimiter?: string;
  /** Hears how much of the file has been read, in bytes on disk, where a reader converts it first. */
  readonly onBytes?: (doneBytes: number) => void;
}

export interface Reader {
  readonly format: string;
  /** File name endings that mean this format, without the ending of a packing such as `.gz`. */
  readonly endings: readonly string[];
  /** Whether a file whose name says nothing is of this format, by how it begins; absent: it is never taken for it. */
  readonly recognizes?: (start: FileStart) => boolean;
  open(files: FileImport, file: LogFile, options: ReadOptions): Promise<OpenedFile | GuessedFile>;
}
