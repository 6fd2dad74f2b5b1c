/** An HTTP server on this machine whose answers a test gives, and a record of what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface HttpFiles {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Requests since the last call, as `GET /path` with the headers that matter. */
  asked(): string[];
  answer(path: string, answer: Answer): void;
  close(): Promise<void>;
}

const told = ['range', 'if-range', 'if-none-match', 'if-modified-since'];

export async function serveFiles(): Promise<HttpFiles> {
  const answers = new Map<string, Answer>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const headers = told.flatMap((name) =>
      request.headers[name] === undefined ? [] : `${name}: ${String(request.headers[name])}`,
    );
    requests.push([`${request.method ?? ''} ${request.url ?? ''}`, ...headers].join(', '));
    const answer = answers.get((request.url ?? '').replace(/\?.*/, ''));
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked: () => requests.splice(0),
    answer: (path, answer) => void answers.set(path, answer),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers with the whole body, or the part that is asked for, or that nothing has changed. */
export function file(
  body: string,
  version: { readonly etag?: string; readonly modified?: string } = {},
): Answer {
  return (request, response) => {
    const { etag, modified } = version;
    const headers = {
      ...(etag !== undefined && { ETag: etag }),
      ...(modified !== undefined && { 'Last-Modified': modified }),
    };
    const {
      range,
      'if-range': ifRange,
      'if-none-match': match,
      'if-modified-since': since,
    } = request.headers;
    if (
      (etag !== undefined && match === etag) ||
      (match === undefined && modified !== undefined && since === modified)
    ) {
      response.writeHead(304, headers).end();
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (start > 0 && (ifRange === etag || ifRange === modified)) {
      const rest = body.slice(start);
      response.writeHead(206, {
        ...headers,
        'Content-Range': `bytes ${start}-${body.length - 1}/${body.length}`,
        'Content-Length': rest.length,
      });
      response.end(rest);
      return;
    }
    response.writeHead(200, { ...headers, 'Content-Length': body.length });
    response.end(body);
  };
}

/** Answers with the start of the body, and drops the connection. */
export function brokenOff(body: string, after: number, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(200, { ...headers, 'Content-Length': body.length });
    response.write(body.slice(0, after), () => setTimeout(() => response.destroy(), 20));
  };
}
