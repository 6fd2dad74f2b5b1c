/** Converts a Windows event log on disk to files of rows and of damages. */
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Packing } from '../textFile.ts';
import { unzstd } from '../unzstd.ts';
import { convertEvtx } from './convertEvtx.ts';
import type { ConvertedEvtx, EvtxJob } from './evtxMessages.ts';

const blockBytes = 1 << 20;
/** Rows in one file: DuckDB holds some copies of them while it reads. */
const rowsFileBytes = 4 << 20;

/** Writes the files of the job; returns undefined when its path holds no Windows event log. */
export async function convertEvtxFile(
  job: EvtxJob,
  onBytes: (doneBytes: number) => void,
): Promise<ConvertedEvtx | undefined> {
  const rows = new RowFiles(job.folder);
  const damagesPath = join(job.folder, 'damages');
  const damages = openSync(damagesPath, 'w');
  try {
    const summary = await convertEvtx(readers[job.packing](job.path, onBytes), {
      rows: (whole) => rows.write(whole),
      damage: ({ offset, reason, bytes: first }) => {
        const raw = Buffer.from(first).toString('hex');
        writeAll(damages, Buffer.from(`${JSON.stringify({ line: offset, reason, raw })}\n`));
      },
    });
    return summary === undefined ? undefined : { summary, rowsPaths: rows.paths, damagesPath };
  } finally {
    closeSync(damages);
    rows.close();
  }
}

/** Files that follow one another, each begun when the one before is full. */
class RowFiles {
  readonly paths: string[] = [];
  readonly #folder: string;
  #file: number;
  #length = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#file = this.#next();
  }

  write(bytes: Uint8Array): void {
    if (this.#length > rowsFileBytes) {
      closeSync(this.#file);
      this.#file = this.#next();
      this.#length = 0;
    }
    writeAll(this.#file, bytes);
    this.#length += bytes.length;
  }

  close(): void {
    closeSync(this.#file);
  }

  #next(): number {
    const path = join(this.#folder, `rows-${this.paths.length}`);
    this.paths.push(path);
    return openSync(path, 'w');
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

async function* blocks(path: string, onBytes: (doneBytes: number) => void): AsyncIterable<Uint8Array> {
  const file = await open(path);
  let done = 0;
  try {
    const buffer = Buffer.alloc(blockBytes);
    while (true) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      done += bytesRead;
      onBytes(done);
    }
  } finally {
    await file.close();
  }
}

async function* gunzipped(path: string, onBytes: (doneBytes: number) => void): AsyncIterable<Buffer> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const source = createReadStream(path, { highWaterMark: 1 << 18 });
  pipeline(source, gunzip, () => undefined); // an error of either ends the loop below with it
  for await (const chunk of gunzip as AsyncIterable<Buffer>) {
    yield chunk;
    onBytes(gunzip.bytesWritten);
  }
}

const readers: Readonly<Record<Packing, typeof blocks | typeof gunzipped>> = {
  none: blocks,
  gzip: gunzipped,
  zstd: unzstd,
};
