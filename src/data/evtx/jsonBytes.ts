/**
 * JSON as UTF-8 bytes, written straight from the UTF-16 of a chunk: no JavaScript string is made for a value, which
 * is what lets one core read a log of millions of records.
 */
import { DamageError } from './bytes.ts';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const hexDigits = Buffer.from('0123456789abcdef');

/** How each ASCII character stands in a JSON string: 0 as it is, 1 as `\u00xx`, else the letter after the backslash. */
const escapes = Uint8Array.from({ length: 128 }, (_unused, code) => (code < 32 ? 1 : 0));
for (const [sign, letter] of ['""', '\\\\', '\bb', '\ff', '\nn', '\rr', '\tt']) {
  escapes[(sign ?? '').charCodeAt(0)] = (letter ?? '').charCodeAt(0);
}

/** Longest JSON of one record, in bytes: what a record of 64 KB cannot reach unless it was made to. */
const maxRecordBytes = 8 << 20;

export class JsonBytes {
  bytes = Buffer.allocUnsafe(1 << 16);
  length = 0;
  /** Where the record began; the limit counts from there. */
  recordStart = 0;

  /** Makes room for `more` bytes. Throws {@link DamageError} when the record outgrows its limit. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    if (needed - this.recordStart > maxRecordBytes) {
      throw new DamageError(`the record unfolds to more than ${maxRecordBytes >> 20} MB`);
    }
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  raw(piece: Uint8Array): void {
    this.reserve(piece.length);
    const { bytes } = this;
    let at = this.length;
    for (let i = 0; i < piece.length; i++) bytes[at++] = piece[i] ?? 0;
    this.length = at;
  }

  /** Writes text that is ASCII and needs no escapes. */
  ascii(text: string): void {
    this.reserve(text.length);
    const { bytes } = this;
    let at = this.length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.length = at;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Begins a member of an object: a comma unless it is the first, and its key with the colon. */
  key(key: Uint8Array): void {
    if (this.bytes[this.length - 1] !== openBrace) this.byte(comma);
    this.raw(key);
  }

  hex(value: number): void {
    this.byte(hexDigits[value & 15] ?? 0);
  }

  /** Writes a JSON string. */
  string(text: string): void {
    const piece = Buffer.from(text, 'utf16le');
    this.byte(quote);
    this.utf16(piece, 0, piece.length);
    this.byte(quote);
  }

  /** Writes the inside of a JSON string from UTF-16; surrogates without their partner become U+FFFD. */
  utf16(source: Uint8Array, start: number, end: number): void {
    this.reserve((end - start) * 3);
    const { bytes } = this;
    let at = this.length;
    for (let i = start; i + 1 < end; i += 2) {
      const unit = (source[i] ?? 0) | ((source[i + 1] ?? 0) << 8);
      if (unit < 0x80) {
        const escape = escapes[unit] ?? 0;
        if (escape === 0) bytes[at++] = unit;
        else if (escape > 1) {
          bytes[at++] = backslash;
          bytes[at++] = escape;
        } else {
          this.length = at;
          this.ascii(`\\u00${unit < 16 ? '0' : ''}${unit.toString(16)}`);
          at = this.length;
        }
      } else if (unit < 0x800) {
        bytes[at++] = 0xc0 | (unit >> 6);
        bytes[at++] = 0x80 | (unit & 0x3f);
      } else {
        const next = i + 3 < end ? (source[i + 2] ?? 0) | ((source[i + 3] ?? 0) << 8) : 0;
        if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
          const point = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
          bytes[at++] = 0xf0 | (point >> 18);
          bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
          bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
          bytes[at++] = 0x80 | (point & 0x3f);
          i += 2;
        } else {
          const shown = unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit;
          bytes[at++] = 0xe0 | (shown >> 12);
          bytes[at++] = 0x80 | ((shown >> 6) & 0x3f);
          bytes[at++] = 0x80 | (shown & 0x3f);
        }
      }
    }
    this.length = at;
  }
}
