/** A request by `fetch`, which in VS Code goes through its proxy settings. */
import type { HttpReply } from './service.ts';

export interface FetchRequest {
  readonly method: 'GET' | 'POST';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/** Sends the request and returns the reply unread, whatever its status; follows no redirect. Rejects where none came. */
export async function fetchReply(url: string, request: FetchRequest): Promise<HttpReply> {
  const { method, body, headers, token, signal } = request;
  const response = await fetch(url, {
    method,
    signal,
    redirect: 'manual',
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body }),
  });
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    body: response.body ?? empty(),
  };
}

async function* empty(): AsyncGenerator<Uint8Array> {
  // A reply without a body has no bytes.
}
