/**
 * Writes what stands at an address to a file. A connection that is dropped is taken up again where it broke off (Range
 * with If-Range, RFC 9110), as long as the server says by a validator that the file is still the same.
 */
import type { IncomingMessage } from 'http';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { DataError } from '../dataError.ts';
import { sizeText } from '../sizeText.ts';
import { abortOf, ask, ConnectionError, connectionError, type Exchange } from './exchange.ts';
import { isLoopback, remoteUrl, shownUrl } from './remoteUrl.ts';

/** By what a server knows a version of a file. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface DownloadRequest {
  readonly url: URL;
  /** File to write; what it holds already is the start of `version`. */
  readonly target: string;
  /** The version that the start of the file is of. */
  readonly partial?: Validators;
  /** The version that is there already: an unchanged file is not sent again. */
  readonly known?: Validators;
  /** Asks whether a host may be contacted, before it is. */
  readonly allowUrl: (url: URL) => Promise<boolean>;
  readonly maxBytes: number;
  readonly pathIndex: number | undefined;
  readonly onProgress: (doneBytes: number, totalBytes: number | undefined) => void;
  /** Hears of the version that is being written, and of none when its rest could not be told from another's. */
  readonly onVersion: (version: Validators | undefined) => void;
  readonly exchange: Omit<Exchange, 'headers'>;
  /** Pause before the first retry; later ones wait longer. */
  readonly retryMs: number;
}

export type Downloaded =
  { readonly kind: 'unchanged' } | { readonly kind: 'whole'; readonly version: Validators };

/** The server answered, and not with the file. */
export class StatusError extends Error {
  override readonly name = 'StatusError';

  constructor(readonly status: number) {
    super(`the server answered ${status}`);
  }
}

/** The download broke off; what came stands in the file. */
export class BrokenDownload extends Error {
  override readonly name = 'BrokenDownload';

  constructor(
    reason: string,
    /** What to continue with; absent where the file must be fetched from its start. */
    readonly version: Validators | undefined,
  ) {
    super(reason);
  }
}

const maxRedirects = 5;
/** Times that a download is taken up again without having come further. */
const maxRetries = 3;

/**
 * Downloads the file. Throws {@link DataError} for an address that may not be asked and a file that is too large,
 * {@link StatusError}, {@link ConnectionError} when there was no answer, {@link BrokenDownload}, or the abort.
 */
