/** SHA-256 of a file as it stands on disk, and whether a gzip file is whole. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/**
 * Reads the whole file once and returns its SHA-256 in hexadecimal. With `isGzip` it is decompressed as well, which
 * rejects when the file is cut short: DuckDB would load the rows before the cut and say nothing.
 */
export async function digest(
  path: string,
  isGzip: boolean,
  onBytes: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  const hash = createHash('sha256');
  const tee = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      onBytes(chunk.length);
      done(null, isGzip ? chunk : undefined);
    },
  });
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  if (isGzip) await pipeline(source, tee, createGunzip(), nowhere, { signal });
  else await pipeline(source, tee, nowhere, { signal });
  return hash.digest('hex');
}
