/** A request by `fetch`, which in VS Code goes through its proxy settings; or through the proxy that the shell names. */
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { tunnelTo, type ProxyFor } from './proxyTunnel.ts';
import type { HttpReply } from './service.ts';

export interface FetchRequest {
  readonly method: 'GET' | 'POST';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token: string | undefined;
  /** Proxy for the address; absent: `fetch` goes its own way. */
  readonly proxyFor?: ProxyFor | undefined;
  readonly signal: AbortSignal;
}

/** Longest that a proxy may take to open the way. */
const proxySilenceMs = 30_000;

/** Sends the request and returns the reply unread, whatever its status; follows no redirect. Rejects where none came. */
export async function fetchReply(address: string, request: FetchRequest): Promise<HttpReply> {
  const { method, body, token, proxyFor, signal } = request;
  const headers = {
    accept: 'application/json',
    ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    ...request.headers,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const url = new URL(address);
  const proxy = proxyFor?.(url);
  if (proxy !== undefined) return throughProxy(url, proxy, { ...request, headers });
  const response = await fetch(url, {
    method,
    signal,
    redirect: 'manual',
    headers,
    ...(body !== undefined && { body }),
  });
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    body: response.body ?? empty(),
  };
}

/** The proxy sees the host and nothing else: the request is encrypted for the service. */
async function throughProxy(
  url: URL,
  proxy: URL,
  { method, body, headers, signal }: FetchRequest,
): Promise<HttpReply> {
  const socket = await tunnelTo(url, proxy, { signal, silenceMs: proxySilenceMs });
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = https.request(url, {
      method,
      headers: { ...headers, 'accept-encoding': 'gzip' },
      createConnection: () => socket, // which an agent, even `false`, would keep from being used
      signal,
    });
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
  return {
    status: reply.statusCode ?? 0,
    header: (name) => {
      const value = reply.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    body: reply.headers['content-encoding'] === 'gzip' ? unpacked(reply) : bytesOf(reply),
  };
}

/** A break of either stream comes out of the reading. */
async function* unpacked(reply: IncomingMessage): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  reply.on('error', (error) => gunzip.destroy(error));
  yield* bytesOf(reply.pipe(gunzip));
}

async function* bytesOf(stream: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

async function* empty(): AsyncGenerator<Uint8Array> {
  // A reply without a body has no bytes.
}
