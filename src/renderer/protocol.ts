/**
 * What the extension and the renderer say to each other. Types and two names, no DOM and no Node, so that both
 * sides may import this file.
 *
 * Contract: an output item of {@link resultMime} holds one {@link ResultPayload} as JSON. Rows beyond the first page
 * are asked for by {@link PageRequested} and answered by {@link PageSent} or {@link PageFailed} with the same
 * `requestId`; every request gets exactly one answer. Messages go through the renderer messaging of
 * {@link rendererId}; the extension answers to the editor that asked.
 */
import type { Filter, Page, PageRequest } from '../engine/result.ts';
import type { Render } from '../kql/translation.ts';
import type { Column, WireValue } from '../kql/types.ts';

/** MIME type of a result in a cell's output. */
export const resultMime = 'application/vnd.hunt.result+json';

/** Id of the renderer in `package.json` and in `createRendererMessaging`. */
export const rendererId = 'hunt-result';

/** Rows that an output carries with it; results of at most so many rows need no request to sort and filter. */
export const firstPageRows = 100;

/** Rows that one page request may ask for; a chart asks for so many. */
export const maxPageRows = 5000;

/** One result as it stands in a cell's output: its head, and where the rest can be asked for. */
export interface ResultPayload {
  /** Names the result in requests; unique in the notebook's session and the same after reopening. */
  readonly resultId: string;
  readonly columns: readonly Column[];
  readonly rowCount: number;
  /** Set when a service or limit cut the result: at least so many rows exist. */
  readonly cut?: { readonly atLeastRows: number; readonly limit: string };
  /** The first rows in the result's own order, at most {@link firstPageRows}. */
  readonly firstPage: readonly (readonly WireValue[])[];
  /** The query ends in a defined row order. */
  readonly isSorted: boolean;
  readonly provenance: {
    /** E.g. `local (DuckDB 1.5.6)`. */
    readonly engine: string;
    readonly durationMs: number;
    /** ISO instant. */
    readonly startedAt: string;
  };
  /** Name under which later cells see the result. */
  readonly publishedAs?: string;
  readonly render?: Render;
  readonly notices: readonly string[];
  /** The cell or an upstream cell changed after the result was made. */
  readonly isStale: boolean;
}

/** Renderer asks for rows. */
export interface PageRequested {
  readonly type: 'page';
  readonly resultId: string;
  readonly requestId: number;
  readonly request: PageRequest;
}

/** Renderer no longer wants the answer; the extension may stop the work, and then answers with code `cancelled`. */
export interface PageCancelled {
  readonly type: 'cancelPage';
  readonly resultId: string;
  readonly requestId: number;
}

/** The hunter pins evidence: these rows, or the whole result when `rows` is absent. */
export interface PinRequested {
  readonly type: 'pin';
  readonly resultId: string;
  /** Values of the chosen rows, in the order shown, at most 200. */
  readonly rows?: readonly (readonly WireValue[])[];
  /** Rows that were chosen in all. */
  readonly totalRows: number;
}

/** The webview may not write to the clipboard; the extension does it. */
export interface CopyRequested {
  readonly type: 'copy';
  readonly text: string;
}

/** Answer to {@link DescribeRequested}: all results that this webview shows now, in the order shown. */
export interface Described {
  readonly type: 'described';
  readonly requestId: number;
  readonly outputs: readonly OutputDescription[];
}

/** What a reader sees of one result. */
export interface OutputDescription {
  readonly resultId: string;
  readonly view: 'table' | 'chart';
  /** Texts of the visible column headers, left to right. */
  readonly headers: readonly string[];
  /** Texts of the visible cells, row by row; a row that is still on its way reads as empty texts. */
  readonly cells: readonly (readonly string[])[];
  /** 0-based index of the first visible row among the matching rows. */
  readonly firstRow: number;
  readonly rowCount: number;
  /** Rows after filtering. */
  readonly matchingRows: number;
  readonly filters: readonly Filter[];
  /** The status line, e.g. `1,234 rows · 56 ms · local (DuckDB 1.5.6)`. */
  readonly status: string;
  /** Notices shown above the table, the cut and the stale notice included. */
  readonly notices: readonly string[];
  readonly isStale: boolean;
  /** Text content of the chart's SVG, where the chart is shown. */
  readonly chartText?: string;
}

export type FromRenderer = PageRequested | PageCancelled | PinRequested | CopyRequested | Described;

/** Rows that were asked for. */
export interface PageSent {
  readonly type: 'pageSent';
  readonly resultId: string;
  readonly requestId: number;
  readonly page: Page;
}

/** The rows cannot be had. `gone`: the result is no longer held; running the cell again brings it back. */
export interface PageFailed {
  readonly type: 'pageFailed';
  readonly resultId: string;
  readonly requestId: number;
  readonly code: 'gone' | 'cancelled' | 'failed';
  /** Complete sentence for the hunter. */
  readonly message: string;
}

/** The staleness of a shown result changed. */
export interface StaleChanged {
  readonly type: 'stale';
  readonly resultId: string;
  readonly isStale: boolean;
}

/** Asks what is on screen. */
export interface DescribeRequested {
  readonly type: 'describe';
  readonly requestId: number;
}

export type ToRenderer = PageSent | PageFailed | StaleChanged | DescribeRequested;
