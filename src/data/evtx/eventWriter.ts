/** Writes an event's record as a row: one JSON object with the keys of {@link eventColumns}. */
import { parseDatetime } from '../../kql/time/parseDatetime.ts';
import { maxDatetimeTicks } from '../../kql/time/ticks.ts';
import { XmlReader, token } from './binXml.ts';
import { DamageError, u64 } from './bytes.ts';
import { eventColumns, type EventColumn } from './eventColumns.ts';
import { JsonBytes } from './jsonBytes.ts';
import { keyOf, partOf, type DataShape, type Field, type Part, type Shape } from './shape.ts';
import { noValues, Templates, type Values } from './templates.ts';
import {
  isArray,
  isText,
  textEnd,
  unsigned,
  valueType,
  wholeNumber,
  writeElements,
  writeValue,
} from './values.ts';

/** Ticks of 1601-01-01, where Windows' clock starts. */
const windowsEpochTicks = 504_911_232_000_000_000n;
/** Fragments and elements of one record; a record of 64 KB has no use for more. */
const maxParts = 200_000;
const maxDepth = 32;

const columnKeys = new Map(eventColumns.map((column) => [column, keyOf(column.key)]));
const keyOfColumn = (name: string): Uint8Array =>
  keyOf(eventColumns.find((column) => column.name === name)?.key ?? '');
const keys = {
  eventData: keyOfColumn('EventData'),
  userData: keyOfColumn('UserData'),
  additional: keyOfColumn('AdditionalFields'),
  time: keyOfColumn('TimeCreated'),
  record: keyOfColumn('RecordId'),
  data: keyOf('Data'),
  text: keyOf('#text'),
};

const comma = 0x2c;
const quote = 0x22;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** What the header of a record says. */
export interface RecordHeader {
  readonly id: bigint;
  readonly filetime: bigint;
}

export class EventWriter {
  readonly out = new JsonBytes();
  /** Records whose time is that of their header, since their XML has none. */
  timesFromHeader = 0;
  readonly #templates = new Templates();
  readonly #additional = new JsonBytes();
  readonly #scratch = new JsonBytes();
  /** Values of the template at each depth, used again from record to record. */
  readonly #values: Values[] = [];
  #chunk: Buffer = Buffer.alloc(0);
  #partsLeft = 0;

  start(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#templates.start(chunk);
  }

