/** The records of a chunk, and what is damaged in it. */
import { crc32 } from 'node:zlib';
import { DamageError, u32, u64 } from './bytes.ts';
import type { EventWriter } from './eventWriter.ts';

export const chunkBytes = 65_536;
const chunkMagic = Buffer.from('ElfChnk\0');
const firstRecord = 512;
/** Header of a record: its magic, length, id and time; its length stands once more at its end. */
const recordHeaderBytes = 24;
const recordMagic = 0x2a2a;
const recordMark = Buffer.from([0x2a, 0x2a, 0, 0]);

/** Something that could not be read. */
export interface Damage {
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly reason: string;
  /** Its first bytes. */
  readonly bytes: Uint8Array;
}

export interface ChunkReport {
  readonly records: number;
  /** The chunk itself is damaged, not only some records of it. */
  readonly isDamaged: boolean;
}

/** Whether a chunk of events begins with these bytes. */
export function startsChunk(bytes: Uint8Array): boolean {
  return bytes.length >= chunkMagic.length && chunkMagic.compare(bytes, 0, chunkMagic.length) === 0;
}

/** Returns where the next chunk may start after `from`; -1 when there is none. */
export function nextChunk(bytes: Buffer, from: number): number {
  return bytes.indexOf(chunkMagic, from);
}

/**
 * Writes the chunk's records. A wrong checksum is told, and the records are read all the same: each has its own marks.
 * After a damaged record, reading goes on with the next one that is found.
 */
export function readChunk(
  chunk: Buffer,
  offset: number,
  writer: EventWriter,
  onDamage: (damage: Damage) => void,
): ChunkReport {
  writer.start(chunk);
  const problem = problemOf(chunk);
  // What the header says of the end is not to be trusted when its checksum is wrong.
  const end = problem?.isHeader === true ? chunk.length : Math.min(chunk.length, u32(chunk, 48));
  let records = 0;
  let at = firstRecord;
  const damaged = (where: number, reason: string): void =>
    onDamage({ offset: offset + where, reason, bytes: chunk.subarray(where, where + 64) });
  while (at + recordHeaderBytes <= end) {
    const size = recordSize(chunk, at, end);
    if (size === 0) {
      const found = nextRecord(chunk, at + 1, end);
      // Behind the last record of a chunk with a damaged header stands whatever was there before.
      if (found >= 0 || problem?.isHeader !== true) {
        const length = (found < 0 ? end : found) - at;
        damaged(at, `The record at byte ${offset + at} is damaged: ${length} bytes were skipped.`);
      }
      if (found < 0) break;
      at = found;
      continue;
    }
    try {
      const header = { id: u64(chunk, at + 8), filetime: u64(chunk, at + 16) };
      writer.record(at + recordHeaderBytes, at + size - 4, header);
      records++;
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      damaged(at, `The record at byte ${offset + at} is damaged: ${error.message}.`);
    }
    at += size;
  }
  if (problem !== undefined) {
    damaged(0, `The chunk at byte ${offset} is damaged: ${problem.text}. Records read from it: ${records}.`);
  }
  return { records, isDamaged: problem !== undefined };
}

interface ChunkProblem {
  readonly isHeader: boolean;
  readonly text: string;
}

function problemOf(chunk: Buffer): ChunkProblem | undefined {
  const header = crc32(chunk.subarray(128, firstRecord), crc32(chunk.subarray(0, 120)));
  if (header !== u32(chunk, 124)) return { isHeader: true, text: 'the checksum of its header is wrong' };
  const end = u32(chunk, 48);
  if (end < firstRecord || end > chunkBytes)
    return { isHeader: true, text: 'its header names an end outside of it' };
  if (end > chunk.length) return { isHeader: false, text: 'the file ends in it' };
  if (crc32(chunk.subarray(firstRecord, end)) === u32(chunk, 52)) return undefined;
  return { isHeader: false, text: 'the checksum of its records is wrong' };
}

/** Returns the length of the record; 0 where none stands. */
function recordSize(chunk: Buffer, at: number, end: number): number {
  const size = u32(chunk, at + 4);
  const isRecord =
    u32(chunk, at) === recordMagic && size >= recordHeaderBytes + 4 && size % 8 === 0 && at + size <= end;
  return isRecord && u32(chunk, at + size - 4) === size ? size : 0;
}

function nextRecord(chunk: Buffer, from: number, end: number): number {
  for (let at = from; ; at++) {
    at = chunk.indexOf(recordMark, at);
    if (at < 0 || at >= end) return -1;
    if (recordSize(chunk, at, end) > 0) return at;
  }
}
