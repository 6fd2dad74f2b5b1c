/**
 * A Windows event log as rows of JSON, chunk by chunk: memory does not grow with the file. What is damaged is told with
 * its place; everything else is read.
 */
import { u16, u32 } from './bytes.ts';
import { chunkBytes, nextChunk, readChunk, startsChunk, type Damage } from './chunk.ts';
import { EventWriter } from './eventWriter.ts';

const fileMagic = Buffer.from('ElfFile\0');
const headerBytes = 4096;
/** Rows are handed on when there are so many bytes of them. */
const flushBytes = 1 << 20;

export interface EvtxSummary {
  readonly records: number;
  readonly chunks: number;
  readonly damages: number;
  /** Places of the chunks that are damaged, in bytes from the start of the file: the first ones of `damagedChunks`. */
  readonly damagedAt: readonly number[];
  readonly damagedChunks: number;
  readonly timesFromHeader: number;
  /** The log was copied while Windows wrote it. */
  readonly isDirty: boolean;
  /** Facts about the file's header. */
  readonly headerProblem: string | undefined;
}

export interface EvtxOutput {
  /** Whole rows, one a line; the bytes are used again after the call. */
  rows(bytes: Uint8Array): void;
  damage(damage: Damage): void;
}

const maxListed = 10;

/** Reads the log from its bytes. Returns undefined when they hold neither a header nor a chunk of a Windows event log. */
export async function convertEvtx(
  blocks: AsyncIterable<Uint8Array>,
  output: EvtxOutput,
): Promise<EvtxSummary | undefined> {
  const log = new EvtxConversion(output);
  for await (const block of blocks) log.add(block);
  return log.end();
}

class EvtxConversion {
  readonly #output: EvtxOutput;
  readonly #writer = new EventWriter();
  readonly #window = Buffer.alloc(chunkBytes);
  #filled = 0;
  /** Place of the window in the file. */
  #offset = 0;
  /** The header of the file, once it is there. */
  #header: Buffer | undefined;
  #records = 0;
  #chunks = 0;
  #damages = 0;
  #damagedChunks = 0;
  readonly #damagedAt: number[] = [];
  /** Start of bytes that belong to no chunk. */
  #lostFrom: number | undefined;

  constructor(output: EvtxOutput) {
    this.#output = output;
  }

  add(block: Uint8Array): void {
    let from = 0;
    while (from < block.length) {
      const wanted = this.#header === undefined ? headerBytes : chunkBytes;
      const taken = Math.min(wanted - this.#filled, block.length - from);
      this.#window.set(block.subarray(from, from + taken), this.#filled);
      from += taken;
      this.#filled += taken;
      if (this.#filled === wanted) this.#take();
    }
  }

  end(): EvtxSummary | undefined {
    if (this.#filled > 0) this.#take();
    while (this.#filled > 0) this.#take(); // a chunk may stand in what followed lost bytes
    this.#tellLost(this.#offset);
    this.#flush(1);
    const header = this.#header ?? Buffer.alloc(0);
    const hasMagic = header.length >= 128 && fileMagic.compare(header, 0, 8) === 0;
    if (!hasMagic && this.#chunks === 0) return undefined;
    return {
      records: this.#records,
      chunks: this.#chunks,
      damages: this.#damages,
      damagedAt: this.#damagedAt,
      damagedChunks: this.#damagedChunks,
      timesFromHeader: this.#writer.timesFromHeader,
      isDirty: hasMagic && (u32(header, 120) & 1) === 1,
      headerProblem: hasMagic ? this.#headerProblem(header) : 'has no header of a Windows event log',
    };
  }

  #headerProblem(header: Buffer): string | undefined {
    const version = u16(header, 38);
    if (version !== 3) return `is of version ${version}, which is not published`;
    const named = u16(header, 42);
    // The header is written last; a log that was copied while in use, or grew past 65,535 chunks, has an old count.
    if (named <= this.#chunks || this.#lostFrom !== undefined) return undefined;
    return `names ${named} chunks in its header and holds ${this.#chunks}`;
  }

  #take(): void {
    const window = this.#window.subarray(0, this.#filled);
    if (this.#header === undefined) {
      this.#header = Buffer.from(window);
      // A file without its header may begin with a chunk.
      if (!startsChunk(window)) this.#drop(this.#filled);
      else if (window.length < headerBytes) this.#chunk(window);
      return;
    }
    if (startsChunk(window)) {
      this.#chunk(window);
      return;
    }
    if (this.#lostFrom === undefined && window.every((byte) => byte === 0)) {
      this.#drop(this.#filled);
      return;
    }
    const found = nextChunk(window, 1);
    this.#lostFrom ??= this.#offset;
    // The mark of a chunk may be cut by the window's end.
    this.#drop(found >= 0 ? found : this.#filled < chunkBytes ? this.#filled : this.#filled - 7);
  }

  #chunk(window: Buffer): void {
    this.#tellLost(this.#offset);
    this.#chunks++;
    const { records, isDamaged } = readChunk(window, this.#offset, this.#writer, (damage) =>
      this.#tell(damage),
    );
    this.#records += records;
    if (isDamaged) this.#noteDamagedChunk(this.#offset);
    this.#drop(window.length);
    this.#flush(flushBytes);
  }

  #drop(length: number): void {
    this.#window.copyWithin(0, length, this.#filled);
    this.#filled -= length;
    this.#offset += length;
  }

  #tellLost(end: number): void {
    if (this.#lostFrom === undefined) return;
    const offset = this.#lostFrom;
    this.#lostFrom = undefined;
    this.#noteDamagedChunk(offset);
    const reason = `The chunk at byte ${offset} is damaged: it does not begin as one. ${end - offset} bytes were skipped.`;
    this.#tell({ offset, reason, bytes: new Uint8Array(0) });
  }

  #noteDamagedChunk(offset: number): void {
    this.#damagedChunks++;
    if (this.#damagedAt.length < maxListed) this.#damagedAt.push(offset);
  }

  #tell(damage: Damage): void {
    this.#damages++;
    this.#output.damage(damage);
  }

  #flush(least: number): void {
    const { out } = this.#writer;
    if (out.length < least) return;
    this.#output.rows(out.bytes.subarray(0, out.length));
    out.length = 0;
  }
}
