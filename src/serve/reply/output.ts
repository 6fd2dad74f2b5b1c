/** The body of a reply as it is written: packed where the client takes it, and never faster than the client reads. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { constants, createGzip, type Gzip } from 'node:zlib';

/** A client that reads nothing for so long is gone; its result would be held for it. */
const stalledMs = 120_000;

export class Output {
  readonly #response: ServerResponse;
  readonly #gzip: Gzip | undefined;
  readonly #gone = new AbortController();

  /** Begins the reply with status 200. */
  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#response = response;
    response.on('close', () => this.#gone.abort());
    const isPacked = accepts(request, 'gzip');
    response.statusCode = 200;
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('Vary', 'Accept-Encoding');
    if (isPacked) {
      response.setHeader('Content-Encoding', 'gzip');
      this.#gzip = createGzip({ level: constants.Z_BEST_SPEED });
      this.#gzip.pipe(response);
    }
  }

  /** Writes, and waits while the client is behind. Rejects when the client is gone, or reads nothing for long. */
  async write(text: string): Promise<void> {
    const { signal } = this.#gone;
    signal.throwIfAborted();
    const target: Writable = this.#gzip ?? this.#response;
    if (target.write(text)) return;
    const stalled = AbortSignal.timeout(stalledMs);
    await once(target, 'drain', { signal: AbortSignal.any([signal, stalled]) });
  }

  /** Ends the body. */
  end(text: string): void {
    (this.#gzip ?? this.#response).end(text);
  }
}

function accepts(request: IncomingMessage, encoding: string): boolean {
  const header = request.headers['accept-encoding'];
  const named = (Array.isArray(header) ? header.join(',') : (header ?? '')).toLowerCase().split(',');
  return named.some((item) => {
    const [name, quality] = item.split(';').map((part) => part.trim());
    return name === encoding && !/^q=0(\.0*)?$/.test(quality ?? '');
  });
}
