/** What goes wrong with a service, as errors that say what happened and what to do next. */
import type { KqlError, KqlErrorKind } from '../../kql/errors.ts';
import { isLoopback } from './endpoint.ts';
import { ReplyError } from './jsonRows.ts';
import { ProxyError } from './proxyTunnel.ts';
import type { HttpReply, RemoteService, ServiceError } from './service.ts';
import { serveTokenVariable, SignInError } from './tokens.ts';

/** Why a request failed, and whether asking again can help. */
export class RemoteFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: {
      readonly kind?: KqlErrorKind;
      readonly place?: ServiceError['place'];
      /** Asking again is worth it: after a time, with another token, or because the connection broke. */
      readonly retry?: 'later' | 'token' | 'dropped';
      /** Milliseconds that the service wants to be left alone. */
      readonly afterMs?: number;
    } = {},
  ) {
    super(message);
    this.name = 'RemoteFailure';
  }
}

type Product = Pick<RemoteService, 'product' | 'endpoint'>;

/** Codes with which Node tells that a connection broke after it stood. */
const droppedCodes: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'UND_ERR_SOCKET',
  'ERR_STREAM_PREMATURE_CLOSE',
  'HPE_INVALID_EOF_STATE',
  'Z_BUF_ERROR',
]);

/** Codes with which Node tells that there is no way to the host. */
const unreachableCodes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at that address',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'the host does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
};

const certificateCodes = /^(?:ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/** Returns the failure behind an exception of the network; an error that is none of the network's comes back as it is. */
export function networkFailure(error: unknown, { product, endpoint }: Product): unknown {
  if (error instanceof RemoteFailure) return error;
  if (error instanceof SignInError) {
    return new RemoteFailure('remote-sign-in', `Sign-in to ${product} failed: ${error.message}`);
  }
  if (error instanceof ReplyError) return replyFailure(error.reason, product);
  const host = new URL(endpoint).host;
  if (error instanceof ProxyError) {
    return new RemoteFailure(
      'remote-unreachable',
      `${product} cannot be reached at ${host}: ${error.message}. Check HTTPS_PROXY and NO_PROXY.`,
    );
  }
  const code = codeOf(error);
  const unreachable = unreachableCodes[code];
  if (unreachable !== undefined) {
    return new RemoteFailure(
      'remote-unreachable',
      `${product} cannot be reached at ${host}: ${unreachable}. Check the address, the network and the proxy settings.`,
    );
  }
  if (certificateCodes.test(code)) {
    return new RemoteFailure(
      'remote-certificate',
      `The certificate of ${host} is not trusted (${code}), so nothing was sent. If a proxy of your organization stands in between, let Node trust it with NODE_EXTRA_CA_CERTS.`,
    );
  }
  const message = error instanceof Error ? error.message : '';
  if (droppedCodes.has(code) || /socket hang up|other side closed|terminated|aborted/i.test(message)) {
    return new RemoteFailure(
      'remote-dropped',
      `The connection to ${product} broke before the result was whole, so none of it is shown. Run the cell again.`,
      { retry: 'dropped' },
    );
  }
  return error;
}

/** The code of an error or of what caused it. */
function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && at.code !== 'ERR_BAD_RESPONSE') return at.code;
  }
  return '';
}

/** Returns the failure of a reply that cannot be read. */
export function replyFailure(reason: ReplyError['reason'], product: string): RemoteFailure {
  switch (reason) {
    case 'html':
      return new RemoteFailure(
        'remote-html',
        `A web page came instead of data from ${product}: a proxy or a sign-in page stands in between. Open the address in a browser to see it.`,
      );
    case 'cut':
      return new RemoteFailure(
        'remote-dropped',
        `The reply of ${product} ended in the middle, so none of it is shown. Run the cell again.`,
        { retry: 'dropped' },
      );
    case 'malformed':
      return new RemoteFailure(
        'remote-malformed',
        `The reply of ${product} is not what it should be, so none of it is shown. Check that the address is that of the service.`,
      );
    case 'too-large':
      return new RemoteFailure(
        'remote-malformed',
        `The reply of ${product} has no rows where they should be, and too much of all else. Check that the address is that of the service.`,
      );
  }
}

/** Returns the failure of a reply whose status is not 200; `errors` is what its body says. */
export function statusFailure(
  reply: Pick<HttpReply, 'status' | 'header'>,
  errors: readonly ServiceError[],
  isHtml: boolean,
  { product, endpoint }: Product,
  now: () => number,
): RemoteFailure {
  const { status } = reply;
  const [said] = errors;
  const quoted = said === undefined ? '' : ` It says: ${sentence(said.message)}`;
  if (status === 429 || status === 503) {
    const afterMs = retryAfterMs(reply.header('retry-after'), now);
    return new RemoteFailure(
      'remote-throttled',
      `${product} ${status === 429 ? 'limits how much may be asked, and the limit is reached' : 'is not available now'} (${status}).${quoted} Wait a while and run the cell again, or ask for less.`,
      { retry: 'later', ...(afterMs !== undefined && { afterMs }) },
    );
  }
  if (status === 401) {
    return new RemoteFailure(
      'remote-sign-in',
      `${product} does not accept the sign-in (401).${quoted} ${howToSignIn(endpoint)}`,
      { retry: 'token' },
    );
  }
  if (status === 403) {
    return new RemoteFailure(
      'remote-forbidden',
      `${product} does not allow this account to read what the query names (403).${quoted} Ask its owner for the right to query.`,
    );
  }
  if (status === 408 || status === 504 || (said !== undefined && isTimeout(said)))
    return timeoutFailure(product, quoted);
  if (isHtml) return replyFailure('html', product);
  if (status >= 300 && status < 400) {
    return new RemoteFailure(
      'remote-redirect',
      `${product} sends the request on to another address (${status}), which is not followed: it would get the sign-in, too. Name the final address.`,
    );
  }
  if (said !== undefined) return serviceFailure(said, product);
  if (status === 404) {
    return new RemoteFailure(
      'remote-not-found',
      `There is no ${product} at that address (404). Check the address and the names in the connect step.`,
    );
  }
  return new RemoteFailure(
    'remote-status',
    `${product} answered with the status ${status} and no explanation. Run the cell again later.`,
  );
}

