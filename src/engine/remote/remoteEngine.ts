/**
 * A service that speaks KQL itself, as an engine: its results land in the local session, where they page, save, join
 * and publish like local ones.
 *
 * Contracts: rows are shown only when the reply was whole, or with the cut that the service told; a query is asked again
 * only where nothing of it arrived; no token is kept, logged or shown.
 */
import { randomUUID } from 'node:crypto';
import type { KqlError } from '../../kql/errors.ts';
import type { Inspection } from '../../kql/translation.ts';
import type { Schema } from '../../kql/types.ts';
import type { Engine, QueryOptions, QueryOutcome, QueryResult } from '../engine.ts';
import { abortError, isAbortError } from '../local/abort.ts';
import type { LocalEngine } from '../local/localEngine.ts';
import { runtimeError } from '../local/runtimeError.ts';
import { cutOf, misreadNotices } from './cut.ts';
import { kqlErrorOf, RemoteFailure, replyFailure, serviceFailure } from './failure.ts';
import { withPrelude, type Sent } from './prelude.ts';
import { Requests, type RequestOptions } from './requests.ts';
import { receive, type Received } from './receive.ts';
import type { RemoteService } from './service.ts';
import { scrubbed } from './tokens.ts';

/** What a remote engine uses of the session. */
export type LandingSession = Pick<LocalEngine, 'land' | 'publish' | 'kql'>;

/** Asks the service what queries can name, and returns the engine. Rejects with {@link RemoteFailure}. */
export async function openRemoteEngine(
  service: RemoteService,
  session: LandingSession,
  options: RequestOptions,
  signal?: AbortSignal,
): Promise<RemoteEngine> {
  const requests = new Requests(service, options);
  try {
    return new RemoteEngine(service, session, requests, await requests.schema(signal));
  } catch (error) {
    throw shown(error, requests);
  }
}

/** The error without anything secret in it. */
function shown(error: unknown, requests: Requests): unknown {
  if (!(error instanceof Error) || isAbortError(error)) return error;
  const message = scrubbed(error.message, requests.tokens());
  return error instanceof RemoteFailure
    ? new RemoteFailure(error.code, message, error.details)
    : new Error(message);
}

export class RemoteEngine implements Engine {
  readonly kind: RemoteService['kind'];
  readonly name: string;
  readonly #service: RemoteService;
  readonly #session: LandingSession;
  readonly #requests: Requests;
  readonly #schema: Schema;
  readonly #running = new Set<AbortController>();

  constructor(service: RemoteService, session: LandingSession, requests: Requests, schema: Schema) {
    this.kind = service.kind;
    this.name = service.name;
    this.#service = service;
    this.#session = session;
    this.#requests = requests;
    this.#schema = schema;
  }

  schema(): Schema {
    return this.#schema;
  }

  async diagnose(kql: string, options: QueryOptions = {}): Promise<readonly KqlError[]> {
    const inspection = await this.#inspect(kql, options);
    return inspection.isCommand ? [commandError(kql)] : inspection.errors;
  }

  async query(kql: string, options: QueryOptions = {}): Promise<QueryOutcome> {
    const inspection = await this.#inspect(kql, options);
    if (inspection.isCommand) return { ok: false, errors: [commandError(kql)] };
    const { lets, results, errors } = inspection;
    if (results.length === 0)
      return errors.length > 0 ? { ok: false, errors } : { ok: true, results: [], lets, notices: [] };
    const { parameters = [], lets: before = [] } = options;
    const sent = withPrelude(kql, inspection, {
      parameters,
      lets: before,
      style: this.#service.parameterStyle,
    });
    const stop = new AbortController();
    const abort = () => stop.abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    this.#running.add(stop);
    try {
      if (options.signal?.aborted === true) throw abortError();
      return await this.#run(
        sent,
        options.isPrivate === true ? unnamed(inspection) : inspection,
        stop.signal,
      );
    } catch (error) {
      if (stop.signal.aborted) throw abortError();
      const clean = shown(error, this.#requests);
      if (!(clean instanceof RemoteFailure)) throw clean;
      return { ok: false, errors: [kqlErrorOf(clean, sent.text, sent.offset)] };
    } finally {
      options.signal?.removeEventListener('abort', abort);
      this.#running.delete(stop);
    }
  }

