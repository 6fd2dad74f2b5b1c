/**
 * The session's DuckDB: one database file in which user statements run, and nothing but that folder is readable.
 *
 * Two DuckDB instances share the work. Queries, SQL cells and results run in the *session* instance, in which DuckDB
 * itself refuses every file outside the session's folder (`allowed_directories`, `enable_external_access = false`)
 * and every change to that (`lock_configuration`). Logs are read by a second instance (see `fileImport.ts`), which
 * never sees user text. Checking user text alone would leave one mistake between a hostile notebook and the disk.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { stringLiteral } from '../../kql/sql/literal.ts';
import { StatementPool, type Statements } from './statementPool.ts';
import { StatementQueue } from './statementQueue.ts';

/** What a DuckDB instance of this session may use. */
export interface Budget {
  readonly memoryLimitBytes: number;
  readonly threads: number;
  /** Where it spills what does not fit. */
  readonly spillFolder: string;
}

/** Schema of the physical results. */
export const resultSchema = 'results';
/** Schema of the views that `sql` cells see. */
export const friendlySchema = 'sql_cells';

export interface SessionDatabase {
  /** KQL and internal statements. */
  readonly queries: Statements;
  /** Pages of results, so that a grid scrolls while a query runs. */
  readonly pages: Statements;
  /** `sql` cells: unqualified names mean the friendly views. */
  readonly sqlCells: Statements;
  /** DuckDB's version, e.g. `1.5.6`. */
  readonly version: string;
  close(): Promise<void>;
}

/** Options under which DuckDB never fetches or loads extensions by itself. */
export function instanceOptions(budget: Budget): Record<string, string> {
  return {
    threads: String(budget.threads),
    memory_limit: kibibytes(budget.memoryLimitBytes),
    temp_directory: budget.spillFolder,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  };
}

/** Returns a size as DuckDB's settings read it. */
export function kibibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024)}KiB`;
}

/**
 * Creates the database in `folder`, replacing what a crashed session left there; `prepare` runs before it is locked. KQL
 * statements take turns, and so do pages, unless they run side by side.
 */
export async function openSessionDatabase(
  folder: string,
  budget: Budget,
  prepare: (connection: DuckDBConnection) => Promise<void>,
  isSideBySide = false,
): Promise<SessionDatabase> {
  await mkdir(budget.spillFolder, { recursive: true });
  const file = join(folder, 'session.duckdb');
  await removeDatabase(file);
  const instance = await DuckDBInstance.create(file, instanceOptions(budget));
  const connections = [await instance.connect(), await instance.connect(), await instance.connect()] as const;
  const [queries, pages, sqlCells] = connections;
  await queries.run(`CREATE SCHEMA ${resultSchema}; CREATE SCHEMA ${friendlySchema}`);
  await prepare(queries);
  await queries.run(`SET GLOBAL TimeZone = 'UTC'`);
  await sqlCells.run(`SET search_path = '${friendlySchema}'`);
  await queries.run(`SET allowed_directories = [${stringLiteral(folder)}]`);
  await queries.run(`SET enable_external_access = false`);
  await queries.run(`SET lock_configuration = true`);
  const version = String((await queries.runAndReadAll('SELECT version()')).getRows()[0]?.[0] ?? '');
  const statements = (connection: DuckDBConnection): Statements =>
    isSideBySide ? new StatementPool(connection, () => instance.connect()) : new StatementQueue(connection);
  const queues = [statements(queries), statements(pages), new StatementQueue(sqlCells)] as const;
  return {
    queries: queues[0],
    pages: queues[1],
    sqlCells: queues[2],
    version: version.replace(/^v/, ''),
    close: async () => {
      await Promise.all(queues.map((queue) => queue.close()));
      instance.closeSync();
      await removeDatabase(file);
      await rm(budget.spillFolder, { recursive: true, force: true });
    },
  };
}

/** Deletes a database file and its write-ahead log, where they exist. */
export async function removeDatabase(file: string): Promise<void> {
  await Promise.all([rm(file, { force: true }), rm(`${file}.wal`, { force: true })]);
}