function howToSignIn(endpoint: string): string {
  return isLoopback(new URL(endpoint))
    ? `Give the token that the server printed; on the command line in ${serveTokenVariable}.`
    : 'Sign in again.';
}

/** The service took too long; `quoted` is what it said of it, for the message. */
export function timeoutFailure(product: string, quoted = ''): RemoteFailure {
  return new RemoteFailure(
    'remote-timeout',
    `The query took longer than ${product} allows and was stopped; no rows are shown.${quoted} Narrow its time range, or filter and summarize earlier.`,
  );
}

/** A query's own error, as the service tells it. */
export function serviceFailure(said: ServiceError, product: string): RemoteFailure {
  if (isTimeout(said)) return timeoutFailure(product, ` It says: ${sentence(said.message)}`);
  const kind = kindOf(said);
  const next = kind === 'runtime' ? ` (${product})` : '';
  return new RemoteFailure(said.code, `${sentence(said.message)}${next}`, {
    kind,
    ...(said.place !== undefined && { place: said.place }),
  });
}

function isTimeout({ code, message }: ServiceError): boolean {
  return /timeout|timed[- ]?out|0x80131505/i.test(`${code} ${message}`);
}

function kindOf({ code, message }: ServiceError): KqlErrorKind {
  if (/\bSYN\d+|syntax error/i.test(`${code} ${message}`)) return 'syntax';
  if (/\bSEM\d+|semantic error|failed to resolve/i.test(`${code} ${message}`)) return 'semantic';
  return 'runtime';
}

/** Most characters that a service's words take in a message. */
const maxQuoted = 600;

function sentence(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > maxQuoted ? `${line.slice(0, maxQuoted)}...` : line;
  return /[.!?]$/.test(short) ? short : `${short}.`;
}

/** Milliseconds until the instant of a Retry-After header: seconds, or a date of HTTP. */
function retryAfterMs(header: string | undefined, now: () => number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const instant = Date.parse(header);
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - now());
}

/** The failure as an error at its place in the user's text, which begins at `offset` of what was sent. */
export function kqlErrorOf(failure: RemoteFailure, sent: string, offset: number): KqlError {
  const { code, message, details } = failure;
  const text = sent.slice(offset);
  const whole = { start: 0, length: text.length };
  const place =
    details.place === undefined
      ? namedPlace(message, text)
      : spanOf(details.place, quotedNames(message), sent, offset);
  return { kind: details.kind ?? 'runtime', code, message, ...(place ?? whole) };
}

/** Where the line and place of the sent text are in the user's own. Services count places from 0 or from 1. */
function spanOf(
  { line, position, token }: NonNullable<ServiceError['place']>,
  names: readonly string[],
  sent: string,
  offset: number,
): { readonly start: number; readonly length: number } | undefined {
  const lines = sent.split('\n');
  const lineStart = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  let at = lineStart + position;
  const words = token === undefined || token === '' ? names : [token];
  const found = words
    .flatMap((word) => [0, -1, 1].map((shift) => ({ word, shift })))
    .find(({ word, shift }) => sent.startsWith(word, at + shift));
  at += found?.shift ?? 0;
  const start = at - offset;
  if (start < 0 || start > sent.length - offset) return undefined;
  const word = found?.word ?? /^(?:[\w$]+|\S)/.exec(sent.slice(at))?.[0] ?? '';
  return { start, length: word.length };
}

/** Where the first name that the message quotes stands in the text as a word. */
function namedPlace(
  message: string,
  text: string,
): { readonly start: number; readonly length: number } | undefined {
  for (const name of quotedNames(message)) {
    const start = new RegExp(`\\b${name}\\b`).exec(text)?.index;
    if (start !== undefined) return { start, length: name.length };
  }
  return undefined;
}

/** The names that a message quotes, but for those of operators. */
function quotedNames(message: string): readonly string[] {
  return [...message.matchAll(/['"`]([A-Za-z_]\w*)['"`]/g)]
    .map(([, name = '']) => name)
    .filter((name) => !operatorNames.has(name));
}

/** Messages begin with the operator in which the name stands. */
const operatorNames: ReadonlySet<string> = new Set([
  'where',
  'filter',
  'project',
  'extend',
  'summarize',
  'join',
  'take',
  'limit',
  'top',
  'sort',
  'order',
  'union',
  'distinct',
  'count',
  'parse',
  'invoke',
  'lookup',
]);
