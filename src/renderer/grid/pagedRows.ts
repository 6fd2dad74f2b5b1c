/**
 * The rows behind a grid: pages asked for as they come into view, kept in a bounded cache.
 *
 * A new sort or filter leaves the old rows on screen until the first page of the new order is here, so the grid
 * never flashes empty. At most {@link maxInFlight} requests are under way, and what is in view now comes first.
 */
import type { Filter, Page, PageRequest, SortKey } from '../../engine/result.ts';
import type { WireValue } from '../../kql/types.ts';

export type Row = readonly WireValue[];

export interface RowOrder {
  readonly sort: readonly SortKey[];
  readonly filters: readonly Filter[];
}

export type FetchPage = (request: PageRequest) => Promise<Page>;

const pageRows = 200;
const maxCachedPages = 150;
const maxInFlight = 2;

/** Rows in one order, as far as they are known. */
interface View {
  readonly order: RowOrder;
  readonly pages: Map<number, readonly Row[]>;
  matchingRows: number;
}

export class PagedRows {
  #view: View;
  /** Set while the first page of another order is on its way. */
  #next: RowOrder | undefined;
  #wanted: number[] = [];
  readonly #inFlight = new Set<string>();
  #error: string | undefined;

  constructor(
    private readonly fetchPage: FetchPage,
    private readonly onChange: (change: 'rows' | 'order') => void,
    first: { readonly rows: readonly Row[]; readonly rowCount: number },
  ) {
    this.#view = { order: { sort: [], filters: [] }, pages: new Map(), matchingRows: first.rowCount };
    const isWholePage = first.rows.length === Math.min(pageRows, first.rowCount);
    if (isWholePage) this.#view.pages.set(0, first.rows);
    else this.#head = first.rows;
  }

  /** Rows that came with the output, while their page is not here. */
  #head: readonly Row[] | undefined;

  get order(): RowOrder {
    return this.#view.order;
  }

  get matchingRows(): number {
    return this.#view.matchingRows;
  }

  /** Whether an order that was asked for is not shown yet. */
  get isReordering(): boolean {
    return this.#next !== undefined;
  }

  /** Why rows are missing, until rows arrive again. */
  get error(): string | undefined {
    return this.#error;
  }

  /** Returns the row, or undefined while it is on its way. */
  row(index: number): Row | undefined {
    const page = this.#view.pages.get(Math.floor(index / pageRows));
    return page ? page[index % pageRows] : this.#head?.[index];
  }

  /** Says which rows `[first, end)` are in view; missing ones are asked for and announced by `onChange`. */
  show(first: number, end: number): void {
    const lastPage = Math.ceil(Math.min(end, this.#view.matchingRows) / pageRows);
    this.#wanted = [];
    for (let page = Math.floor(first / pageRows); page < lastPage; page++) {
      const cached = this.#view.pages.get(page);
      if (!cached) this.#wanted.push(page);
      else this.#touch(page, cached);
    }
    this.#pump();
  }

  /** Asks for another order; the rows change when its first page is here. */
  reorder(order: RowOrder): void {
    this.#next = order;
    void this.#fetchFirst(order);
  }

  /** Returns rows `[first, first + count)` in the order shown, for copying. Rejects when they cannot be had. */
  async collect(first: number, count: number): Promise<Row[]> {
    const { order } = this.#view;
    const rows: Row[] = [];
    for (let offset = first; offset < first + count; offset += collectRows) {
      const limit = Math.min(collectRows, first + count - offset);
      const cached = this.#cachedRows(offset, limit);
      rows.push(...(cached ?? (await this.fetchPage({ offset, limit, ...order })).rows));
    }
    return rows;
  }

  #cachedRows(offset: number, limit: number): Row[] | undefined {
    const rows: Row[] = [];
    for (let index = offset; index < offset + limit; index++) {
      const row = this.row(index);
      if (!row) return undefined;
      rows.push(row);
    }
    return rows;
  }

  async #fetchFirst(order: RowOrder): Promise<void> {
    try {
      const page = await this.fetchPage({ offset: 0, limit: pageRows, ...order });
      if (this.#next !== order) return;
      this.#view = { order, pages: new Map([[0, page.rows]]), matchingRows: page.matchingRows };
      this.#head = undefined;
      this.#next = undefined;
      this.#wanted = [];
      this.#error = undefined;
    } catch (error) {
      if (this.#next !== order) return;
      this.#next = undefined;
      this.#error = messageOf(error);
    }
    this.onChange('order');
  }

  #pump(): void {
    for (const page of this.#wanted) {
      if (this.#inFlight.size >= maxInFlight) return;
      void this.#fetch(this.#view, page);
    }
  }

  async #fetch(view: View, page: number): Promise<void> {
    const key = `${JSON.stringify(view.order)}#${page}`;
    if (this.#inFlight.has(key)) return;
    this.#inFlight.add(key);
    let hasFailed = false;
    try {
      const answer = await this.fetchPage({ offset: page * pageRows, limit: pageRows, ...view.order });
      if (view === this.#view) {
        this.#touch(page, answer.rows);
        this.#error = undefined;
      }
    } catch (error) {
      // Not asked for again until the view moves, so that a result that is gone is not asked for in a loop.
      hasFailed = true;
      if (view === this.#view) this.#error = messageOf(error);
    } finally {
      this.#inFlight.delete(key);
    }
    if (view !== this.#view) return;
    this.#wanted = hasFailed ? [] : this.#wanted.filter((wanted) => !view.pages.has(wanted));
    this.#pump();
    this.onChange('rows');
  }

  /** Marks a page as the latest used and forgets the longest unused beyond the bound. */
  #touch(page: number, rows: readonly Row[]): void {
    const { pages } = this.#view;
    pages.delete(page);
    pages.set(page, rows);
    for (const oldest of pages.keys()) {
      if (pages.size <= maxCachedPages) break;
      pages.delete(oldest);
    }
  }
}

/** Rows in one request while copying. */
const collectRows = 5000;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
