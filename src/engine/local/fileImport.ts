/**
 * Reading files into the session. A second DuckDB instance, which sees files but never user text, writes a database
 * file of its own; the session then attaches that read-only. No row is copied twice, and a load that fails or is
 * cancelled leaves nothing behind.
 */
import { mkdir } from 'node:fs/promises';
import { DuckDBDataChunk, DuckDBInstance, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { identifier } from '../../kql/sql/identifier.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';
import type { SqlBindable } from './localEngine.ts';
import { rowsOf } from './rows.ts';
import { instanceOptions, removeDatabase, type Budget } from './sessionDatabase.ts';
import { StatementQueue } from './statementQueue.ts';

/** Name of the attached database inside the reading instance. */
const target = 'import';
/** Rows per chunk of DuckDB's vectors. */
const chunkRows = 2048;

/** What a reader of files may do while it builds tables. */
export interface FileImport {
  /** Runs one statement; tables it creates belong to the import. Values are bound. */
  execute(sql: string, values?: readonly SqlBindable[]): Promise<readonly Record<string, SqlBindable>[]>;
  /** Appends rows of text to a table of VARCHAR columns. */
  append(table: string, rows: AsyncIterable<readonly (string | null)[]>): Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/** Builds the database `file` with `build`, in an instance that lives as long as that takes. */
export async function buildImport<T>(
  file: string,
  budget: Budget,
  build: (files: FileImport) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  await mkdir(budget.spillFolder, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', instanceOptions(budget));
  const connection = await instance.connect();
  const queue = new StatementQueue(connection);
  let isBuilt = false;
  try {
    await connection.run(`SET TimeZone = 'UTC'`);
    await connection.run(`ATTACH ${stringLiteral(file)} AS ${target}`);
    await connection.run(`USE ${target}`);
    const built = await build({
      signal,
      execute: (sql, values) => queue.run((free) => rowsOf(free, sql, values), signal),
      append: (table, rows) => queue.run((free) => appendText(free, table, rows, signal), signal),
    });
    await connection.run(`USE memory`);
    await connection.run(`DETACH ${target}`);
    isBuilt = true;
    return built;
  } finally {
    await queue.close();
    instance.closeSync();
    if (!isBuilt) await removeDatabase(file);
  }
}

async function appendText(
  connection: DuckDBConnection,
  table: string,
  rows: AsyncIterable<readonly (string | null)[]>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    let chunk: (readonly (string | null)[])[] = [];
    const flush = (): void => {
      const width = chunk[0]?.length ?? 0;
      const data = DuckDBDataChunk.create(
        Array.from({ length: width }, () => VARCHAR),
        chunk.length,
      );
      data.setRows(chunk);
      appender.appendDataChunk(data);
      chunk = [];
    };
    for await (const row of rows) {
      signal?.throwIfAborted();
      if (chunk.push(row) === chunkRows) flush();
    }
    if (chunk.length > 0) flush();
  } finally {
    appender.closeSync();
  }
}

/** Returns SQL that shows the tables of an import's file to the session under the database name `alias`. */
export function attachSql(file: string, alias: string): string {
  return `ATTACH ${stringLiteral(file)} AS ${identifier(alias)} (READ_ONLY)`;
}