  /**
   * Writes the record whose XML stands between the places, and a line break. Throws {@link DamageError} and then leaves
   * the output as it was.
   */
  record(start: number, end: number, header: RecordHeader): void {
    const { out } = this;
    const before = out.length;
    out.recordStart = before;
    this.#additional.length = 0;
    this.#partsLeft = maxParts;
    let events = 0;
    try {
      this.#fragment(start, end, 0, (element, values) => {
        if (element.event === undefined || events > 0)
          throw new DamageError(`<${element.name}> stands where <Event> should`);
        events++;
        this.#event(element.event, values, header);
      });
      if (events === 0) throw new DamageError('the record holds no event');
    } catch (error) {
      out.length = before;
      if (error instanceof DamageError) throw error;
      throw new DamageError(
        `the record cannot be read (${error instanceof Error ? error.message : String(error)})`,
      );
    }
  }

  #event(
    { columns, additional, payload }: NonNullable<Shape['event']>,
    values: Values,
    header: RecordHeader,
  ): void {
    const { out } = this;
    const start = out.length;
    out.byte(openBrace);
    let hasTime = false;
    let hasRecord = false;
    for (const [column, parts] of columns) {
      if (!this.#hasValue(parts, values)) continue;
      if (!this.#column(column, parts, values))
        this.#additionalField({ key: keyOf(column.name), parts }, values);
      else if (column.kind === 'time') hasTime = true;
      else if (column.name === 'RecordId') hasRecord = true;
    }
    for (const field of additional) {
      if (this.#hasValue(field.parts, values)) this.#additionalField(field, values);
    }
    if (!hasRecord && header.id < 2n ** 63n) this.#number(keys.record, String(header.id));
    const headerTicks = header.filetime + windowsEpochTicks;
    if (!hasTime && headerTicks <= maxDatetimeTicks) {
      this.timesFromHeader++;
      this.#number(keys.time, String(headerTicks));
    }
    const seen = new Set<string>();
    for (const part of payload) {
      this.#elementsOf(part, values, 1, (element, own) => this.#payload(element, own, seen));
    }
    if (this.#additional.length > 0) {
      this.#separate();
      out.raw(keys.additional);
      out.byte(openBrace);
      out.raw(this.#additional.bytes.subarray(0, this.#additional.length));
      out.byte(closeBrace);
    }
    if (out.bytes[start + 1] === comma) out.bytes[start + 1] = 0x20;
    out.ascii('}\n');
  }

  #payload(element: Shape, values: Values, seen: Set<string>): void {
    const { out } = this;
    const isFirst = !seen.has(element.name);
    seen.add(element.name);
    if (element.name === 'EventData' && isFirst && element.data) {
      this.#separate();
      out.raw(keys.eventData);
      this.#data(element.data, values);
    } else if (element.name === 'UserData' && isFirst) {
      this.#separate();
      out.raw(keys.userData);
      this.#element(out, element, values, 1);
    } else {
      const additional = this.#additional;
      if (additional.length > 0) additional.byte(comma);
      additional.raw(element.key);
      this.#element(additional, element, values, 1);
    }
  }

  /** Every field of a row begins with a comma; the first one's is blanked at the end. */
  #separate(): void {
    this.out.byte(comma);
  }

  #number(key: Uint8Array, digits: string): void {
    this.#separate();
    this.out.raw(key);
    this.out.ascii(digits);
  }

  #additionalField({ key, parts }: Field, values: Values): void {
    if (this.#additional.length > 0) this.#additional.byte(comma);
    this.#additional.raw(key);
    this.#parts(this.#additional, parts, values, 1);
  }

  /** Writes a column of `System`; returns false when the value is not of its type. */
  #column(column: EventColumn, parts: readonly Part[], values: Values): boolean {
    const key = columnKeys.get(column) ?? keys.text;
    if (column.kind === 'text') {
      this.#separate();
      this.out.raw(key);
      this.#parts(this.out, parts, values, 1);
      return true;
    }
    const digits = column.kind === 'time' ? this.#ticks(parts, values) : this.#integer(column, parts, values);
    if (digits === undefined) return false;
    this.#number(key, digits);
    return true;
  }

  #ticks(parts: readonly Part[], values: Values): string | undefined {
    const [part] = parts;
    if (parts.length === 1 && part?.kind === 'value' && values.types[part.index] === valueType.filetime) {
      const ticks = u64(this.#chunk, values.starts[part.index] ?? 0) + windowsEpochTicks;
      return ticks <= maxDatetimeTicks ? String(ticks) : undefined;
    }
    const ticks = parseDatetime(this.#text(parts, values));
    return ticks === null ? undefined : String(ticks);
  }

  #integer({ kind }: EventColumn, parts: readonly Part[], values: Values): string | undefined {
    const [part] = parts;
    const type = part?.kind === 'value' ? (values.types[part.index] ?? 0) : 0;
    if (parts.length === 1 && part?.kind === 'value' && type >= valueType.int8 && type <= valueType.uint64) {
      const start = values.starts[part.index] ?? 0;
      const size = values.sizes[part.index] ?? 0;
      if (size <= 2) return String(unsigned(this.#chunk, start, size));
      const digits = wholeNumber(this.#chunk, type, start, size);
      return isInRange(digits, kind) ? digits : undefined;
    }
    const text = this.#text(parts, values).trim();
    return isInRange(text, kind) ? String(BigInt(text)) : undefined;
  }

  /** Whether something stands there: an optional value that is null leaves its column empty. */
  #hasValue(parts: readonly Part[], values: Values): boolean {
    return parts.some((part) => part.kind !== 'value' || this.#isThere(part.index, values));
  }

  #isThere(index: number, values: Values): boolean {
    return index < values.count && values.types[index] !== valueType.null && (values.sizes[index] ?? 0) > 0;
  }

  /** `EventData`: its named data as an object; data without names as the array `Data`. */
  #data({ named, unnamed, attributes, rest }: DataShape, values: Values): void {
    const { out } = this;
    out.byte(openBrace);
    let isFirst = true;
    const next = (key: Uint8Array): void => {
      if (!isFirst) out.byte(comma);
      isFirst = false;
      out.raw(key);
    };
    for (const { key, parts } of attributes) {
      if (!this.#hasValue(parts, values)) continue;
      next(key);
      this.#parts(out, parts, values, 1);
    }
    for (const { key, element } of named) {
      next(key);
      this.#element(out, element, values, 1);
    }
    if (unnamed.length > 0) {
      next(keys.data);
      out.byte(openBracket);
      for (const [index, element] of unnamed.entries()) {
        if (index > 0) out.byte(comma);
        this.#unnamed(element, values);
      }
      if (out.bytes[out.length - 1] === comma) out.length--;
      out.byte(closeBracket);
    }
    if (rest.length > 0 && this.#hasValue(rest, values)) {
      next(keys.text);
      this.#parts(out, rest, values, 1);
    }
    out.byte(closeBrace);
  }

  /** An array in `<Data>` stands for several of them. */
  #unnamed(element: Shape, values: Values): void {
    const { out } = this;
    const [part, second] = element.parts;
    const index = part?.kind === 'value' && second === undefined ? part.index : -1;
    const type = values.types[index] ?? 0;
    if (index < 0 || index >= values.count || !isArray(type)) {
      this.#element(out, element, values, 1);
      return;
    }
    const written = writeElements(
      out,
      this.#chunk,
      type,
      values.starts[index] ?? 0,
      values.sizes[index] ?? 0,
    );
    if (written === 0) out.ascii('""');
  }

  /** Writes an element's value: its text or value, or an object where it has attributes or elements. */
  #element(out: JsonBytes, element: Shape, values: Values, depth: number): void {
    this.#count(depth);
    if (element.attributes.length === 0 && element.groups.length === 0) {
      this.#parts(out, element.parts, values, depth);
      return;
    }
    out.byte(openBrace);
    let isFirst = true;
    const next = (key: Uint8Array): void => {
      if (!isFirst) out.byte(comma);
      isFirst = false;
      out.raw(key);
    };
    for (const { key, parts } of element.attributes) {
      if (!this.#hasValue(parts, values)) continue;
      next(key);
      this.#parts(out, parts, values, depth);
    }
    for (const { key, elements } of element.groups) {
      next(key);
      if (elements.length > 1) out.byte(openBracket);
      for (const [index, child] of elements.entries()) {
        if (index > 0) out.byte(comma);
        this.#element(out, child, values, depth + 1);
      }
      if (elements.length > 1) out.byte(closeBracket);
    }
    if (element.rest.length > 0 && this.#hasValue(element.rest, values)) {
      next(keys.text);
      this.#parts(out, element.rest, values, depth);
    }
    out.byte(closeBrace);
  }

  /** Writes what stands in an element or attribute without elements of its own. */
  #parts(out: JsonBytes, parts: readonly Part[], values: Values, depth: number): void {
    const [part] = parts;
    if (part === undefined) {
      out.ascii('null');
      return;
    }
    if (parts.length === 1) {
      if (part.kind === 'text') {
        out.string(part.text);
        return;
      }
      if (part.kind === 'value') {
        this.#value(out, part.index, values, depth);
        return;
      }
    }
    if (parts.some(({ kind }) => kind === 'element' || kind === 'instance')) {
      this.#object(out, parts, values, depth);
      return;
    }
    out.byte(quote);
    for (const piece of parts) {
      if (piece.kind === 'text') out.utf16(Buffer.from(piece.text, 'utf16le'), 0, 2 * piece.text.length);
      else if (piece.kind === 'value') this.#pieceOfText(out, piece.index, values);
    }
    out.byte(quote);
  }

  #value(out: JsonBytes, index: number, values: Values, depth: number): void {
    if (index >= values.count) {
      out.ascii('null');
      return;
    }
    if (values.types[index] === valueType.binXml) {
      this.#object(out, [{ kind: 'value', index }], values, depth);
      return;
    }
    const start = values.starts[index] ?? 0;
    writeValue(out, this.#chunk, values.types[index] ?? 0, start, values.sizes[index] ?? 0);
  }

  /** Writes the elements that the parts hold or lead to as an object. */
  #object(out: JsonBytes, parts: readonly Part[], values: Values, depth: number): void {
    out.byte(openBrace);
    let isFirst = true;
    for (const part of parts) {
      this.#elementsOf(part, values, depth + 1, (element, own) => {
        if (!isFirst) out.byte(comma);
        isFirst = false;
        out.raw(element.key);
        this.#element(out, element, own, depth + 1);
      });
    }
    out.byte(closeBrace);
  }

  #pieceOfText(out: JsonBytes, index: number, values: Values): void {
    const type = values.types[index] ?? 0;
    const start = values.starts[index] ?? 0;
    const size = values.sizes[index] ?? 0;
    if (index >= values.count || type === valueType.null || type === valueType.binXml) return;
    if (isText(type)) {
      out.utf16(this.#chunk, start, textEnd(this.#chunk, start, start + size));
      return;
    }
    const scratch = new JsonBytes();
    writeValue(scratch, this.#chunk, type, start, size);
    const text = textOfJson(scratch.bytes.toString('utf8', 0, scratch.length));
    out.utf16(Buffer.from(text, 'utf16le'), 0, 2 * text.length);
  }

  #text(parts: readonly Part[], values: Values): string {
    const scratch = this.#scratch;
    scratch.length = 0;
    scratch.recordStart = 0;
    this.#parts(scratch, parts, values, 1);
    return textOfJson(scratch.bytes.toString('utf8', 0, scratch.length));
  }

  /** Calls `use` with each element that the part is, or that the BinXML of its value holds. */
  #elementsOf(
    part: Part,
    values: Values,
    depth: number,
    use: (element: Shape, values: Values) => void,
  ): void {
    if (part.kind === 'element') {
      use(part.element, values);
      return;
    }
    if (part.kind === 'text') return;
    if (part.kind === 'instance') {
      this.#instance(part.at, this.#chunk.length, depth, use);
      return;
    }
    if (part.index >= values.count || values.types[part.index] !== valueType.binXml) return;
    const start = values.starts[part.index] ?? 0;
    this.#fragment(start, start + (values.sizes[part.index] ?? 0), depth, use);
  }

  #fragment(start: number, end: number, depth: number, use: (element: Shape, values: Values) => void): void {
    this.#count(depth);
    const chunk = this.#chunk;
    const first = chunk[start] === token.fragmentHeader ? start + 4 : start;
    if (chunk[first] === token.templateInstance) {
      this.#instance(first, end, depth, use);
      return;
    }
    const parts = new XmlReader(chunk, start, end, false).fragment();
    for (const part of parts) this.#elementsOf(partOf(part), noValues(), depth, use);
  }

  #instance(at: number, end: number, depth: number, use: (element: Shape, values: Values) => void): void {
    this.#count(depth);
    const values = (this.#values[depth] ??= noValues());
    const { parts } = this.#templates.instance(at, end, values);
    for (const part of parts) this.#elementsOf(part, values, depth + 1, use);
  }

  #count(depth: number): void {
    if (depth > maxDepth) throw new DamageError(`its XML is nested more than ${maxDepth} deep`);
    if (--this.#partsLeft < 0) throw new DamageError(`it has more than ${maxParts} elements`);
  }
}

function isInRange(text: string, kind: EventColumn['kind']): boolean {
  if (!/^(-?[0-9]{1,19}|0x[0-9a-fA-F]{1,16})$/.test(text)) return false;
  const value = BigInt(text);
  const limit = kind === 'int' ? 2n ** 31n : 2n ** 63n;
  return value >= -limit && value < limit;
}

function textOfJson(json: string): string {
  const value: unknown = JSON.parse(json);
  if (Array.isArray(value)) return value.map(String).join(',');
  return value === null ? '' : typeof value === 'string' ? value : json;
}
