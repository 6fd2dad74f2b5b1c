/** Where a query runs: the local DuckDB, or a remote service that speaks KQL. */
import type { KqlError } from '../kql/errors.ts';
import type { Render } from '../kql/translation.ts';
import type { ParameterValue, Schema } from '../kql/types.ts';
import type { ResultTable } from './result.ts';

export interface QueryOptions {
  readonly parameters?: readonly ParameterValue[];
  readonly lets?: readonly string[];
  readonly signal?: AbortSignal;
  /** Results keep to themselves the names that the text gives them. */
  readonly isPrivate?: boolean;
}

export interface QueryResult {
  readonly table: ResultTable;
  /** Name under which later queries of this engine see the result. */
  readonly publishedAs?: string;
  readonly render?: Render;
}

export type QueryOutcome =
  | {
      readonly ok: true;
      readonly results: readonly QueryResult[];
      readonly lets: readonly string[];
      readonly notices: readonly string[];
    }
  | { readonly ok: false; readonly errors: readonly KqlError[] };

/** The services that a query can run on. */
export type EngineKind = 'local' | 'kusto' | 'log-analytics' | 'defender';

export interface Engine {
  readonly kind: EngineKind;
  /** What provenance calls it, e.g. `local (DuckDB 1.5.6)` or `Azure Data Explorer (help.kusto.windows.net/Samples)`. */
  readonly name: string;
  /** Tables that a query can name. */
  schema(): Schema;
  /** What can be said against the text without running it, at its places. */
  diagnose(kql: string, options?: QueryOptions): Promise<readonly KqlError[]>;
  /** Runs every statement of the text in order. Rejects with `AbortError` when the signal fires. */
  query(kql: string, options?: QueryOptions): Promise<QueryOutcome>;
  dispose(): Promise<void>;
}
