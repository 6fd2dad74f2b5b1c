/** A notebook with what its cells produced: all that the report reads. */
import type { ResultTable } from '../engine/result.ts';
import type { Column, WireValue } from '../kql/types.ts';
import type { Render } from '../kql/translation.ts';
import type { LoadedTable } from '../data/loadedTable.ts';
import type { CellError, Provenance } from './cell.ts';
import type { Finding } from './finding.ts';
import type { FrontMatter } from './huntDocument.ts';

/** A result's head: its first rows, and how many there are. */
export interface ResultHead {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly WireValue[])[];
  readonly totalRows: number;
  /** Set where a service did not give all rows. */
  readonly cut?: ResultTable['cut'];
  readonly publishedAs?: string;
  readonly render?: Render;
  readonly provenance: Provenance;
}

export type FinishedCell =
  | { readonly kind: 'prose'; readonly text: string }
  | {
      readonly kind: 'code';
      readonly language: string;
      readonly text: string;
      readonly results: readonly ResultHead[];
      readonly loaded: readonly LoadedTable[];
      readonly notices: readonly string[];
      readonly errors: readonly CellError[];
      /** The cell or an upstream cell changed after the results were made. */
      readonly isStale: boolean;
      readonly hasRun: boolean;
    };

export interface FinishedHunt {
  readonly frontMatter: FrontMatter;
  /** File name of the notebook. */
  readonly fileName: string;
  readonly cells: readonly FinishedCell[];
  readonly findings: readonly Finding[];
}
