/** The table that a query produced. It stays where it was computed; readers ask for pages. */
import type { Column, WireValue } from '../kql/types.ts';

export interface SortKey {
  readonly column: string;
  readonly descending: boolean;
}

export interface Filter {
  /** Absent: any column. */
  readonly column?: string;
  /** Case-insensitive substring of the value's display text. */
  readonly text: string;
}

export interface PageRequest {
  readonly offset: number;
  readonly limit: number;
  readonly sort?: readonly SortKey[];
  readonly filters?: readonly Filter[];
}

export interface Page {
  readonly offset: number;
  readonly rows: readonly (readonly WireValue[])[];
  /** Rows after filtering. */
  readonly matchingRows: number;
}

export interface ResultTable {
  readonly columns: readonly Column[];
  readonly rowCount: number;
  /** Set when a service or limit cut the result: at least this many rows exist. */
  readonly cut?: { readonly atLeastRows: number; readonly limit: string };
  page(request: PageRequest, signal?: AbortSignal): Promise<Page>;
  /** Writes the whole table, physical types, to a Parquet file. */
  saveParquet(path: string): Promise<void>;
  /** Frees what holds the rows; the table must not be used afterwards. */
  release(): Promise<void>;
}
