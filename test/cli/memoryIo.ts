/** A command's surroundings in memory: what it reads, and what it wrote. */
import { Readable, Writable } from 'node:stream';
import type { Io } from '../../src/cli/io.ts';

export interface MemoryIo extends Io {
  readonly out: () => string;
  readonly err: () => string;
}

/** Returns surroundings with `stdin` as input, cut into small pieces as a pipe may cut it. */
export function memoryIo(folder: string, stdin = '', signal = new AbortController().signal): MemoryIo {
  const written = { out: '', err: '' };
  const collect = (name: 'out' | 'err') =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString();
        done();
      },
    });
  return {
    stdin: Readable.from(piecesOf(Buffer.from(stdin)), { objectMode: false }),
    isStdinTty: stdin === '',
    stdout: collect('out'),
    stderr: collect('err'),
    folder,
    signal,
    out: () => written.out,
    err: () => written.err,
  };
}

/** Odd sizes, so that characters of several bytes and lines are cut, too. */
function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += 7) yield bytes.subarray(start, start + 7);
}
