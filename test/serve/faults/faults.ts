/** What can go wrong between a client and a Kusto service, each as what a proxy does with one request. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** The service's own reply to the request. */
export interface ServiceReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Unpacked. */
  readonly body: Buffer;
}

export interface Exchange {
  readonly response: ServerResponse;
  /** Sends the request on, with these options beside its own; the service runs it then, and not before. */
  readonly pass: (options?: Readonly<Record<string, unknown>>) => Promise<ServiceReply>;
  /** Fires when the client closes the connection. */
  readonly signal: AbortSignal;
}

export interface Fault {
  /** How many of the requests that it concerns meet it; those after pass. Default: all. */
  readonly times?: number;
  /** Paths that it concerns. Default: those of queries. */
  readonly paths?: readonly string[];
  answer(exchange: Exchange): Promise<void> | void;
}

type Scope = Pick<Fault, 'times' | 'paths'>;

/** 429; `retryAfter` in seconds, or as the moment that the header then names. */
export function tooManyRequests({
  retryAfter,
  ...scope
}: Scope & { retryAfter?: number | Date } = {}): Fault {
  const header = retryAfter instanceof Date ? retryAfter.toUTCString() : retryAfter?.toString();
  return status(429, 'TooManyRequests', 'Request is throttled.', {
    ...scope,
    ...(header !== undefined && { headers: { 'Retry-After': header } }),
  });
}

/** 503, as a service that restarts gives. */
export function unavailable(scope: Scope = {}): Fault {
  return status(503, 'ServiceUnavailable', 'The service is unavailable.', scope);
}

/** 401 for a token that was good before. */
export function expiredToken(scope: Scope = {}): Fault {
  return status(401, 'Unauthorized', 'The token has expired.', {
    ...scope,
    headers: {
      'WWW-Authenticate': 'Bearer error="invalid_token", error_description="The token has expired"',
    },
  });
}

/** A status with an error as services write it; the request does not reach the service. */
export function status(
  code: number,
  name: string,
  message: string,
  { headers = {}, ...scope }: Scope & { headers?: Readonly<Record<string, string>> } = {},
): Fault {
  const error = {
    code: name,
    message,
    '@type': 'Kusto.Data.Exceptions.KustoServiceException',
    '@message': message,
    '@permanent': false,
  };
  return {
    ...scope,
    answer: ({ response }) => {
      response.writeHead(code, { 'Content-Type': 'application/json', ...headers });
      response.end(JSON.stringify({ error }));
    },
  };
}

/** The connection breaks after that share of the body; 0: before any of the reply. */
export function droppedConnection({ share = 0.5, ...scope }: Scope & { share?: number } = {}): Fault {
  return {
    ...scope,
    answer: async ({ response, pass }) => {
      const { status: code, headers, body } = await pass();
      if (share > 0) {
        response.writeHead(code, { ...headers, 'Content-Length': String(body.length) });
        const part = body.subarray(0, Math.floor(body.length * share));
        await new Promise((resolve) => response.write(part, resolve));
      }
      response.socket?.destroy();
    },
  };
}

/** The reply ends in the middle, as if that were all. */
export function truncatedBody({ share = 0.5, ...scope }: Scope & { share?: number } = {}): Fault {
  return changedBody(scope, (body) => body.subarray(0, Math.floor(body.length * share)));
}

/** The reply is no JSON. */
export function malformedJson(scope: Scope = {}): Fault {
  return changedBody(scope, (body) => Buffer.concat([body.subarray(0, -1), Buffer.from(',}}')]));
}

/** The reply pauses in the middle of its body. */
export function slowBody({ pauseMs, ...scope }: Scope & { pauseMs: number }): Fault {
  return {
    ...scope,
    answer: async ({ response, pass, signal }) => {
      const { status: code, headers, body } = await pass();
      const half = Math.floor(body.length / 2);
      response.writeHead(code, { ...headers, 'Content-Length': String(body.length) });
      response.write(body.subarray(0, half));
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      response.end(body.subarray(half));
    },
  };
}

/** Nothing comes at all for so long; the request does not reach the service. */
export function silence({ pauseMs, ...scope }: Scope & { pauseMs: number }): Fault {
  return {
    ...scope,
    answer: async ({ response, signal }) => {
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      response.socket?.destroy();
    },
  };
}

/** The page of a proxy that wants a sign-in, or is in trouble, in place of the service's reply. */
export function htmlPage({ code = 502, ...scope }: Scope & { code?: number } = {}): Fault {
  return {
    ...scope,
    answer: ({ response }) => {
      response.writeHead(code, { 'Content-Type': 'text/html; charset=utf-8' });
      response.end('<!DOCTYPE html><html><head><title>Proxy error</title></head><body>Sign in</body></html>');
    },
  };
}

/** The service cuts its own result after so many rows: a partial failure, as Kusto sends it. */
export function resultTooLarge({ rows, ...scope }: Scope & { rows: number }): Fault {
  return {
    ...scope,
    answer: async ({ response, pass }) => {
      const { status: code, headers, body } = await pass({ truncationmaxrecords: rows });
      response.writeHead(code, headers);
      response.end(body);
    },
  };
}

function changedBody(scope: Scope, change: (body: Buffer) => Buffer): Fault {
  return {
    ...scope,
    answer: async ({ response, pass }) => {
      const { status: code, headers, body } = await pass();
      response.writeHead(code, headers);
      response.end(change(body));
    },
  };
}
