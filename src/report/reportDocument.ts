/** The report before it is printed: blocks of content that every format prints in its own way. */
import type { Token } from 'markdown-it';
import type { MatrixColumn } from '../attack/matrix.ts';
import type { Severity } from '../notebook/finding.ts';

export type Tone = 'info' | 'warning' | 'error';

export interface TableColumn {
  readonly name: string;
  /** Numbers stand right. */
  readonly align: 'left' | 'right';
}

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
  /** What was cut, e.g. `20 of 1,234 rows`; absent when the table is whole. */
  readonly cut?: string;
}

export type Block =
  | { readonly kind: 'heading'; readonly level: 2 | 3 | 4; readonly text: string; readonly id?: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | {
      readonly kind: 'facts';
      readonly facts: readonly {
        readonly label: string;
        readonly value: string;
        readonly severity?: Severity;
      }[];
    }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | ({ readonly kind: 'table' } & Table)
  /** A drawing that the table after it repeats in numbers; `svg` is markup that the report itself made. */
  | { readonly kind: 'chart'; readonly label: string; readonly svg: string }
  /** The hunt on the ATT&CK matrix, every tactic in order. */
  | { readonly kind: 'matrix'; readonly columns: readonly MatrixColumn[] }
  /** `folded`: what a reader sees of a long text until it is opened, where the format can fold. */
  | { readonly kind: 'code'; readonly language: string; readonly text: string; readonly folded?: string }
  | { readonly kind: 'notice'; readonly tone: Tone; readonly text: string }
  /** One line that points to a query: `Query 3 · kql · 12 rows`. */
  | { readonly kind: 'reference'; readonly label: string; readonly target: string; readonly note: string }
  /** Prose of the notebook, parsed, its headings already at the levels that they have in the report. */
  | { readonly kind: 'prose'; readonly tokens: readonly Token[] };

export interface ReportDocument {
  readonly title: string;
  readonly severity?: Severity;
  /** One line under the title: which notebook, when the report was made. */
  readonly subtitle: string;
  readonly blocks: readonly Block[];
  /** For formats that are no documents. */
  readonly techniques: readonly TechniqueRow[];
}

/** A technique of the hunt, in words as the report shows them. */
export interface TechniqueRow {
  readonly id: string;
  readonly name: string;
  readonly tactics: string;
  readonly status: string;
  readonly confidence: string;
  readonly evidence: string;
  /** What the step says besides, e.g. that the written id is revoked. */
  readonly note: string;
}
