/**
 * The values of BinXML (MS-EVEN6 2.2.12) as JSON: numbers as numbers, times in ISO 8601 to the last digit, GUIDs without
 * braces, SIDs as `S-1-...`, hexadecimal types as `0x...`, binary data as hexadecimal digits, arrays as arrays.
 */
import { u16, u32, u64 } from './bytes.ts';
import type { JsonBytes } from './jsonBytes.ts';

export const valueType = {
  null: 0,
  string: 1,
  ansiString: 2,
  int8: 3,
  uint8: 4,
  int16: 5,
  uint16: 6,
  int32: 7,
  uint32: 8,
  int64: 9,
  uint64: 10,
  real32: 11,
  real64: 12,
  bool: 13,
  binary: 14,
  guid: 15,
  sizeT: 16,
  filetime: 17,
  systemtime: 18,
  sid: 19,
  hexInt32: 20,
  hexInt64: 21,
  binXml: 0x21,
  evtXml: 0x23,
} as const;

/** Set in the type of an array of values. */
const arrayFlag = 0x80;

/** Bytes of one element of an array, by type; strings end with a zero instead. */
const elementSizes: Readonly<Record<number, number>> = {
  3: 1, 4: 1, 5: 2, 6: 2, 7: 4, 8: 4, 9: 8, 10: 8, 11: 4, 12: 8, 13: 4, 15: 16, 16: 8, 17: 8, 18: 16, 20: 4, 21: 8,
}; // prettier-ignore

export function isArray(type: number): boolean {
  return type >= arrayFlag;
}

/** Whether the value is text that a mixture of texts and values can hold as it stands. */
export function isText(type: number): boolean {
  return type === valueType.string || type === valueType.evtXml;
}

/** Writes the value as JSON. Values of types that are not published are written as their bytes. */
export function writeValue(
  out: JsonBytes,
  chunk: Uint8Array,
  type: number,
  start: number,
  size: number,
): void {
  if (isArray(type)) {
    out.byte(0x5b);
    writeElements(out, chunk, type, start, size);
    out.byte(0x5d);
    return;
  }
  if (isText(type)) {
    writeText(out, chunk, start, textEnd(chunk, start, start + size));
    return;
  }
  if (size === 0 || type === valueType.null) {
    out.ascii('null');
    return;
  }
  switch (type) {
    case valueType.ansiString: {
      out.string(ansi(chunk, start, size));
      return;
    }
    case valueType.int8:
    case valueType.int16:
    case valueType.int32: {
      out.ascii(String(signed(chunk, start, size)));
      return;
    }
    case valueType.uint8:
    case valueType.uint16:
    case valueType.uint32: {
      out.ascii(String(unsigned(chunk, start, Math.min(size, 4))));
      return;
    }
    case valueType.int64:
    case valueType.uint64: {
      out.ascii(wholeNumber(chunk, type, start, size));
      return;
    }
    case valueType.real32:
    case valueType.real64: {
      writeReal(out, chunk, start, size);
      return;
    }
    case valueType.bool: {
      out.ascii(unsigned(chunk, start, Math.min(size, 4)) === 0 ? 'false' : 'true');
      return;
    }
    case valueType.guid:
      if (size === 16) {
        writeGuid(out, chunk, start);
        return;
      }
      break;
    case valueType.filetime:
      if (size === 8) {
        out.ascii(`"${isoOfFiletime(u64(chunk, start))}"`);
        return;
      }
      break;
    case valueType.systemtime:
      if (size === 16) {
        out.ascii(`"${isoOfSystemtime(chunk, start)}"`);
        return;
      }
      break;
    case valueType.sid:
      if (size >= 8) {
        writeSid(out, chunk, start, size);
        return;
      }
      break;
    case valueType.sizeT:
    case valueType.hexInt32:
    case valueType.hexInt64: {
      writeHexNumber(out, chunk, start, Math.min(size, 8));
      return;
    }
  }
  writeBinary(out, chunk, start, size);
}

/** Writes the elements of an array, with commas between them; returns how many there are. */
export function writeElements(
  out: JsonBytes,
  chunk: Uint8Array,
  type: number,
  start: number,
  size: number,
): number {
  const element = type & ~arrayFlag;
  const end = start + size;
  let count = 0;
  for (let at = start; at < end; count++) {
    const length = elementLength(chunk, element, at, end);
    if (count > 0) out.byte(0x2c);
    writeValue(out, chunk, element, at, Math.min(length, end - at));
    at += length + (isText(element) ? 2 : element === valueType.ansiString ? 1 : 0);
  }
  return count;
}

function elementLength(chunk: Uint8Array, element: number, at: number, end: number): number {
  if (isText(element)) {
    let stop = at;
    while (stop + 1 < end && u16(chunk, stop) !== 0) stop += 2;
    return stop - at;
  }
  if (element === valueType.ansiString) {
    const stop = chunk.indexOf(0, at);
    return (stop < 0 || stop > end ? end : stop) - at;
  }
  if (element === valueType.sid) return 8 + 4 * (chunk[at + 1] ?? 0);
  return elementSizes[element] ?? end - at;
}

