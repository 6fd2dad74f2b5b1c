/** Converts a Windows event log on disk to files of rows and of damages. */
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { convertEvtx, type EvtxSummary } from './convertEvtx.ts';
import type { EvtxJob } from './evtxMessages.ts';

const blockBytes = 1 << 20;

/** Writes the files of the job; returns undefined when its path holds no Windows event log. */
export async function convertEvtxFile(job: EvtxJob): Promise<EvtxSummary | undefined> {
  const rows = openSync(job.rowsPath, 'w');
  const damages = openSync(job.damagesPath, 'w');
  try {
    return await convertEvtx(job.isGzip ? unpacked(job.path) : blocks(job.path), {
      rows: (bytes) => writeAll(rows, bytes),
      damage: ({ offset, reason, bytes }) => {
        const raw = Buffer.from(bytes).toString('hex');
        writeAll(damages, Buffer.from(`${JSON.stringify({ line: offset, reason, raw })}\n`));
      },
    });
  } finally {
    closeSync(rows);
    closeSync(damages);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

async function* blocks(path: string): AsyncIterable<Uint8Array> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(blockBytes);
    while (true) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function unpacked(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: 1 << 18 }).pipe(createGunzip({ chunkSize: 1 << 18 }));
}