  #inspect(text: string, { parameters, lets }: QueryOptions): Promise<Inspection> {
    return this.#session.kql.inspect({ text, schema: this.#schema, parameters, lets, nowTicks: 0n });
  }

  async #run({ text, parameters }: Sent, inspection: Inspection, signal: AbortSignal): Promise<QueryOutcome> {
    const query = { text, parameters, id: `HuntNotebooks.query;${randomUUID()}` };
    const notices: string[] = [];
    const received = await this.#requests.query(
      query,
      (reply, open) => receive(reply, this.#service, () => this.#session.land(), open),
      (notice) => notices.push(notice),
      signal,
    );
    try {
      const results = await this.#results(received, inspection, notices, signal);
      const said = [...notices, ...received.frame.notices];
      const clean = said.map((notice) => scrubbed(notice, this.#requests.tokens()));
      return { ok: true, results, lets: inspection.lets, notices: clean };
    } finally {
      await received.discard();
    }
  }

  async #results(
    received: Received,
    inspection: Inspection,
    notices: string[],
    signal: AbortSignal,
  ): Promise<readonly QueryResult[]> {
    const { tables, errors } = received.frame;
    const [error] = errors;
    if (error !== undefined && received.rowCount === 0) throw serviceFailure(error, this.#service.product);
    if (tables.length === 0) {
      throw new RemoteFailure('remote-malformed', `The reply of ${this.#service.product} has no table.`);
    }
    const results: QueryResult[] = [];
    try {
      // An error that no table has for its own may be about any of them.
      const isKnown = tables.some((table) => table.errors !== undefined);
      for (const [index, { columns, array, errors: own = [] }] of tables.entries()) {
        const landing = await received.landing(array);
        const cut = cutOf(landing.rowCount, isKnown ? own : errors, this.#service);
        const { table, misread } = await landing.finish(columns, cut.cut, signal).catch((error: unknown) => {
          throw this.#landingFailure(error);
        });
        const { publishAs, render } =
          (tables.length === inspection.results.length && inspection.results[index]) || {};
        results.push({
          table,
          ...(publishAs !== undefined && { publishedAs: publishAs }),
          ...(render && { render }),
        });
        notices.push(...cut.notices, ...misreadNotices(misread, this.#service.product));
      }
      for (const { table, publishedAs } of results) {
        if (publishedAs !== undefined) await this.#session.publish(publishedAs, table);
      }
      return results;
    } catch (failure) {
      await Promise.all(results.map(({ table }) => table.release()));
      throw failure;
    }
  }

  /** Rows go to DuckDB unread: that one of them is no JSON shows there. */
  #landingFailure(error: unknown): unknown {
    if (isAbortError(error)) return error;
    const { code, message } = runtimeError(error, 0, 0);
    return code === 'json'
      ? replyFailure('malformed', this.#service.product)
      : new RemoteFailure(code, message);
  }

  /** Stops what runs. */
  dispose(): Promise<void> {
    for (const stop of this.#running) stop.abort();
    return Promise.resolve();
  }
}

/** The same without the names that the text gives its results. */
function unnamed(inspection: Inspection): Inspection {
  return { ...inspection, results: inspection.results.map(({ publishAs: _name, ...result }) => result) };
}

function commandError(text: string): KqlError {
  const message =
    'A cell holds queries; management commands, which begin with a dot, are not sent to a service.';
  return { kind: 'unsupported', code: 'remote-command', message, start: 0, length: text.length };
}
