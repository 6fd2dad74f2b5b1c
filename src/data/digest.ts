/** SHA-256 of files as they stand on disk, and whether packed ones are whole. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DataError } from './dataError.ts';
import type { LogFile } from './resolvePaths.ts';
import { packingOf } from './textFile.ts';
import { isWholeZstd } from './zstdFrames.ts';

const chunkBytes = 1 << 20;

/** Returns the SHA-256 of each file in hexadecimal. Throws {@link DataError} for a packed file that is cut short or damaged. */
export async function digestAll(
  files: readonly LogFile[],
  onBytes: (file: number, bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const hashes: string[] = [];
  for (const [index, file] of files.entries()) {
    const packing = await packingOf(file.path);
    if (packing === 'zstd' && !(await isWholeZstd(file.path))) throw cutShort(file);
    try {
      hashes.push(await digest(file.path, packing === 'gzip', (bytes) => onBytes(index, bytes), signal));
    } catch (error) {
      signal?.throwIfAborted();
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'Z_BUF_ERROR') throw cutShort(file);
      if (code !== 'Z_DATA_ERROR') throw error;
      throw new DataError('unreadable-file', `${file.shownPath} is a damaged gzip file.`, file.pathIndex);
    }
  }
  return hashes;
}

function cutShort(file: LogFile): DataError {
  return new DataError(
    'truncated-file',
    `${file.shownPath} is cut short: its compressed data end in the middle. Copy or download it again.`,
    file.pathIndex,
  );
}

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
  const take = (chunk: Buffer): void => {
    hash.update(chunk);
    onBytes(chunk.length);
  };
  if (isGzip) {
    const tee = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        take(chunk);
        done(null, chunk);
      },
    });
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const source = createReadStream(path, { highWaterMark: chunkBytes });
    await pipeline(source, tee, createGunzip(), nowhere, { signal });
  } else {
    await readInto(Buffer.allocUnsafeSlow(chunkBytes), path, take, signal);
  }
  return hash.digest('hex');
}

/** A stream takes new memory for each chunk, which costs as much as the SHA-256; this reads all into one buffer. */
async function readInto(
  buffer: Buffer,
  path: string,
  take: (chunk: Buffer) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await open(path);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      take(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
