/**
 * One DuckDB connection and the statements that wait for it. A connection runs one statement; starting another would
 * interrupt the first, so work takes turns here.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { abortError, unlessAborted } from './abort.ts';
import type { Statements } from './statementPool.ts';

/** An interrupt that arrives before DuckDB has begun is lost, so it is repeated until the work has stopped. */
const interruptEveryMs = 20;

export class StatementQueue implements Statements {
  #tail: Promise<unknown> = Promise.resolve();
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /**
   * Runs `work` with the connection to itself, after all work queued before it. When the signal fires DuckDB is
   * interrupted, and the promise rejects with an `AbortError` once it has stopped.
   */
  async run<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = this.#tail;
    let endTurn: () => void = () => undefined;
    this.#tail = Promise.all([turn, new Promise<void>((resolve) => (endTurn = resolve))]);
    try {
      await unlessAborted(turn, signal);
      return await this.#interruptible(work, signal);
    } finally {
      endTurn();
    }
  }

  async #interruptible<T>(
    work: (connection: DuckDBConnection) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      this.#connection.interrupt();
      timer = setTimeout(interrupt, interruptEveryMs);
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      return await work(this.#connection);
    } catch (error) {
      if (signal?.aborted) throw abortError();
      throw error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      clearTimeout(timer);
    }
  }

  /** Waits for all queued work, then closes the connection. */
  async close(): Promise<void> {
    await this.run((connection) => {
      connection.closeSync();
      return Promise.resolve();
    });
  }
}
