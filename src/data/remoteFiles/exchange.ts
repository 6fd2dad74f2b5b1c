/**
 * One request and its answer. In VS Code the modules `http` and `https` are replaced by ones that honour the editor's
 * proxy and certificate settings; that works under these names only, not under `node:` ones.
 */
import type { IncomingMessage, OutgoingHttpHeaders, RequestOptions } from 'http';
import http from 'http';
import https from 'https';
import { tunnelTo, type ProxyFor } from '../../engine/remote/proxyTunnel.ts';

export interface Exchange {
  readonly headers: OutgoingHttpHeaders;
  readonly signal: AbortSignal | undefined;
  /** Longest silence of the other side. */
  readonly silenceMs: number;
  /** Proxy for the address, where the modules do not know it by themselves. */
  readonly proxyFor: ProxyFor | undefined;
}

/** The answer did not come, or not in time. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** Asks for the address and returns the answer once its headers are there. Throws {@link ConnectionError}, or the abort. */
export async function ask(url: URL, exchange: Exchange): Promise<IncomingMessage> {
  const { signal, silenceMs, headers } = exchange;
  signal?.throwIfAborted();
  const proxy = exchange.proxyFor?.(url);
  const tunnel =
    proxy === undefined
      ? undefined
      : await tunnelTo(url, proxy, exchange).catch((error: unknown) => {
          throw signal?.aborted === true ? abortOf(signal) : connectionError(error);
        });
  const options: RequestOptions = {
    headers,
    timeout: silenceMs,
    ...(signal !== undefined && { signal }),
    // An agent, even `false`, would keep the tunnel from being used.
    ...(tunnel !== undefined && { createConnection: () => tunnel }),
  };
  return new Promise<IncomingMessage>((resolve, reject) => {
    const module = url.protocol === 'https:' ? https : http;
    const request = module.get(url, options, resolve);
    request.on('timeout', () => request.destroy(new ConnectionError(`no answer for ${silenceMs / 1000} s`)));
    request.on('error', (error) =>
      reject(signal?.aborted === true ? abortOf(signal) : connectionError(error)),
    );
  });
}

/** Returns the error of a connection in words; a {@link ConnectionError} as it is. */
export function connectionError(error: unknown): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error && error.message !== '' ? error.message : String(error);
  return new ConnectionError(reasons[code] ?? message, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was dropped',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
};

/** Returns the error that a stopped exchange ends with. */
export function abortOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException('Stopped.', 'AbortError');
}
