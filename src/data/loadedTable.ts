/** What loading a log produced, and what it could not read. */

/** A file that was read, for provenance. */
export interface Source {
  /** Path as the notebook names it, `/`-separated. */
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Rows that the source gave to the table. */
  readonly rows: number;
}

/** A row that could not be read. */
export interface Reject {
  readonly file: string;
  /** 1-based line in the (decompressed) file. */
  readonly line: number;
  readonly reason: string;
}

export interface LoadedTable {
  readonly name: string;
  readonly rows: number;
  readonly sources: readonly Source[];
  readonly rejects: { readonly count: number; readonly first: readonly Reject[] };
  readonly notices: readonly string[];
}