/** Returns where the text ends without the zeros that pad it. */
export function textEnd(chunk: Uint8Array, start: number, end: number): number {
  let last = start + ((end - start) & ~1);
  while (last > start && u16(chunk, last - 2) === 0) last -= 2;
  return last;
}

function writeText(out: JsonBytes, chunk: Uint8Array, start: number, end: number): void {
  out.byte(0x22);
  out.utf16(chunk, start, end);
  out.byte(0x22);
}

function ansi(chunk: Uint8Array, start: number, size: number): string {
  return new TextDecoder('windows-1252').decode(chunk.subarray(start, start + size)).replace(/\0+$/, '');
}

/** Whole numbers of at most 4 bytes; the size that is written counts, as damaged and rebuilt logs have others. */
export function unsigned(chunk: Uint8Array, start: number, size: number): number {
  let value = 0;
  for (let i = Math.min(size, 4) - 1; i >= 0; i--) value = value * 256 + (chunk[start + i] ?? 0);
  return value;
}

function signed(chunk: Uint8Array, start: number, size: number): number {
  const bits = 8 * Math.min(size, 4);
  const value = unsigned(chunk, start, size);
  return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}

/** Returns a whole number of any size in decimal digits. */
export function wholeNumber(chunk: Uint8Array, type: number, start: number, size: number): string {
  if (size <= 4) {
    const isSigned = type % 2 === 1 && type <= valueType.int64;
    return String(isSigned ? signed(chunk, start, size) : unsigned(chunk, start, size));
  }
  const high = u32(chunk, start + 4);
  if (high < 0x20_0000) return String(high * 4_294_967_296 + u32(chunk, start));
  const value = u64(chunk, start);
  return String(type === valueType.int64 ? BigInt.asIntN(64, value) : value);
}

function writeReal(out: JsonBytes, chunk: Uint8Array, start: number, size: number): void {
  const view = new DataView(chunk.buffer, chunk.byteOffset + start, size);
  const value = size >= 8 ? view.getFloat64(0, true) : size >= 4 ? shortest(view.getFloat32(0, true)) : 0;
  out.ascii(Number.isFinite(value) ? String(value) : `"${value}"`);
}

/** Returns the number with the fewest digits that is this 32-bit float. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}

const upperDigits = Buffer.from('0123456789ABCDEF');

function writeBinary(out: JsonBytes, chunk: Uint8Array, start: number, size: number): void {
  out.byte(0x22);
  for (let at = start; at < start + size; at++) writeOctet(out, chunk[at] ?? 0);
  out.byte(0x22);
}

function writeOctet(out: JsonBytes, octet: number): void {
  out.byte(upperDigits[octet >> 4] ?? 0);
  out.byte(upperDigits[octet & 15] ?? 0);
}

/** Places of a GUID's bytes in its text; -1 stands for a hyphen. */
const guidOrder = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15];

function writeGuid(out: JsonBytes, chunk: Uint8Array, start: number): void {
  out.byte(0x22);
  for (const place of guidOrder) {
    if (place < 0) out.byte(0x2d);
    else writeOctet(out, chunk[start + place] ?? 0);
  }
  out.byte(0x22);
}

function writeSid(out: JsonBytes, chunk: Uint8Array, start: number, size: number): void {
  let authority = 0;
  for (let i = 2; i < 8; i++) authority = authority * 256 + (chunk[start + i] ?? 0);
  out.ascii(`"S-${chunk[start] ?? 0}-${authority}`);
  const count = Math.min(chunk[start + 1] ?? 0, (size - 8) >> 2);
  for (let i = 0; i < count; i++) out.ascii(`-${u32(chunk, start + 8 + 4 * i)}`);
  out.byte(0x22);
}

function writeHexNumber(out: JsonBytes, chunk: Uint8Array, start: number, size: number): void {
  out.ascii('"0x');
  let isLeading = true;
  for (let at = start + size - 1; at >= start; at--) {
    const octet = chunk[at] ?? 0;
    if (isLeading && octet === 0 && at > start) continue;
    if (!isLeading || octet > 15) out.hex(octet >> 4);
    out.hex(octet);
    isLeading = false;
  }
  out.byte(0x22);
}

/** Milliseconds from 1601-01-01, where Windows' clock starts, to 1970-01-01. */
const windowsEpochMs = 11_644_473_600_000n;

/** Returns the time of a count of 100 ns since 1601 in ISO 8601, with all seven digits. */
export function isoOfFiletime(filetime: bigint): string {
  const date = new Date(Number(filetime / 10_000n - windowsEpochMs));
  if (Number.isNaN(date.getTime())) return String(filetime);
  return `${date.toISOString().slice(0, -1)}${String(filetime % 10_000n).padStart(4, '0')}Z`;
}

function isoOfSystemtime(chunk: Uint8Array, start: number): string {
  const field = (index: number, width: number): string =>
    String(u16(chunk, start + 2 * index)).padStart(width, '0');
  const date = `${field(0, 4)}-${field(1, 2)}-${field(3, 2)}`;
  return `${date}T${field(4, 2)}:${field(5, 2)}:${field(6, 2)}.${field(7, 3)}Z`;
}
