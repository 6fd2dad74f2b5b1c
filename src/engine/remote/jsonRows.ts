/**
 * Cuts the rows out of a JSON reply as it arrives, as text: they go to DuckDB unread, so that no number is rounded by
 * JavaScript and no reply is held whole. What is left, the *frame*, is small and is read at the end.
 *
 * Contracts: a reply whose JSON does not end is never taken for whole; the frame holds everything but the rows cut out,
 * in its place.
 */

/** Names, in lower case, of the members whose arrays hold rows: Kusto and Log Analytics say `rows`, Graph `results`. */
const rowMembers: ReadonlySet<string> = new Set(['rows', 'results']);

/** More than any service writes around its rows; a reply that is all frame must not fill the memory. */
const maxFrameBytes = 64 * 1024 ** 2;

const [quote, backslash, openArray, closeArray, openObject, closeObject, comma, colon] =
  Buffer.from('"\\[]{},:');

/** Rows of one array, in the order of the reply. */
export interface RowBatch {
  /** Number of the array among those with rows, from 0, in the order in which they begin. */
  readonly array: number;
  /** JSON text of each row. */
  readonly rows: readonly string[];
}

/** Why a reply cannot be read. `html` is a page of something in between; `cut` ended before its JSON did. */
export class ReplyError extends Error {
  constructor(readonly reason: 'html' | 'malformed' | 'cut' | 'too-large') {
    super(`The reply is ${reason}.`);
    this.name = 'ReplyError';
  }
}

interface Level {
  readonly isArray: boolean;
  /** Set where the array holds rows. */
  readonly rows?: number;
  /** Some item of the array stays in the frame. */
  hasItems?: boolean;
  /** Of an object: the name of the member that is being read. */
  member?: string;
}

/**
 * Reads the reply chunk by chunk. `rowKind` is how a row begins: items of such an array that begin otherwise (Kusto puts
 * errors among its rows) stay in the frame.
 */
export class JsonRowSplitter {
  readonly #rowStart: number | undefined;
  readonly #levels: Level[] = [];
  #frame: Buffer[] = [];
  #frameBytes = 0;
  #arrays = 0;
  #hasBegun = false;
  #isInString = false;
  #isEscaped = false;
  /** Bytes of the string that may be a member's name. */
  #name: number[] | undefined;
  #lastString = '';
  /** Open brackets of the row that is being read; 0 outside of rows. */
  #rowDepth = 0;
  #rowParts: Buffer[] = [];
  /** The frame or the row goes on from here in the current chunk. */
  #from = 0;
  #batches: { array: number; rows: string[] }[] = [];

  constructor(rowKind: 'array' | 'object') {
    this.#rowStart = rowKind === 'array' ? openArray : openObject;
  }

