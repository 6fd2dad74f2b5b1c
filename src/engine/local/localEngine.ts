/** The local engine's contract: an embedded DuckDB, one database file a session, KQL and SQL over the same tables. */
import type { KqlError } from '../../kql/errors.ts';
import type { TranslatedQuery } from '../../kql/translation.ts';
import type { Column, TableSchema } from '../../kql/types.ts';
import type { Engine, QueryOptions, QueryOutcome } from '../engine.ts';
import type { ResultTable } from '../result.ts';
import type { Difference, Labels } from './difference.ts';
import type { FileImport } from './fileImport.ts';
import type { Landing } from './landing.ts';
import type { KqlService } from '../../kql/translation.ts';

export interface LocalEngine extends Engine {
  readonly kind: 'local';
  /** Runs a `sql` cell: DuckDB SQL over friendly views of the tables (TIMESTAMP, INTERVAL instead of ticks). */
  sql(text: string, options?: QueryOptions): Promise<QueryOutcome>;
  /** Runs one internal statement; values are bound, never concatenated. For readers and lenses, not for user text. */
  execute(
    sql: string,
    values?: readonly SqlBindable[],
    signal?: AbortSignal,
  ): Promise<readonly Record<string, SqlBindable>[]>;
  /** Makes a physical table or view of that name visible to queries with these Kusto types (physical types as in DESIGN). */
  declareTable(name: string, columns: readonly Column[]): void;
  /** Makes a table of these columns that has no rows. */
  declareEmptyTable(name: string, columns: readonly Column[]): Promise<void>;
  /** Translates and prepares without running; the same errors as a run, but for those that only data show. */
  check(kql: string, options?: QueryOptions): Promise<CheckOutcome>;
  /**
   * Builds tables from files, all or none, and makes them visible under the names that `build` returns; the only way
   * by which the engine reads files. Physical types as in DESIGN, columns named by `physicalNames`. `keep` gets the
   * finished database file before the session opens it; it may link or copy that file, not change it.
   */
  importTables(
    build: (files: FileImport) => Promise<readonly TableSchema[]>,
    signal?: AbortSignal,
    keep?: (file: string) => Promise<void>,
  ): Promise<void>;
  /**
   * Makes tables visible that an earlier import built; `place` puts its database file, or a link to it, where it is
   * told. Throws when the file cannot be read or does not have all of the tables, and then changes nothing.
   */
  attachTables(place: (file: string) => Promise<void>, tables: readonly AttachedTable[]): Promise<void>;
  /** Makes a result visible to later queries as a table. */
  publish(name: string, result: ResultTable): Promise<void>;
  /** Rows of two results of this session that only one of them has, as a result. */
  difference(
    left: ResultTable,
    right: ResultTable,
    labels: Labels,
    signal?: AbortSignal,
  ): Promise<Difference>;
  /** Begins to take the rows of another engine's result. */
  land(): Promise<Landing>;
  /** The translator of this session, which knows the language for other engines, too. */
  readonly kql: KqlService;
  /** Opens a stored result (Parquet with physical types) as a result table. */
  openParquet(path: string, columns: readonly Column[]): Promise<ResultTable>;
}

/** A table of an import's database file, and the name and columns under which queries see it. */
export interface AttachedTable extends TableSchema {
  readonly stored: string;
}

export type CheckOutcome =
  | { readonly ok: true; readonly queries: readonly TranslatedQuery[]; readonly notices: readonly string[] }
  | { readonly ok: false; readonly errors: readonly KqlError[] };

export type SqlBindable = string | number | bigint | boolean | null;
