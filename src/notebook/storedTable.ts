/** A stored result as a result table; its Parquet file is opened when the first page is asked for. */
import type { LocalEngine } from '../engine/local/localEngine.ts';
import type { Page, PageRequest, ResultTable } from '../engine/result.ts';
import type { StoredResult } from './sidecarIndex.ts';

export type OpenParquet = LocalEngine['openParquet'];

export class StoredTable implements ResultTable {
  readonly columns: ResultTable['columns'];
  readonly rowCount: number;
  readonly cut?: ResultTable['cut'];
  readonly #path: string;
  readonly #open: OpenParquet;
  #opened: Promise<ResultTable> | undefined;

  constructor(path: string, stored: StoredResult, open: OpenParquet) {
    this.#path = path;
    this.#open = open;
    this.columns = stored.columns;
    this.rowCount = stored.rowCount;
    this.cut = stored.cut;
  }

  async page(request: PageRequest, signal?: AbortSignal): Promise<Page> {
    return (await this.#table()).page(request, signal);
  }

  async saveParquet(path: string): Promise<void> {
    await (await this.#table()).saveParquet(path);
  }

  async release(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await (await opened)?.release();
  }

  #table(): Promise<ResultTable> {
    this.#opened ??= this.#open(this.#path, this.columns).catch((error: unknown) => {
      this.#opened = undefined;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`The stored result cannot be read; run the cell again. (${reason})`, { cause: error });
    });
    return this.#opened;
  }
}