export async function download(request: DownloadRequest): Promise<Downloaded> {
  let version = request.partial;
  let isFirst = true;
  for (let retries = 0; ; retries++) {
    const before = await sizeOf(request.target);
    try {
      return await attempt(request, version, isFirst ? request.known : undefined);
    } catch (error) {
      request.exchange.signal?.throwIfAborted();
      const isPassing = error instanceof BrokenDownload || error instanceof ConnectionError || isBusy(error);
      if (!isPassing) throw error;
      if (error instanceof BrokenDownload) {
        version = error.version;
        isFirst = false;
        if ((await sizeOf(request.target)) > before && version !== undefined) retries = 0;
      }
      if (retries >= maxRetries) throw error;
      await wait(request.retryMs * 2 ** retries, undefined, { signal: request.exchange.signal });
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof StatusError && [429, 502, 503, 504].includes(error.status);
}

async function attempt(
  request: DownloadRequest,
  partial: Validators | undefined,
  known: Validators | undefined,
): Promise<Downloaded> {
  const { target, maxBytes, exchange } = request;
  const condition = partial === undefined ? undefined : rangeCondition(partial);
  const start = condition === undefined ? 0 : await sizeOf(target);
  const headers = {
    'User-Agent': 'hunt-notebooks',
    // Packed logs are read as they are; a server that packs on the way would change what the digest is of.
    'Accept-Encoding': 'identity',
    ...(start > 0 && { Range: `bytes=${start}-`, 'If-Range': condition }),
    ...(start === 0 && known?.etag !== undefined && { 'If-None-Match': known.etag }),
    ...(start === 0 && known?.lastModified !== undefined && { 'If-Modified-Since': known.lastModified }),
  };
  const answer = await follow(request, { ...exchange, headers });
  const { statusCode: status = 0 } = answer;
  if (status === 304 && known !== undefined) {
    answer.destroy();
    return { kind: 'unchanged' };
  }
  const isRest = status === 206 && start > 0 && startOf(answer) === start;
  if (status !== 200 && !isRest) {
    answer.destroy();
    // The start that is there belongs to another version, or is all there is: from the beginning.
    if (status === 416 || status === 206)
      throw new BrokenDownload('the server has another version', undefined);
    throw new StatusError(status);
  }
  const offset = isRest ? start : 0;
  const version = validatorsOf(answer);
  const length = Number(answer.headers['content-length'] ?? Number.NaN);
  const total = Number.isSafeInteger(length) ? offset + length : undefined;
  if (total !== undefined && total > maxBytes) {
    answer.destroy();
    throw tooLarge(request, total);
  }
  request.onVersion(rangeCondition(version) === undefined ? undefined : version);
  await receive(request, answer, offset, total, version);
  return { kind: 'whole', version };
}

/** Asks for the address, and for those that it leads to, each host with consent. */
async function follow(request: DownloadRequest, exchange: Exchange): Promise<IncomingMessage> {
  const { pathIndex } = request;
  let { url } = request;
  for (let redirects = 0; ; redirects++) {
    if (!(await request.allowUrl(url))) {
      throw new DataError('url-not-allowed', `Downloading from ${url.host} was not allowed.`, pathIndex);
    }
    const answer = await ask(url, exchange);
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.statusCode ?? 0) || location === undefined) return answer;
    answer.destroy();
    const from = shownUrl(url.href);
    if (redirects === maxRedirects) {
      throw new DataError(
        'download-failed',
        `${shownUrl(request.url.href)} leads on more than ${maxRedirects} times.`,
        pathIndex,
      );
    }
    if (!URL.canParse(location, url.href)) {
      throw new DataError('download-failed', `${from} leads to something that is no address.`, pathIndex);
    }
    const next = new URL(location, url);
    if (url.protocol === 'https:' && next.protocol !== 'https:') {
      throw new DataError(
        'url-refused',
        `${from} leads to ${shownUrl(next.href)}, which is not encrypted.`,
        pathIndex,
      );
    }
    if (isLoopback(next) && !isLoopback(url)) {
      throw new DataError('url-refused', `${from} leads back to this machine.`, pathIndex);
    }
    url = remoteUrl(next.href, pathIndex);
  }
}

async function receive(
  request: DownloadRequest,
  answer: IncomingMessage,
  offset: number,
  total: number | undefined,
  version: Validators,
): Promise<void> {
  const { target, maxBytes, exchange, onProgress } = request;
  let done = offset;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      onProgress(done, total);
      if (done > maxBytes) next(tooLarge(request, undefined));
      else next(null, chunk);
    },
  });
  const file = createWriteStream(target, { flags: offset > 0 ? 'a' : 'w', mode: 0o600 });
  answer.setTimeout(exchange.silenceMs, () =>
    answer.destroy(new ConnectionError(`nothing came for ${exchange.silenceMs / 1000} s`)),
  );
  try {
    await pipeline(answer, counted, file, { signal: exchange.signal });
  } catch (error) {
    if (exchange.signal?.aborted === true) throw abortOf(exchange.signal);
    if (error instanceof DataError || isFileError(error)) throw error;
    const far = total === undefined ? sizeText(done) : `${sizeText(done)} of ${sizeText(total)}`;
    const resumable = rangeCondition(version) === undefined ? undefined : version;
    throw new BrokenDownload(`it broke off after ${far}: ${connectionError(error).message}`, resumable);
  }
}

function tooLarge({ url, maxBytes, pathIndex }: DownloadRequest, total: number | undefined): DataError {
  const size = total === undefined ? '' : ` (${sizeText(total)})`;
  return new DataError(
    'download-too-large',
    `${shownUrl(url.href)} is larger${size} than the limit of ${sizeText(maxBytes)}. Raise the download limit, or download it yourself and load the file.`,
    pathIndex,
  );
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

function validatorsOf({ headers }: IncomingMessage): Validators {
  const { etag, 'last-modified': lastModified } = headers;
  return { ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) };
}

/** What vouches that a rest belongs to its start. A weak ETag does not: such versions may differ in their bytes. */
function rangeCondition({ etag, lastModified }: Validators): string | undefined {
  return etag !== undefined && !etag.startsWith('W/') ? etag : lastModified;
}

/** Returns where the part of a file begins that a server sends. */
function startOf({ headers }: IncomingMessage): number {
  return Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1] ?? Number.NaN);
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
