/** A text log as it stands on disk: how it is packed and encoded, its first lines, and its text as a stream. */
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, constants, gunzipSync } from 'node:zlib';
import type { FileImport } from '../engine/local/fileImport.ts';
import { DataError } from './dataError.ts';
import type { LogFile } from './resolvePaths.ts';
import { unzstd } from './unzstd.ts';

export type Packing = 'none' | 'gzip' | 'zstd';

export interface TextFile {
  /** File for DuckDB's readers: UTF-8, packed as `packing` says. */
  readonly path: string;
  readonly packing: Packing;
  /** The first part of the text, without byte order mark; may end inside a line. */
  readonly head: string;
  /** Facts about the encoding that the hunter should know; reading `chunks` may add some. */
  readonly notices: readonly string[];
  /** The whole text, piece by piece; bytes that are not UTF-8 read as U+FFFD. */
  chunks(): AsyncIterable<string>;
}

/** Longest line that DuckDB reads, in bytes: a script block or command line can be long. */
const maxLineBytes = 16_777_216;

/** Options of DuckDB's `read_csv` for lines of that length; its own buffer for them would be half a gigabyte. */
export const lineLimits = `max_line_size = ${maxLineBytes}, buffer_size = ${2 * maxLineBytes}`;

const headBytes = 256 * 1024;

/** Returns how the file is packed, by its first bytes. */
export async function packingOf(path: string): Promise<Packing> {
  const start = await firstBytes(path, 4);
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  return start.length === 4 && start.readUInt32LE() === 0xfd2fb528 ? 'zstd' : 'none';
}

/** Returns how a file begins: its first bytes, unpacked, and their text, empty where they are none. */
export async function startOf(file: LogFile): Promise<{ readonly bytes: Buffer; readonly text: string }> {
  const bytes = await unpackedStart(file, await packingOf(file.path));
  const encoding = encodingOf(bytes);
  const isText = encoding.startsWith('utf-16') || !isBinary(bytes);
  return { bytes, text: isText ? new TextDecoder(encoding).decode(bytes, { stream: true }) : '' };
}

/** Opens a text file; other encodings are rewritten as UTF-8 first. Throws {@link DataError} for a file that is not text. */
export async function openText(files: FileImport, file: LogFile): Promise<TextFile> {
  const packing = await packingOf(file.path);
  const bytes = await unpackedStart(file, packing);
  const encoding = encodingOf(bytes);
  if (encoding === 'utf-8' || encoding === 'windows-1252') refuseBinary(bytes, file);
  if (encoding === 'utf-8') {
    const head = new TextDecoder('utf-8').decode(bytes);
    const notices: string[] = [];
    const chunks = () => watched(decoded(file.path, packing, encoding), file, notices);
    return { path: file.path, packing, head, notices, chunks };
  }
  const path = join(files.scratchFolder, `utf8-${randomUUID()}`);
  await pipeline(decoded(file.path, packing, encoding), createWriteStream(path), { signal: files.signal });
  const notice = `${file.shownPath} is encoded as ${encoding.toUpperCase()}; it was read as such.`;
  return plainText(path, [notice]);
}

/** Returns a file that the reader itself wrote: UTF-8, not packed. */
export async function plainText(path: string, notices: readonly string[]): Promise<TextFile> {
  return {
    path,
    packing: 'none',
    head: new TextDecoder().decode(await firstBytes(path, headBytes), { stream: true }),
    notices,
    chunks: () => decoded(path, 'none', 'utf-8'),
  };
}

async function* decoded(path: string, packing: Packing, encoding: Encoding): AsyncIterable<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of unpackedBytes(path, packing)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function unpackedBytes(path: string, packing: Packing): AsyncIterable<Uint8Array> {
  if (packing === 'zstd') return unzstd(path);
  const source = createReadStream(path, { highWaterMark: 1 << 18 });
  return packing === 'gzip' ? source.pipe(createGunzip()) : source;
}

/** DuckDB refuses a file with bytes that are no UTF-8, so that it is read here, where they can be told of. */
async function* watched(
  chunks: AsyncIterable<string>,
  file: LogFile,
  notices: string[],
): AsyncIterable<string> {
  for await (const chunk of chunks) {
    if (notices.length === 0 && chunk.includes('\ufffd'))
      notices.push(`${file.shownPath} holds bytes that are not UTF-8; they show as \ufffd.`);
    yield chunk;
  }
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/**
 * By the byte order mark; without one, UTF-16 by where the zero bytes of ASCII letters stand, and Windows' Western code
 * page where more letters are broken as UTF-8 than are whole.
 */
function encodingOf(bytes: Buffer): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, 64);
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const most = sample.length * 0.4;
  const [even = 0, odd = 0] = zeros;
  if (odd > most && even < odd / 4) return 'utf-16le';
  if (even > most && odd < even / 4) return 'utf-16be';
  const letters = new TextDecoder('utf-8').decode(bytes, { stream: true }).match(/[^\0-\x7f]/gu) ?? [];
  const broken = letters.filter((letter) => letter === '\ufffd').length;
  return broken > letters.length / 2 ? 'windows-1252' : 'utf-8';
}

/** Share of control bytes above which a file is no text; logs hold a few at most. */
const maxControlShare = 0.02;

function isBinary(all: Buffer): boolean {
  // A log that is in use may end in the zero bytes of the room made for it.
  let end = all.length;
  while (end > 0 && all[end - 1] === 0) end--;
  const bytes = end > 0 ? all.subarray(0, end) : all;
  let controls = 0;
  for (const byte of bytes) if (byte < 9 || (byte > 13 && byte < 27) || byte === 0x7f) controls++;
  return controls > bytes.length * maxControlShare;
}

function refuseBinary(bytes: Buffer, file: LogFile): void {
  if (!isBinary(bytes)) return;
  const known = bytes.toString('latin1', 0, 8);
  const kind = known.startsWith('PAR1')
    ? ' It looks like Parquet; name it .parquet.'
    : known.startsWith('PK')
      ? ' It looks like a ZIP archive or an Excel workbook; unpack it, or save the sheet as CSV.'
      : known.startsWith('ElfFile')
        ? ' It looks like a Windows event log (EVTX).'
        : '';
  throw new DataError('not-text', `${file.shownPath} is a binary file, not text.${kind}`, file.pathIndex);
}

async function unpackedStart(file: LogFile, packing: Packing): Promise<Buffer> {
  const raw = await firstBytes(file.path, headBytes);
  try {
    switch (packing) {
      case 'none':
        return raw;
      case 'gzip':
        return gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, headBytes);
      case 'zstd':
        return await zstdStart(file.path);
    }
  } catch (error) {
    throw new DataError(
      'unreadable-file',
      `${file.shownPath} is not a valid ${packing} file (${error instanceof Error ? error.message : String(error)}).`,
      file.pathIndex,
    );
  }
}

async function zstdStart(path: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of unzstd(path)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= headBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, headBytes);
}

async function firstBytes(path: string, length: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
