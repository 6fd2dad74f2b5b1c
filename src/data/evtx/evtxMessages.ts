/** What the thread that reads Windows event logs is asked, and what it answers. */
import type { EvtxSummary } from './convertEvtx.ts';

export interface EvtxJob {
  readonly path: string;
  readonly isGzip: boolean;
  /** File to write: a row of JSON a line, with the keys of the event columns. */
  readonly rowsPath: string;
  /** File to write: `{line, reason, raw}` a line for what is damaged; `line` is the place in bytes. */
  readonly damagesPath: string;
}

export type EvtxAnswer =
  | { readonly ok: true; readonly summary: EvtxSummary | undefined }
  | { readonly ok: false; readonly message: string };
