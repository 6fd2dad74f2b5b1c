/** A way through a proxy, where the shell names one: Node's `fetch` and `https` know none by themselves. */
import type { Socket } from 'node:net';
import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:tls';

/** Finds the proxy for an address; undefined where there is none. */
export type ProxyFor = (url: URL) => URL | undefined;

/** The proxy did not let the connection through. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';

  constructor({ host }: URL, reason: string) {
    super(`the proxy ${host} ${reason}`);
  }
}

export interface TunnelOptions {
  readonly signal: AbortSignal | undefined;
  /** Longest silence of the proxy. */
  readonly silenceMs: number;
}

/** Opens a TLS connection to the address through the proxy (RFC 9110, CONNECT). Throws {@link ProxyError}, or the abort. */
export async function tunnelTo(url: URL, proxy: URL, { signal, silenceMs }: TunnelOptions): Promise<Socket> {
  const target = `${url.hostname}:${url.port === '' ? 443 : url.port}`;
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const authorization =
    proxy.username === ''
      ? {}
      : { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
  const socket = await new Promise<Socket>((resolve, reject) => {
    const request = (proxy.protocol === 'https:' ? https : http).request({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : proxy.port,
      method: 'CONNECT',
      path: target,
      headers: { Host: target, ...authorization },
      timeout: silenceMs,
      agent: false,
      ...(signal !== undefined && { signal }),
    });
    const fail = (reason: string): void => reject(new ProxyError(proxy, reason));
    request.on('connect', (response, opened) => {
      if (response.statusCode === 200) resolve(opened);
      else {
        opened.destroy();
        fail(`answered ${response.statusCode ?? 0}`);
      }
    });
    request.on('timeout', () => request.destroy());
    request.on('error', (error) => {
      if (signal?.aborted === true) reject(signal.reason instanceof Error ? signal.reason : error);
      else fail('could not be reached');
    });
    request.end();
  });
  return connect({ socket, servername: url.hostname });
}
