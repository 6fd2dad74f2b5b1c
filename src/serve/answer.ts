/** Answers a query or a command: runs it, and streams what it gave. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isAbortError } from '../engine/local/abort.ts';
import type { ResultTable } from '../engine/result.ts';
import type { KqlError } from '../kql/errors.ts';
import { newActivity, type Activity } from './activity.ts';
import { isCommand } from './commands/commandText.ts';
import { runCommand } from './commands/registry.ts';
import { rowsAsKql } from './commands/rowsAsKql.ts';
import type { Database } from './data/database.ts';
import type { Databases } from './data/databases.ts';
import { Output } from './reply/output.ts';
import type { ReplyWriter } from './reply/reply.ts';
import { resultReply, smallReply, type ReplyTable } from './reply/replyTable.ts';
import type { ServiceRequest } from './request/body.ts';
import { parameterValues } from './request/parameters.ts';
import { requestProperties, type RequestProperties } from './request/properties.ts';
import type { RunningQueries, RunningQuery } from './runningQueries.ts';
import { queryServiceError, ServiceError } from './serviceError.ts';

export interface Service {
  readonly databases: Databases;
  readonly queries: RunningQueries;
  readonly version: string;
  readonly startedAt: Date;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly activity: Activity;
}

/** What a reply shows, and what holds it in the engine until it is sent. */
interface Content {
  readonly tables: readonly ReplyTable[];
  readonly notices: readonly string[];
  readonly held: readonly ResultTable[];
}

/** Writes the reply with `write`. Throws {@link ServiceError} while nothing of it is written. */
export async function answer(
  service: Service,
  exchange: Exchange,
  asked: ServiceRequest,
  write: ReplyWriter,
): Promise<void> {
  const { request, response } = exchange;
  const database = service.databases.get(asked.database);
  const properties = requestProperties(asked.options, asked.text);
  const activity =
    request.headers['x-ms-client-request-id'] === undefined
      ? { ...exchange.activity, ...clientId(asked) }
      : exchange.activity;
  response.setHeader('x-ms-client-request-id', activity.clientRequestId);
  const running = service.queries.begin({
    activity,
    text: asked.text,
    database: database.name,
    user: header(request, 'x-ms-user'),
    application: header(request, 'x-ms-app'),
  });
  const onClose = () => {
    if (!response.writableFinished) running.stop('cancelled', 'The client closed the connection.');
  };
  response.on('close', onClose);
  running.limit(properties.timeoutMs);
  try {
    const content = await contentOf(service, database, asked, properties, running);
    running.liftLimit();
    try {
      const output = new Output(request, response);
      const { tables, notices } = content;
      const stopError = () => running.stopError;
      await write(output, { tables, notices, properties, activity, signal: running.signal, stopError });
    } finally {
      await Promise.all(content.held.map((table) => table.release()));
    }
    running.end(running.signal.aborted ? running.stopError : undefined);
  } catch (error) {
    const told = isAbortError(error) && running.signal.aborted ? running.stopError : asServiceError(error);
    running.end(told);
    throw told;
  }
}

function clientId({ clientRequestId }: ServiceRequest): Partial<Activity> {
  return clientRequestId === undefined
    ? {}
    : { clientRequestId: newActivity(clientRequestId).clientRequestId };
}

/** Returns the error as one of the service; what nobody foresaw is the server's failure. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ServiceError('internal', `The server failed: ${reason}`);
}

async function contentOf(
  service: Service,
  database: Database,
  asked: ServiceRequest,
  properties: RequestProperties,
  { signal }: RunningQuery,
): Promise<Content> {
  if (!isCommand(asked.text)) return queryContent(database, asked, asked.text, properties, signal, 0);
  const command = await runCommand(asked.text, { ...service, database, signal });
  if (command.query === '') {
    return { tables: [smallReply(command.columns, command.rows)], notices: [], held: [] };
  }
  const before = `${rowsAsKql(command)} |`;
  const text = before + command.query;
  const shift = command.queryStart - before.length;
  return queryContent(service.databases.scratch, asked, text, properties, signal, shift);
}

/** `shift` leads from places in `text` to those in what the client sent. */
async function queryContent(
  database: Database,
  asked: ServiceRequest,
  text: string,
  { nowTicks }: RequestProperties,
  signal: AbortSignal,
  shift: number,
): Promise<Content> {
  const parameters = parameterValues(asked.text, asked.parameters);
  const outcome = await database.query({
    text,
    parameters,
    signal,
    ...(nowTicks !== undefined && { nowTicks }),
  });
  if (!outcome.ok) {
    const moved = (error: KqlError) => ({ ...error, start: Math.max(0, error.start + shift) });
    throw queryServiceError(outcome.errors.map(moved), asked.text);
  }
  const { results, notices } = outcome;
  if (results.length === 0) {
    const why = 'The text has no query that gives a table. End it with one, such as a table name or print.';
    throw new ServiceError(
      'badRequest',
      `Request is invalid and cannot be processed: Semantic error: ${why}`,
    );
  }
  return {
    tables: results.map(({ table, render }) => resultReply(table, render)),
    notices,
    held: results.map(({ table }) => table),
  };
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value)?.slice(0, 256) ?? '';
}
