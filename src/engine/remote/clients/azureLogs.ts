/**
 * Microsoft's Log Analytics client, as one function that sends a query and gives the reply unread: the client would
 * round longs, cut ticks and hold the whole reply. A bundle of its own, read when a notebook first connects; of the rest
 * it takes types and plain functions only, since classes would be others here.
 */
import { LogsQueryClient } from '@azure/monitor-query-logs';
import { isLoopback } from '../endpoint.ts';
import type { HttpReply } from '../service.ts';

export interface LogsRequest {
  /** With the version, e.g. `https://api.loganalytics.io/v1`. */
  readonly endpoint: URL;
  readonly workspace: string;
  readonly text: string;
  /** ISO 8601 duration. */
  readonly timespan?: string;
  readonly id: string;
  readonly token: string | undefined;
  readonly serverTimeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** Never asked: the request is signed with the token that it comes with, or not at all. */
const noCredential = { getToken: () => Promise.resolve(null) };

/** Sends the query. Rejects where no reply came. */
export async function logsRequest(request: LogsRequest): Promise<HttpReply> {
  const { endpoint, workspace, text, timespan, id, token, serverTimeoutSeconds, signal } = request;
  const client = new LogsQueryClient(noCredential, {
    endpoint: endpoint.href.replace(/\/+$/, ''),
    // Which protocols are allowed was decided before; who retries, when and why, too.
    allowInsecureConnection: endpoint.protocol === 'http:',
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: 'hunt-notebooks' },
  });
  let reply: HttpReply | undefined;
  client.pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' });
  if (isLoopback(endpoint)) client.pipeline.removePolicy({ name: 'proxyPolicy' });
  client.pipeline.addPolicy({
    name: 'huntReplyUnread',
    sendRequest: async (outgoing, next) => {
      if (token !== undefined) outgoing.headers.set('authorization', `Bearer ${token}`);
      outgoing.headers.set('x-ms-client-request-id', id);
      outgoing.abortSignal = signal;
      // The client insists on a time span; without one the query itself says which times it reads.
      if (timespan === undefined) outgoing.body = JSON.stringify({ query: text });
      outgoing.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
      const response = await next(outgoing);
      const body = response.readableStreamBody;
      if (body === undefined) throw new TypeError('The client gave no stream.');
      reply = {
        status: response.status,
        header: (name) => response.headers.get(name),
        body: bytesOf(body),
      };
      // The client gets an empty result to read in its place.
      const { readableStreamBody: _unread, ...read } = response;
      return { ...read, status: 200, bodyAsText: '{"tables":[]}' };
    },
  });
  const duration = timespan ?? 'P1D';
  await client.queryWorkspace(
    workspace,
    text,
    { duration },
    { serverTimeoutInSeconds: serverTimeoutSeconds },
  );
  if (reply === undefined) throw new TypeError('The client gave no reply.');
  return reply;
}

async function* bytesOf(body: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
