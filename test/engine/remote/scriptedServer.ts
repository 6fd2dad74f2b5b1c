/** A real HTTP server on this machine that answers as a test tells it, and keeps what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export type Answer = (asked: Asked, response: ServerResponse) => void;

export interface ScriptedServer {
  readonly url: string;
  readonly asked: Asked[];
  /** Answers for the requests to come, each used once; the last stays. */
  script(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

/** `routes` answer paths that are no queries, by their ends. */
export async function startScriptedServer(
  routes: Readonly<Record<string, Answer>> = {},
): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  let answers: Answer[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      const one = { path: request.url ?? '', headers: request.headers, body };
      const route = Object.entries(routes).find(([path]) => one.path.endsWith(path))?.[1];
      if (route !== undefined) {
        route(one, response);
        return;
      }
      asked.push(one);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined) response.writeHead(500).end();
      else answer(one, response);
    });
  });
  server.keepAliveTimeout = 60_000; // a busy machine must not find an idle connection closed
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    script: (...next) => {
      asked.length = 0;
      answers = [...next];
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_asked, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export function page(status = 200): Answer {
  return (_asked, response) => {
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end('<!DOCTYPE html><html><title>Sign in to the proxy</title></html>');
  };
}

/** Sends so many bytes of the body, then breaks the connection. */
export function dropped(body: string, bytes: number): Answer {
  return (_asked, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(body.length) });
    response.write(body.slice(0, bytes), () => response.socket?.destroy());
    if (bytes === 0) response.socket?.destroy();
  };
}

/** Sends so many bytes of the body, and then nothing more. */
export function stalled(body: string, bytes: number, onSent: () => void = () => undefined): Answer {
  return (_asked, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(body.length) });
    response.write(body.slice(0, bytes), () => setTimeout(onSent, 20));
  };
}

/** Never answers. */
export function silent(onAsked: () => void = () => undefined): Answer {
  return () => onAsked();
}
