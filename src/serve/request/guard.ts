/**
 * Who may ask. The server listens on the loopback address only, but pages in the user's browser reach that, too:
 * by a name that an attacker's DNS points at 127.0.0.1, or by a form. Contracts: a request names this host, comes from
 * no web page, and carries the token, before anything of its body is read.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ServiceError } from '../serviceError.ts';

/** Throws {@link ServiceError} for a request to another host, or from a web page. */
export function checkOrigin({ headers }: IncomingMessage, port: number): void {
  const host = (headers.host ?? '').toLowerCase();
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}` && !(port === 80 && isBare(host))) {
    throw new ServiceError('forbidden', `Ask for 127.0.0.1:${port}; requests for other hosts are refused.`);
  }
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) {
    throw new ServiceError('forbidden', 'Requests of web pages are refused.');
  }
}

const isBare = (host: string): boolean => host === '127.0.0.1' || host === 'localhost';

/** Throws {@link ServiceError} for a request without the token; how long it takes says nothing about the token. */
export function checkToken({ headers }: IncomingMessage, token: string): void {
  const given = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  if (!timingSafeEqual(digest(given), digest(token))) {
    throw new ServiceError(
      'unauthorized',
      'Send the token that `hunt serve` printed: `Authorization: Bearer TOKEN`.',
    );
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
