/** A real HTTP proxy in front of a Kusto service, in which things go wrong as a test asks for. */
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault, ServiceReply } from './faults.ts';

export interface SeenRequest {
  readonly path: string;
  /** Query or command. */
  readonly text: string;
  readonly clientRequestId: string;
  readonly authorization: string;
  /** Number of the fault that it met, from 0; undefined: it passed. */
  readonly fault: number | undefined;
}

export interface FaultProxy {
  /** Such as `http://127.0.0.1:40124`; stands for the service's. */
  readonly url: string;
  /** What came in, in order. */
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

const queryPaths = ['/v2/rest/query', '/v1/rest/query'];

/**
 * Starts a proxy before the service at `target`. Each request meets the first of the faults that concerns it and has
 * not yet happened as often as it should; a request that meets none passes.
 */
export async function startFaults(target: string, faults: readonly Fault[]): Promise<FaultProxy> {
  const requests: SeenRequest[] = [];
  const left = faults.map(({ times }) => times ?? Infinity);
  const next = (path: string): number | undefined => {
    const found = faults.findIndex(
      ({ paths = queryPaths }, index) => (left[index] ?? 0) > 0 && paths.includes(path),
    );
    if (found < 0) return undefined;
    left[found] = (left[found] ?? 0) - 1;
    return found;
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bytesOf(request);
    const path = (request.url ?? '').split('?')[0] ?? '';
    const fault = next(path);
    requests.push({
      path,
      text: textOf(body),
      clientRequestId: String(request.headers['x-ms-client-request-id'] ?? ''),
      authorization: request.headers.authorization ?? '',
      fault,
    });
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const pass = (options: Readonly<Record<string, unknown>> = {}) =>
      passOn(target, request, withOptions(body, options), gone.signal);
    const chosen = fault === undefined ? passing : (faults[fault] ?? passing);
    await chosen.answer({ response, pass, signal: gone.signal });
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy()); // the client left, or the service did
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const passing: Fault = {
  answer: async ({ response, pass }) => {
    const { status, headers, body } = await pass();
    response.writeHead(status, headers);
    response.end(body);
  },
};

/** Headers that belong to one connection, or to a packing that the proxy undoes. */
const ownHeaders: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'keep-alive',
]);

function passOn(
  target: string,
  from: IncomingMessage,
  body: Buffer,
  signal: AbortSignal,
): Promise<ServiceReply> {
  return new Promise((resolve, reject) => {
    const outgoing = send(
      new URL(from.url ?? '/', target),
      { method: from.method, headers: { ...kept(from), 'content-length': body.length }, signal },
      (reply) => {
        bytesOf(reply).then(
          (bytes) => resolve({ status: reply.statusCode ?? 0, headers: kept(reply), body: bytes }),
          reject,
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function kept({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || ownHeaders.has(name) ? [] : [[name, String(value)]],
    ),
  );
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function textOf(body: Buffer): string {
  if (body.length === 0) return '';
  const parsed = JSON.parse(body.toString()) as { csl?: string };
  return parsed.csl ?? '';
}

function withOptions(body: Buffer, options: Readonly<Record<string, unknown>>): Buffer {
  if (Object.keys(options).length === 0) return body;
  const parsed = JSON.parse(body.toString()) as { properties?: { Options?: object } | null };
  const properties = { ...parsed.properties, Options: { ...parsed.properties?.Options, ...options } };
  return Buffer.from(JSON.stringify({ ...parsed, properties }));
}
