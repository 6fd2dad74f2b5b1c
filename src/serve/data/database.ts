/** A database of the service: a folder of logs, or files, with an engine that opens on first use. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryOutcome } from '../../engine/engine.ts';
import { isolatedKql } from '../../engine/local/isolatedKql.ts';
import type { LocalEngine } from '../../engine/local/localEngine.ts';
import { openLocalEngine } from '../../engine/local/openLocalEngine.ts';
import { kqlName } from '../../kql/kqlText.ts';
import { ticksFromEpochMilliseconds } from '../../kql/time/ticks.ts';
import type { KqlService } from '../../kql/translation.ts';
import type { ParameterValue, TableSchema } from '../../kql/types.ts';
import type { LoadCache } from '../../data/cache/loadCache.ts';
import type { TableFiles } from './tableFiles.ts';
import { TableLoader, type LoadFailure } from './tableLoader.ts';
import type { Turns } from './turns.ts';

export interface DatabaseOptions {
  readonly name: string;
  readonly tables: () => Promise<readonly TableFiles[]>;
  /** Folder of the engine's files; made on first use. */
  readonly engineFolder: string;
  readonly memoryLimitBytes: number;
  readonly threads?: number;
  readonly kql: KqlService;
  /** Whose turn it is to run a query; absent: everybody's, since queries are small. */
  readonly turns?: Turns;
  /** Where loaded tables are kept from one start to the next; absent: nowhere. */
  readonly cache?: LoadCache;
  readonly onNotice: (text: string) => void;
}

export interface QueryRequest {
  readonly text: string;
  readonly parameters: readonly ParameterValue[];
  /** The instant that `now()` means, in ticks; absent: the clock. */
  readonly nowTicks?: bigint;
  readonly signal: AbortSignal;
}

interface Opened {
  readonly engine: LocalEngine;
  readonly loader: TableLoader;
}

export class Database {
  readonly name: string;
  readonly #options: DatabaseOptions;
  /** Each query's own `now()`. */
  readonly #now = new AsyncLocalStorage<bigint>();
  #opened: Promise<Opened> | undefined;

  constructor(options: DatabaseOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Runs the query on the tables it names, beside others. Rejects with an `AbortError` when stopped. */
  async query({ text, parameters, nowTicks, signal }: QueryRequest): Promise<QueryOutcome> {
    const { turns } = this.#options;
    const { engine, loader } = await this.#open();
    const failures = await loader.loadFor(text, signal);
    const run = () => engine.query(text, { parameters, signal });
    const atNow = () => (nowTicks === undefined ? run() : this.#now.run(nowTicks, run));
    const outcome = await (turns === undefined ? atNow() : turns.run(atNow, signal));
    return outcome.ok ? outcome : withReasons(outcome, failures);
  }

  /** Names of all tables, none of which is loaded for it. */
  async tableNames(): Promise<readonly string[]> {
    return (await this.#open()).loader.names();
  }

  /** Columns of all tables, which are loaded for it; tables that cannot be loaded are left out, and told of. */
  async schemas(signal: AbortSignal): Promise<readonly TableSchema[]> {
    const { loader } = await this.#open();
    for (const { table, message } of await loader.loadAll(signal)) {
      this.#options.onNotice(`${table} has no schema: ${message}`);
    }
    return loader.schemas();
  }

  /** Columns of one table, or undefined when there is no such table; `failure` says why it cannot be loaded. */
  async schema(
    table: string,
    signal: AbortSignal,
  ): Promise<{ readonly schema?: TableSchema; readonly failure?: string }> {
    const { loader } = await this.#open();
    const failures = await loader.loadFor(table, signal);
    const schema = loader.schemas().find(({ name }) => name === table);
    const failure = failures.find((each) => each.table === table)?.message;
    return { ...(schema && { schema }), ...(failure !== undefined && { failure }) };
  }

  /** Returns the number of rows of a table, which is loaded for it; null when it cannot be. Waits for no query. */
  async rowCount(table: string, signal: AbortSignal): Promise<number | null> {
    const { engine, loader } = await this.#open();
    const text = `${kqlName(table)} | count`;
    await loader.loadFor(text, signal);
    const outcome = await engine.query(text, { signal });
    if (!outcome.ok) return null;
    const counts = outcome.results.map(({ table: counted }) => counted);
    const page = await counts[0]?.page({ offset: 0, limit: 1 }, signal);
    await Promise.all(counts.map((counted) => counted.release()));
    return Number(page?.rows[0]?.[0] ?? 0);
  }

  async dispose(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.engine.dispose();
  }

  #open(): Promise<Opened> {
    return (this.#opened ??= this.#openEngine().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    }));
  }

  async #openEngine(): Promise<Opened> {
    const { engineFolder, memoryLimitBytes, threads, kql, tables, cache, onNotice } = this.#options;
    const engine = await openLocalEngine({
      folder: engineFolder,
      memoryLimitBytes,
      ...(threads !== undefined && { threads }),
      kql: isolatedKql(kql),
      isSideBySide: true,
      now: () => this.#now.getStore() ?? ticksFromEpochMilliseconds(Date.now()),
    });
    const loader = new TableLoader({ engine, tables, onNotice, ...(cache !== undefined && { cache }) });
    return { engine, loader };
  }
}

/** A query that fails for want of a table says why the table is not there. */
function withReasons(
  outcome: QueryOutcome & { readonly ok: false },
  failures: readonly LoadFailure[],
): QueryOutcome {
  const reasons = failures.map(({ table, message }) => ` ${table} could not be loaded: ${message}`);
  return {
    ok: false,
    errors: outcome.errors.map((error) =>
      error.kind === 'semantic' ? { ...error, message: error.message + reasons.join('') } : error,
    ),
  };
}
