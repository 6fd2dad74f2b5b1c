/**
 * Rows of a reply's tables, as many as the limits let through. Contract: what is held at once is about one page of text,
 * whatever the size of the result; a limit that cuts is told by `exceeded`.
 */
import { ServiceError } from '../serviceError.ts';
import type { ReplyTable } from './replyTable.ts';

/** Text that one page is meant to hold; the rows for it are guessed from those before. */
const pageBytes = 1024 ** 2;
const firstPageRows = 500;
const maxPageRows = 20_000;

export class RowBudget {
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  #records = 0;
  #bytes = 0;
  #exceeded: ServiceError | undefined;

  /** Limits on all tables of a reply together: rows, and bytes of their text. */
  constructor(maxRecords: number, maxBytes: number) {
    this.#maxRecords = maxRecords;
    this.#maxBytes = maxBytes;
  }

  /** Set once rows were left out. */
  get exceeded(): ServiceError | undefined {
    return this.#exceeded;
  }

  /** Yields the table's rows, page by page, until one does not fit. */
  async *rowsOf(table: ReplyTable, signal: AbortSignal): AsyncGenerator<readonly string[]> {
    let pageRows = firstPageRows;
    for (let offset = 0; offset < table.rowCount && !this.#exceeded;) {
      const page = await table.rows(offset, pageRows, signal);
      const fitting = this.#fitting(page, table.rowCount);
      if (fitting.length > 0) yield fitting;
      offset += pageRows;
      const bytes = page.reduce((sum, row) => sum + row.length, 0);
      pageRows = Math.ceil(
        Math.min(maxPageRows, Math.max(1, (pageBytes / Math.max(1, bytes)) * page.length)),
      );
    }
  }

  #fitting(page: readonly string[], rowCount: number): readonly string[] {
    for (const [index, row] of page.entries()) {
      const bytes = this.#bytes + Buffer.byteLength(row);
      if (this.#records >= this.#maxRecords || bytes > this.#maxBytes) {
        const limit =
          this.#records >= this.#maxRecords ? `${this.#maxRecords} records` : `${this.#maxBytes} bytes`;
        this.#exceeded = tooLarge(limit, this.#records, rowCount);
        return page.slice(0, index);
      }
      this.#records++;
      this.#bytes = bytes;
    }
    return page;
  }
}

/** Kusto's words, by which clients know it; then the figures. */
function tooLarge(limit: string, returned: number, rowCount: number): ServiceError {
  return new ServiceError(
    'limitsExceeded',
    `Query execution has exceeded the allowed limits (80DA0003): The results of this query exceed the set limit of ` +
      `${limit}, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003). ` +
      `${returned} records were returned; this table has ${rowCount}. Summarize or take fewer rows, raise ` +
      `truncationmaxrecords or truncationmaxsize, or set notruncation.`,
  );
}
