/** Zstandard, which Node cannot unpack before version 22. */
import { createReadStream } from 'node:fs';
import { Decompress } from 'fzstd';

/** Yields the unpacked bytes of the file; `onBytes` hears how many packed ones have been read. */
export async function* unzstd(
  path: string,
  onBytes: (doneBytes: number) => void = () => undefined,
): AsyncIterable<Uint8Array> {
  let unpacked: Uint8Array[] = [];
  const stream = new Decompress((chunk) => unpacked.push(chunk));
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    stream.push(chunk);
    yield* unpacked;
    unpacked = [];
    done += chunk.length;
    onBytes(done);
  }
}
