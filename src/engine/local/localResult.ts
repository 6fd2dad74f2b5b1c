/** A result that stays in the session's DuckDB as a table; pages, sort orders and filters are computed there. */
import { randomUUID } from 'node:crypto';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identifier, physicalNames } from '../../kql/sql/identifier.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';
import type { Column } from '../../kql/types.ts';
import type { Filter, Page, PageRequest, ResultTable, SortKey } from '../result.ts';
import { displayText, sortTerms } from './display.ts';
import { jsonRow, strictJson } from './jsonText.ts';
import { rowsOf } from './rows.ts';
import { resultSchema, type SessionDatabase } from './sessionDatabase.ts';
import { wireValue } from './wireValue.ts';

/** Most rows that one page may ask for; a grid shows far fewer, and a page is held in JavaScript. */
const maxPageRows = 100_000;

interface Order {
  readonly key: string;
  /** Table of the matching row numbers in the order asked for. */
  readonly table: string;
  readonly rows: number;
}

export class LocalResult implements ResultTable {
  /** Qualified, quoted name of the table; columns have the physical names of `columns`. */
  readonly sqlName: string;
  readonly #names: readonly string[];
  #order: Promise<Order> | undefined;
  #orders = 0;
  #isReleased = false;
  #publications = 0;

  constructor(
    private readonly database: SessionDatabase,
    private readonly folder: string,
    private readonly name: string,
    readonly columns: readonly Column[],
    readonly rowCount: number,
    readonly cut?: ResultTable['cut'],
  ) {
    this.sqlName = resultTableName(name);
    this.#names = physicalNames(columns.map((column) => column.name)).map(identifier);
  }

  async page(request: PageRequest, signal?: AbortSignal): Promise<Page> {
    const limit = Math.max(0, Math.min(Math.floor(request.limit), maxPageRows));
    const offset = Math.max(0, Math.floor(request.offset));
    const order = await this.#orderFor(request, signal);
    const names = this.#names.map((name) => `t.${name}`).join(', ') || 'NULL';
    const inRange = `BETWEEN ${offset} AND ${offset + limit - 1}`;
    const sql = order
      ? `SELECT ${names} FROM (SELECT source, rowid AS place FROM ${order.table} WHERE rowid ${inRange}) AS o
         JOIN ${this.sqlName} AS t ON t.rowid = o.source ORDER BY o.place`
      : `SELECT ${names} FROM ${this.sqlName} AS t WHERE t.rowid ${inRange} ORDER BY t.rowid`;
    const reader = await this.database.pages.run((connection) => connection.runAndReadAll(sql), signal);
    const rows = reader
      .getRows()
      .map((row) => this.columns.map((column, index) => wireValue(row[index] ?? null, column.type)));
    return { offset, rows, matchingRows: order?.rows ?? this.rowCount };
  }

  /** Returns the JSON array of each row from `offset` on, `limit` rows at most, numbers with all their digits. */
  async jsonRows(offset: number, limit: number, signal?: AbortSignal): Promise<readonly string[]> {
    const names = this.#names.map((name) => `t.${name}`);
    const sql = `SELECT ${jsonRow(this.columns, names)} FROM ${this.sqlName} AS t
      WHERE t.rowid BETWEEN ${offset} AND ${offset + limit - 1} ORDER BY t.rowid`;
    const reader = await this.database.pages.run((connection) => connection.runAndReadAll(sql), signal);
    return reader.getRows().map(([row]) => strictJson(String(row)));
  }

  /**
   * The row numbers in the requested order, kept for the next page: a page deep in a sorted result then costs what
   * its first page costs. Only the latest order is kept.
   */
  async #orderFor(request: PageRequest, signal: AbortSignal | undefined): Promise<Order | undefined> {
    const sort = request.sort ?? [];
    const filters = (request.filters ?? []).filter((filter) => filter.text !== '');
    if (sort.length === 0 && filters.length === 0) return undefined;
    const key = JSON.stringify([sort, filters]);
    const previous = await this.#order?.catch(() => undefined);
    if (previous?.key === key) return previous;
    const made = this.#makeOrder(key, sort, filters, signal);
    this.#order = made;
    const order = await made;
    if (previous) await this.#drop(previous.table);
    return order;
  }

  async #makeOrder(
    key: string,
    sort: readonly SortKey[],
    filters: readonly Filter[],
    signal: AbortSignal | undefined,
  ): Promise<Order> {
    const table = `${resultSchema}.${identifier(`${this.name} order ${++this.#orders}`)}`;
    const where = filters.map((filter) => this.#filterSql(filter)).join(' AND ') || 'true';
    const terms = sort.flatMap(({ column, descending }) => {
      const place = this.#place(column);
      return sortTerms(place.name, place.type, descending);
    });
    const sql = `CREATE TABLE ${table} AS SELECT rowid AS source FROM ${this.sqlName}
      WHERE ${where} ORDER BY ${[...terms, 'rowid'].join(', ')}`;
    const rows = await this.database.pages.run((connection) => rowsOf(connection, sql), signal);
    return { key, table, rows: Number(rows[0]?.['Count'] ?? 0) };
  }

  #filterSql(filter: Filter): string {
    const columns = filter.column === undefined ? this.columns.map(({ name }) => name) : [filter.column];
    const needle = stringLiteral(filter.text.toLowerCase());
    const tests = columns.map((column) => {
      const { name, type } = this.#place(column);
      return `contains(lower(${displayText(name, type)}), ${needle})`;
    });
    return `(${tests.map((test) => `coalesce(${test}, false)`).join(' OR ') || 'false'})`;
  }

  #place(column: string): { name: string; type: Column['type'] } {
    const index = this.columns.findIndex(({ name }) => name === column);
    const found = this.columns[index];
    const name = this.#names[index];
    if (!found || name === undefined) throw new RangeError(`The result has no column '${column}'.`);
    return { name, type: found.type };
  }

  async saveParquet(path: string): Promise<void> {
    // DuckDB may write inside the session's folder only; the finished file is copied to where it belongs.
    const draft = join(this.folder, `${this.name}-${randomUUID()}.parquet`);
    const sql = `COPY (FROM ${this.sqlName} ORDER BY rowid) TO ${stringLiteral(draft)} (FORMAT parquet, COMPRESSION zstd)`;
    try {
      await this.database.pages.run((connection) => connection.run(sql));
      await copyFile(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** Keeps the rows for as long as a published name needs them, released or not. */
  retain(): void {
    this.#publications++;
  }

  /** Undoes one {@link retain}. */
  async letGo(): Promise<void> {
    this.#publications--;
    if (this.#isReleased && this.#publications === 0) await this.#drop(this.sqlName);
  }

  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    const order = await this.#order?.catch(() => undefined);
    if (order) await this.#drop(order.table);
    if (this.#publications === 0) await this.#drop(this.sqlName);
  }

  async #drop(table: string): Promise<void> {
    await this.database.pages.run((connection) => connection.run(`DROP TABLE IF EXISTS ${table}`));
  }
}

/** Returns the qualified, quoted name of the table of the result `name`. */
export function resultTableName(name: string): string {
  return `${resultSchema}.${identifier(name)}`;
}
