/**
 * Reading files into the session. A second DuckDB instance, which sees files but never user text, writes a database
 * file of its own; the session then attaches that read-only. No row is copied twice, and a load that fails or is
 * cancelled leaves nothing behind.
 */
import { mkdir, rm } from 'node:fs/promises';
import { DuckDBDataChunk, DuckDBInstance, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { identifier } from '../../kql/sql/identifier.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';
import type { SqlBindable } from './localEngine.ts';
import { rowsOf } from './rows.ts';
import { instanceOptions, kibibytes, removeDatabase, type Budget } from './sessionDatabase.ts';
import { registerScalarFunctions } from './scalarFunctions.ts';
import { StatementQueue } from './statementQueue.ts';
import { textFunctions, textMacros } from './textConversion.ts';

/** Name of the attached database inside the reading instance. */
const target = 'import';
/** Rows per chunk of DuckDB's vectors. */
const chunkRows = 2048;
const batchRows = 10 * chunkRows;

/** What a reader of files may do while it builds tables. */
export interface FileImport {
  /** Runs one statement; tables it creates belong to the import. Values are bound. */
  execute(sql: string, values?: readonly SqlBindable[]): Promise<readonly Record<string, SqlBindable>[]>;
  /** Appends rows of text to a table of VARCHAR columns. */
  append(table: string, rows: AsyncIterable<readonly (string | null)[]>): Promise<void>;
  /** Folder for files that live as long as the import. */
  readonly scratchFolder: string;
  readonly signal: AbortSignal | undefined;
  /** Share of the running statement that is done, 0 to 1. */
  progress(): number;
  /**
   * From now on one thread and little memory do: for formats whose own reading takes longer than DuckDB's. A statement
   * that does not fit gets the whole budget after all.
   */
  saveMemory(): Promise<void>;
}

/** Enough for the buffers of one thread whose rows come in pieces of a few megabytes. */
const savingLimitBytes = 96_000_000;
/** Rows that DuckDB holds unpacked before it writes them; its own 122,880 are 90 MB of usual events. */
const savingRowGroup = 8192;

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
  const scratchFolder = `${file}.scratch`;
  let isBuilt = false;
  try {
    await mkdir(scratchFolder);
    registerScalarFunctions(connection, textFunctions);
    for (const macro of textMacros) await connection.run(`CREATE TEMP MACRO ${macro}`);
    // The progress bar is what makes DuckDB measure progress; nothing is printed.
    await connection.run(`SET enable_progress_bar = true; SET enable_progress_bar_print = false`);
    await connection.run(`SET TimeZone = 'UTC'`);
    await connection.run(`ATTACH ${stringLiteral(file)} AS ${target}`);
    await connection.run(`USE ${target}`);
    let isSaving = false;
    const built = await build({
      scratchFolder,
      signal,
      progress: () => Math.max(0, connection.progress.percentage) / 100,
      execute: (sql, values) =>
        queue.run(async (free) => {
          try {
            return await rowsOf(free, sql, values);
          } catch (error) {
            if (!isSaving || signal?.aborted === true || !isOutOfMemory(error)) throw error;
            isSaving = false;
            await setMemoryLimit(free, budget.memoryLimitBytes);
            return rowsOf(free, sql, values);
          }
        }, signal),
      append: (table, rows) => appendText(queue, table, rows, signal),
      saveMemory: () =>
        queue.run(async (free) => {
          if (isSaving || budget.memoryLimitBytes <= savingLimitBytes) return;
          isSaving = true;
          await setMemoryLimit(free, savingLimitBytes);
          await free.run('SET threads = 1');
          await free.run(`USE memory; DETACH ${target}`);
          await free.run(`ATTACH ${stringLiteral(file)} AS ${target} (ROW_GROUP_SIZE ${savingRowGroup})`);
          await free.run(`USE ${target}`);
        }, signal),
    });
    await connection.run(`USE memory`);
    await connection.run(`DETACH ${target}`);
    isBuilt = true;
    return built;
  } finally {
    await queue.close();
    instance.closeSync();
    await rm(scratchFolder, { recursive: true, force: true });
    if (!isBuilt) await removeDatabase(file);
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Out of Memory Error');
}

function setMemoryLimit(connection: DuckDBConnection, bytes: number): Promise<unknown> {
  return connection.run(`SET memory_limit = '${kibibytes(bytes)}'`);
}

/** The connection is taken for each batch only: whoever gives the rows may need it too. */
async function appendText(
  queue: StatementQueue,
  table: string,
  rows: AsyncIterable<readonly (string | null)[]>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let batch: (readonly (string | null)[])[] = [];
  const flush = async (): Promise<void> => {
    const full = batch;
    batch = [];
    await queue.run((connection) => appendBatch(connection, table, full), signal);
  };
  for await (const row of rows) {
    if (batch.push(row) === batchRows) await flush();
  }
  if (batch.length > 0) await flush();
}

async function appendBatch(
  connection: DuckDBConnection,
  table: string,
  rows: readonly (readonly (string | null)[])[],
): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    for (let start = 0; start < rows.length; start += chunkRows) {
      const part = rows.slice(start, start + chunkRows);
      const chunk = DuckDBDataChunk.create(
        (part[0] ?? []).map(() => VARCHAR),
        part.length,
      );
      chunk.setRows(part);
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
}

/** Returns SQL that shows the tables of an import's file to the session under the database name `alias`. */
export function attachSql(file: string, alias: string): string {
  return `ATTACH ${stringLiteral(file)} AS ${identifier(alias)} (READ_ONLY)`;
}
