/**
 * What the extension and the result renderer tell each other. Types only: the renderer runs in the notebook's webview,
 * the extension in its own process, and both compile against this file.
 *
 * An output of mime {@link ResultOutput} is small: it carries the first rows. The renderer asks for further pages by
 * message; several renderers of one editor hear every answer, so an answer repeats the asker's `requestId`.
 */
import type { Column, WireValue } from '../kql/types.ts';
import type { Render } from '../kql/translation.ts';
import type { Page, PageRequest } from '../engine/result.ts';
import type { Drawing } from '../report/drawing.ts';
import type { Provenance } from '../notebook/cell.ts';

/** The JSON of an `application/vnd.hunt.result+json` output item. */
export interface ResultOutput {
  /** Names the result in messages; unique among all open notebooks and unguessable from log content. */
  readonly resultId: string;
  readonly columns: readonly Column[];
  readonly rowCount: number;
  /** Rows from offset 0, unsorted and unfiltered; all of them where `firstRows.length === rowCount`. */
  readonly firstRows: readonly (readonly WireValue[])[];
  /** Name of the table that later cells see. */
  readonly publishedAs?: string;
  readonly render?: Render;
  /** What the result also shows as, where it is of a kind that has a picture. */
  readonly drawing?: Drawing;
  readonly provenance: Provenance;
  readonly notices: readonly string[];
  /** Set when a service or limit cut the result: at least this many rows exist. */
  readonly cut?: { readonly atLeastRows: number; readonly limit: string };
  /** Read back from the stored results of an earlier session rather than run in this one. */
  readonly isRestored: boolean;
  /** The cell or an upstream cell changed after the result was made. */
  readonly isStale: boolean;
}

/** What a result can show as: rows, a chart that the query asks for, or its drawing. */
export type View = 'table' | 'chart' | Drawing['kind'];

/** Renderer to extension. */
export type RendererMessage =
  | {
      readonly kind: 'page';
      /** Chosen by the asking renderer; unique within the webview (e.g. `crypto.randomUUID()`). */
      readonly requestId: string;
      readonly resultId: string;
      readonly request: PageRequest;
    }
  | {
      readonly kind: 'pin';
      readonly resultId: string;
      /** The selected rows, in the result's column order; absent: the whole result. */
      readonly rows?: readonly (readonly WireValue[])[];
    }
  /** Puts text on the clipboard, where the webview itself may not. */
  | { readonly kind: 'copy'; readonly text: string }
  | {
      readonly kind: 'described';
      readonly requestId: string;
      readonly results: readonly DescribedResult[];
    };

/** Extension to renderer. */
export type ExtensionMessage =
  | { readonly kind: 'page'; readonly requestId: string; readonly page: Page }
  | { readonly kind: 'failed'; readonly requestId: string; readonly message: string }
  /** The result became stale or fresh again while it is shown. */
  | { readonly kind: 'stale'; readonly resultId: string; readonly isStale: boolean }
  /** Asks what is drawn now; answered by one `described`. Tests use it to read the grid on every VS Code host. */
  | { readonly kind: 'describe'; readonly requestId: string };

/** What a drawn result shows at this moment, as text. */
export interface DescribedResult {
  readonly resultId: string;
  readonly view: View;
  /** Header texts, left to right. */
  readonly headers: readonly string[];
  /** Texts of the visible body cells, row by row; a row that is still on its way reads as empty texts. */
  readonly cells: readonly (readonly string[])[];
  /** 0-based index of the first visible row among the matching rows. */
  readonly firstRow: number;
  /** Rows after filtering; absent while a filter is being counted. */
  readonly matchingRows?: number;
  /** The line of row and time figures, and the notices. */
  readonly status: string;
  /** Texts of the chart or drawing, where one is shown. */
  readonly chartText?: string;
}
