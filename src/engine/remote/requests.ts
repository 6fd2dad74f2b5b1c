/**
 * Sends queries to a service: signed, with a deadline, and again where that is safe. A query is sent again when the
 * service wants to be asked later, when its token has expired, and when the connection broke before any row came.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Schema } from '../../kql/types.ts';
import { abortError } from '../local/abort.ts';
import { networkFailure, RemoteFailure, timeoutFailure } from './failure.ts';
import type { Received, Receiving } from './receive.ts';
import { requireOk } from './readWhole.ts';
import type { RemoteQuery, RemoteService } from './service.ts';
import type { TokenSource } from './tokens.ts';

/** Times that a query is sent again because the service is busy; a hunter would not wait longer. */
const maxLaterRetries = 3;
/** Longest single wait that a service may ask for before the hunter is asked instead. */
const maxWaitMs = 60_000;
/** First wait where the service names none; it doubles. */
const firstWaitMs = 1000;
/** Time for the service to hear that a query is no longer wanted. */
const cancelTimeoutMs = 5000;

export interface RequestOptions {
  readonly tokens: TokenSource;
  /** The clock, in milliseconds of the epoch. */
  readonly now?: () => number;
}

type Receive = (body: AsyncIterable<Uint8Array>, receiving: Receiving) => Promise<Received>;

export class Requests {
  readonly #service: RemoteService;
  readonly #options: RequestOptions;
  readonly #now: () => number;
  /** Tokens of requests under way, to keep them out of messages. */
  readonly #tokens = new Set<string>();

  constructor(service: RemoteService, options: RequestOptions) {
    this.#service = service;
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** What must never be shown. */
  tokens(): Iterable<string> {
    return this.#tokens;
  }

  /** Asks what queries can name. Rejects with {@link RemoteFailure}. */
  schema(signal: AbortSignal | undefined): Promise<Schema> {
    return this.#repeated(
      (token, deadline) => this.#service.schema(token, deadline),
      () => undefined,
      () => true,
      signal,
    );
  }

  /** Sends the query until it is answered, and has `receive` read the answer. Rejects with {@link RemoteFailure}. */
  query(
    query: RemoteQuery,
    receive: Receive,
    onNotice: (notice: string) => void,
    signal: AbortSignal,
  ): Promise<Received> {
    let hasRows = false;
    const send = async (token: string | undefined, deadline: AbortSignal): Promise<Received> => {
      try {
        const reply = await this.#service.send(query, token, deadline);
        await requireOk(reply, this.#service, this.#now);
        return await receive(reply.body, { signal: deadline, onRows: () => (hasRows = true) });
      } catch (error) {
        if (deadline.aborted) await this.#cancel(query.id, token);
        throw error;
      }
    };
    return this.#repeated(send, onNotice, () => !hasRows, signal);
  }

  async #repeated<T>(
    work: (token: string | undefined, deadline: AbortSignal) => Promise<T>,
    onNotice: (notice: string) => void,
    isSafe: () => boolean,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    let laterRetries = 0;
    let wasDropped = false;
    let wasRefused = false;
    while (true) {
      try {
        return await this.#once(work, wasRefused, signal);
      } catch (error) {
        if (signal?.aborted === true) throw abortError();
        if (!(error instanceof RemoteFailure) || !isSafe()) throw error;
        const { retry, afterMs } = error.details;
        if (retry === 'token' && !wasRefused) wasRefused = true;
        else if (retry === 'dropped' && !wasDropped) {
          wasDropped = true;
          onNotice(
            `The connection to ${this.#service.product} broke before any row came; the query was sent again.`,
          );
        } else if (retry === 'later' && laterRetries < maxLaterRetries) {
          const waitMs = afterMs ?? firstWaitMs * 2 ** laterRetries;
          if (waitMs > maxWaitMs) throw waitTooLong(error, waitMs);
          laterRetries++;
          onNotice(`${this.#service.product} was busy; the query was sent again after ${seconds(waitMs)}.`);
          await sleep(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
            throw abortError();
          });
        } else throw error;
      }
    }
  }

  async #once<T>(
    work: (token: string | undefined, deadline: AbortSignal) => Promise<T>,
    isRefused: boolean,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const timeout = AbortSignal.timeout(this.#service.timeoutMs);
    const deadline = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      return await work(await this.#token(isRefused, deadline), deadline);
    } catch (error) {
      if (signal?.aborted === true) throw abortError();
      if (timeout.aborted) throw timeoutFailure(this.#service.product);
      throw networkFailure(error, this.#service);
    }
  }

  async #token(isRefused: boolean, signal: AbortSignal): Promise<string | undefined> {
    const { endpoint } = this.#service;
    const scopes = await this.#service.scopes(signal);
    const token = await this.#options.tokens.token(
      { endpoint, scopes, ...(isRefused && { isRefused }) },
      signal,
    );
    if (token !== undefined) this.#tokens.add(token);
    return token;
  }

  /** Best effort: whatever goes wrong here, the hunter has stopped the query already. */
  async #cancel(id: string, token: string | undefined): Promise<void> {
    await this.#service.cancel?.(id, token, AbortSignal.timeout(cancelTimeoutMs)).catch(() => undefined);
  }
}

function waitTooLong({ code, message }: RemoteFailure, waitMs: number): RemoteFailure {
  return new RemoteFailure(code, `${message} It asks to wait ${seconds(waitMs)}.`);
}

function seconds(ms: number): string {
  const rounded = Math.round(ms / 100) / 10;
  return `${rounded} ${rounded === 1 ? 'second' : 'seconds'}`;
}
