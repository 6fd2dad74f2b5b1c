/**
 * Several connections to one database, for statements that run side by side: each has a connection to itself, and is
 * stopped without touching the others. Contract: connections open as they are needed at once; who runs statements bounds
 * how many those are.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { StatementQueue } from './statementQueue.ts';

/** Runs work on a connection that it has to itself. */
export interface Statements {
  /** Rejects with an `AbortError` once DuckDB has stopped, when the signal fires. */
  run<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Waits for all work, then closes the connections. */
  close(): Promise<void>;
}

export class StatementPool implements Statements {
  readonly #open: () => Promise<DuckDBConnection>;
  readonly #all: StatementQueue[] = [];
  readonly #free: StatementQueue[] = [];

  /** `first` is open already; `open` gives more, set up alike. */
  constructor(first: DuckDBConnection, open: () => Promise<DuckDBConnection>) {
    this.#open = open;
    this.#free.push(this.#added(first));
  }

  async run<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const queue = this.#free.pop() ?? this.#added(await this.#open());
    try {
      return await queue.run(work, signal);
    } finally {
      this.#free.push(queue);
    }
  }

  #added(connection: DuckDBConnection): StatementQueue {
    const queue = new StatementQueue(connection);
    this.#all.push(queue);
    return queue;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((queue) => queue.close()));
  }
}