  /** Reads one chunk and returns the rows that it completed. Throws {@link ReplyError}. */
  push(chunk: Uint8Array): readonly RowBatch[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#batches = [];
    this.#from = this.#hasBegun ? 0 : this.#begin(bytes);
    let at = this.#from;
    while (at < bytes.length) {
      if (this.#rowDepth > 0) at = this.#scanRow(bytes, at);
      else {
        const byte = bytes[at];
        if (this.#isInString) this.#inString(byte);
        else this.#inFrame(byte, bytes, at);
        at++;
      }
    }
    const rest = bytes.subarray(Math.min(this.#from, bytes.length));
    if (this.#rowDepth > 0) this.#rowParts.push(Buffer.from(rest));
    else this.#keep(rest);
    return this.#batches;
  }

  /** The frame as JSON. Throws {@link ReplyError} where the reply did not end, or is no JSON. */
  end(): unknown {
    if (!this.#hasBegun || this.#levels.length > 0 || this.#isInString) throw new ReplyError('cut');
    try {
      const frame: unknown = JSON.parse(Buffer.concat(this.#frame).toString('utf8'));
      return frame;
    } catch {
      throw new ReplyError('malformed');
    }
  }

  /** Where the JSON begins; a byte order mark and white space come before it. */
  #begin(bytes: Buffer): number {
    const text = bytes.toString('latin1');
    const start = /^(?:\u00ef\u00bb\u00bf)?\s*/.exec(text)?.[0].length ?? 0;
    if (start === bytes.length) return start;
    if (bytes[start] !== openArray && bytes[start] !== openObject) {
      throw new ReplyError(/^<(?:!doctype|html|head|\?xml)/i.test(text.slice(start)) ? 'html' : 'malformed');
    }
    this.#hasBegun = true;
    return start;
  }

  #inString(byte: number | undefined): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = true;
    else if (byte === quote) {
      this.#isInString = false;
      if (this.#name !== undefined) this.#lastString = Buffer.from(this.#name).toString('latin1');
      this.#name = undefined;
      return;
    }
    // Names of members that matter are short and plain.
    if (byte !== undefined && this.#name !== undefined && this.#name.length < 32) this.#name.push(byte);
  }

  /** Reads on to the end of the row or the chunk and returns where; most bytes of a reply pass here and nowhere else. */
  #scanRow(bytes: Buffer, start: number): number {
    let depth = this.#rowDepth;
    let isInString = this.#isInString;
    let isEscaped = this.#isEscaped;
    let at = start;
    while (at < bytes.length && depth > 0) {
      const byte = bytes[at++];
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) isInString = false;
      } else if (byte === quote) isInString = true;
      else if (byte === openArray || byte === openObject) depth++;
      else if (byte === closeArray || byte === closeObject) depth--;
    }
    this.#rowDepth = depth;
    this.#isInString = isInString;
    this.#isEscaped = isEscaped;
    if (depth === 0) this.#endRow(bytes, at);
    return at;
  }

  #endRow(bytes: Buffer, end: number): void {
    const array = this.#levels.at(-1)?.rows ?? 0;
    const last = bytes.subarray(this.#from, end);
    const row = this.#rowParts.length === 0 ? last : Buffer.concat([...this.#rowParts, last]);
    this.#rowParts = [];
    this.#from = end;
    const batch = this.#batches.at(-1);
    if (batch?.array === array) batch.rows.push(row.toString('utf8'));
    else this.#batches.push({ array, rows: [row.toString('utf8')] });
  }

  #inFrame(byte: number | undefined, bytes: Buffer, at: number): void {
    const level = this.#levels.at(-1);
    if (byte === quote) {
      this.#isInString = true;
      this.#name = [];
    } else if (byte === colon) {
      if (level !== undefined) level.member = this.#lastString.toLowerCase();
    } else if (byte === openArray || byte === openObject) {
      if (level?.rows !== undefined && this.#startsRow(level, byte, bytes, at)) return;
      this.#levels.push(this.#opened(byte === openArray, level));
    } else if (byte === closeArray || byte === closeObject) {
      if (this.#levels.pop() === undefined) throw new ReplyError('malformed');
    } else if (byte === comma && level?.rows !== undefined) {
      // Commas go with the rows; an item that stays brings its own.
      this.#keep(bytes.subarray(this.#from, at));
      this.#from = at + 1;
    }
  }

  /** Whether the item that begins among rows is one. */
  #startsRow(level: Level, byte: number | undefined, bytes: Buffer, at: number): boolean {
    this.#keep(bytes.subarray(this.#from, at));
    this.#from = at;
    if (byte === this.#rowStart) {
      this.#rowDepth = 1;
      return true;
    }
    if (level.hasItems === true) this.#keep(Buffer.from(','));
    level.hasItems = true;
    return false;
  }

  #opened(isArray: boolean, parent: Level | undefined): Level {
    const holdsRows = isArray && parent?.isArray === false && rowMembers.has(parent.member ?? '');
    return holdsRows ? { isArray, rows: this.#arrays++ } : { isArray };
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#frameBytes += bytes.length;
    if (this.#frameBytes > maxFrameBytes) throw new ReplyError('too-large');
    this.#frame.push(Buffer.from(bytes));
  }
}
