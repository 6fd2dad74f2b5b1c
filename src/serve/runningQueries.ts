/** The requests that run, so that they can be stopped, and those that ran, so that they can be seen. */
import type { Activity } from './activity.ts';
import { ServiceError } from './serviceError.ts';

export type QueryState = 'InProgress' | 'Completed' | 'Failed' | 'Cancelled';

export interface QueryRecord {
  readonly activity: Activity;
  readonly text: string;
  readonly database: string;
  readonly user: string;
  readonly application: string;
  readonly state: QueryState;
  /** Empty while it runs and when all went well. */
  readonly failureReason: string;
  readonly endedAt: Date | undefined;
}

/** Queries that `.show queries` remembers. */
const maxPast = 1000;
/** The service keeps so much of a query's text: Microsoft Learn, ".show queries command". */
const maxTextLength = 64 * 1024;
/** Requests at once, waiting ones included; more are told to come back. */
const maxRunning = 64;

export class RunningQueries {
  readonly #running = new Set<RunningQuery>();
  readonly #past: QueryRecord[] = [];

  /** Begins a request. Throws {@link ServiceError} when there are too many. */
  begin(record: Pick<QueryRecord, 'activity' | 'text' | 'database' | 'user' | 'application'>): RunningQuery {
    if (this.#running.size >= maxRunning) {
      throw new ServiceError(
        'throttled',
        `${maxRunning} requests run or wait already. Try again in a moment.`,
      );
    }
    const query = new RunningQuery({ ...record, text: record.text.slice(0, maxTextLength) }, (ended) => {
      this.#running.delete(query);
      this.#past.push(ended);
      if (this.#past.length > maxPast) this.#past.shift();
    });
    this.#running.add(query);
    return query;
  }

  /** Stops the requests of the client's id; returns how many. */
  cancel(clientRequestId: string, reason: string): number {
    const found = [...this.#running].filter(
      ({ record }) => record.activity.clientRequestId === clientRequestId,
    );
    for (const query of found) query.stop('cancelled', `The query was cancelled. ${reason}`.trim());
    return found.length;
  }

  /** Stops everything: the server ends. */
  cancelAll(): void {
    for (const query of this.#running) query.stop('cancelled', 'The server is closing.');
  }

  running(): readonly QueryRecord[] {
    return [...this.#running].map(({ record }) => record);
  }

  /** Oldest first, those that run at the end. */
  all(): readonly QueryRecord[] {
    return [...this.#past, ...this.running()];
  }
}

export class RunningQuery {
  readonly record: QueryRecord;
  readonly #stop = new AbortController();
  readonly #onEnd: (ended: QueryRecord) => void;
  #reason: ServiceError | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(
    record: Omit<QueryRecord, 'state' | 'failureReason' | 'endedAt'>,
    onEnd: (ended: QueryRecord) => void,
  ) {
    this.record = { ...record, state: 'InProgress', failureReason: '', endedAt: undefined };
    this.#onEnd = onEnd;
  }

  /** Fires when the request is to stop: cancelled, timed out, or its client gone. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Why the signal fired. */
  get stopError(): ServiceError {
    return this.#reason ?? new ServiceError('cancelled', 'The query was stopped.');
  }

  stop(kind: 'cancelled' | 'timeout', message: string): void {
    if (this.signal.aborted) return;
    this.#reason = new ServiceError(kind, message);
    this.#stop.abort();
  }

  /** Stops the request unless it has its result in time. */
  limit(timeoutMs: number): void {
    this.#timer = setTimeout(() => {
      const seconds = timeoutMs / 1000;
      this.stop(
        'timeout',
        `The query did not end within ${seconds} s (E_QUERY_TIMED_OUT). Narrow it, or raise servertimeout.`,
      );
    }, timeoutMs);
  }

  /** The result is there; sending it takes what time it takes. */
  liftLimit(): void {
    clearTimeout(this.#timer);
  }

  /** Ends the request, once; an error without one means that all went well. */
  end(error?: ServiceError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.liftLimit();
    const state = error === undefined ? 'Completed' : error.kind === 'cancelled' ? 'Cancelled' : 'Failed';
    this.#onEnd({ ...this.record, state, failureReason: error?.message ?? '', endedAt: new Date() });
  }
}
