/** Cells of a hunt notebook and what running one gives. */
import type { QueryResult } from '../engine/engine.ts';
import type { LoadedTable } from '../data/loadedTable.ts';
import type { Finding } from './finding.ts';

/** Languages of runnable fences. `kusto` is an alias that parses to `kql`. */
export const runnableLanguages = ['kql', 'hunt', 'sql', 'sigma'] as const;
export type RunnableLanguage = (typeof runnableLanguages)[number];

export interface CodeCell {
  readonly language: RunnableLanguage;
  readonly text: string;
}

/** Something wrong in a cell, at its place in the cell's text (UTF-16 code units). */
export interface CellError {
  /** Stable: a Kusto code, `unsupported-operator`, `yaml`, `unknown-step`, `missing-file`, ... */
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly length: number;
  readonly suggestions?: readonly string[];
  /** The cell runs all the same. */
  readonly isWarning?: true;
  /** Table that the cell names and the session does not have. */
  readonly missingTable?: string;
}

/** Where a result came from; enough to repeat it and to trust it. */
export interface Provenance {
  /** The cell's text as run. */
  readonly query: string;
  readonly language: RunnableLanguage;
  /** The KQL that ran, where the cell is a detection step. */
  readonly kql?: string;
  readonly engine: string;
  /** Files behind the session's tables when the cell ran. */
  readonly sources: readonly {
    readonly table: string;
    readonly path: string;
    readonly sha256: string;
    readonly rows: number;
  }[];
  /** ISO instant. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly rowCount: number;
}

export interface CellResult extends QueryResult {
  readonly provenance: Provenance;
}

export type CellOutcome =
  | {
      readonly status: 'ok';
      readonly results: readonly CellResult[];
      readonly loaded: readonly LoadedTable[];
      readonly notices: readonly string[];
      readonly findings: readonly Finding[];
    }
  | { readonly status: 'failed'; readonly errors: readonly CellError[] }
  | { readonly status: 'cancelled' };
