/** What the thread that reads Windows event logs is asked, and what it answers. */
import type { Packing } from '../textFile.ts';
import type { EvtxSummary } from './convertEvtx.ts';

export interface EvtxJob {
  readonly path: string;
  readonly packing: Packing;
  /** Folder for the files below; it exists and is empty. */
  readonly folder: string;
}

/** A log as files: what DuckDB reads of it. */
export interface ConvertedEvtx {
  readonly summary: EvtxSummary;
  /**
   * At least one file with a row of JSON a line, with the keys of the event columns. None is large, since DuckDB takes
   * memory for what it reads of one file at a time.
   */
  readonly rowsPaths: readonly string[];
  /** File of `{line, reason, raw}` a line for what is damaged; `line` is the place in bytes. */
  readonly damagesPath: string;
}

export type EvtxAnswer =
  /** How many bytes of the log, as it stands on disk, have been read. */
  | { readonly kind: 'progress'; readonly doneBytes: number }
  /** `converted` is undefined when the path holds no Windows event log. */
  | { readonly kind: 'done'; readonly converted: ConvertedEvtx | undefined }
  | { readonly kind: 'failed'; readonly message: string };
