/** Opens the local engine of a session. */
import { mkdir, realpath } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { jsFunctions } from '../../kql/functions/jsFunctions.ts';
import { lateFunctions } from '../../kql/functions/lateFunctions.ts';
import { functionMacros } from '../../kql/functions/macros.ts';
import { ticksFromEpochMilliseconds } from '../../kql/time/ticks.ts';
import type { KqlService } from '../../kql/translation.ts';
import { lateRegistration } from './lateRegistration.ts';
import { LocalDuckDb } from './localDuckDb.ts';
import type { LocalEngine } from './localEngine.ts';
import { registerScalarFunctions } from './scalarFunctions.ts';
import { openSessionDatabase } from './sessionDatabase.ts';
import { textFunctions, textMacros } from './textConversion.ts';
import { createWorkerKqlService } from './workerKqlService.ts';

export interface LocalEngineOptions {
  /** Folder of the session's database file and of what DuckDB spills; made when missing, left empty at the end. */
  readonly folder: string;
  /** Memory for DuckDB in all. Default: 60 % of the machine's. */
  readonly memoryLimitBytes?: number;
  /** Default: all processors but one, so that the editor stays responsive. */
  readonly threads?: number;
  /**
   * What `externaldata` that nobody has loaded means: an error (the default), or no rows, for sessions whose tables
   * are all empty.
   */
  readonly externalData?: 'refuse' | 'empty';
  /** Translator; by default one in a worker thread of its own, started by the first query. */
  readonly kql?: KqlService;
  /**
   * Queries run at the same time, each stopped by itself, for a server's clients; by default they take turns. Each query
   * blocks one of Node's threads for files while it runs (`UV_THREADPOOL_SIZE`): the caller leaves some free.
   */
  readonly isSideBySide?: boolean;
  /** The instant that `now()` means, in ticks since 0001-01-01. */
  readonly now?: () => bigint;
}

/** DuckDB advises 50 to 60 % of memory. It takes what queries need and spills beyond. */
const memoryShare = 0.6;
/** The instance that reads files gets this share of the memory, the session the rest. */
const importShare = 1 / 4;

/** Opens a session's engine in `folder`, which no other engine may use at the same time. */
export async function openLocalEngine(options: LocalEngineOptions): Promise<LocalEngine> {
  await mkdir(options.folder, { recursive: true });
  const folder = await realpath(options.folder); // DuckDB compares real paths with what it may open
  const memory = options.memoryLimitBytes ?? totalmem() * memoryShare;
  const threads = Math.max(1, options.threads ?? availableParallelism() - 1);
  const budget = (share: number, name: string) => ({
    memoryLimitBytes: memory * share,
    threads,
    spillFolder: join(folder, name),
  });
  const prepare = async (connection: DuckDBConnection): Promise<void> => {
    registerScalarFunctions(connection, [...jsFunctions, ...textFunctions]);
    for (const macro of functionMacros) await connection.run(macro);
    for (const macro of textMacros) await connection.run(`CREATE MACRO ${macro}`);
  };
  const main = budget(1 - importShare, 'spill');
  const database = await openSessionDatabase(folder, main, prepare, options.isSideBySide);
  const kql = options.kql ?? createWorkerKqlService();
  return new LocalDuckDb({
    database,
    register: lateRegistration(lateFunctions),
    folder,
    importBudget: budget(importShare, 'import-spill'),
    kql,
    ownsKql: options.kql === undefined,
    externalData: options.externalData ?? 'refuse',
    now: options.now ?? (() => ticksFromEpochMilliseconds(Date.now())),
  });
}
