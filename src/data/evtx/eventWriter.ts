/** Writes an event's record as a row: one JSON object with the keys of {@link eventColumns}. */
import { parseDatetime } from '../../kql/time/parseDatetime.ts';
import { maxDatetimeTicks } from '../../kql/time/ticks.ts';
import { DamageError, u64 } from './bytes.ts';
import { ElementWriter } from './elementWriter.ts';
import { eventColumns, type EventColumn } from './eventColumns.ts';
import { JsonBytes } from './jsonBytes.ts';
import { keyOf, type DataShape, type EventShape, type Field, type Part, type Shape } from './shape.ts';
import type { Values } from './templates.ts';
import { isArray, unsigned, valueType, wholeNumber, writeElements } from './values.ts';

/** Ticks of 1601-01-01, where Windows' clock starts. */
const windowsEpochTicks = 504_911_232_000_000_000n;

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
};

const comma = 0x2c;
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
  readonly #xml = new ElementWriter();
  /** The object of what no column has, still open. */
  readonly #additional = new JsonBytes();

  start(chunk: Buffer): void {
    this.#xml.startChunk(chunk);
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
    this.#additional.byte(openBrace);
    this.#xml.startRecord();
    let events = 0;
    try {
      this.#xml.fragment(start, end, 0, (element, values) => {
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

  #event({ columns, additional, payload }: EventShape, values: Values, header: RecordHeader): void {
    const { out } = this;
    const xml = this.#xml;
    out.byte(openBrace);
    let hasTime = false;
    let hasRecord = false;
    for (const [column, parts] of columns) {
      if (!xml.hasValue(parts, values)) continue;
      if (!this.#column(column, parts, values))
        this.#additionalField({ key: keyOf(column.name), parts }, values);
      else if (column.kind === 'time') hasTime = true;
      else if (column.name === 'RecordId') hasRecord = true;
    }
    for (const field of additional) {
      if (xml.hasValue(field.parts, values)) this.#additionalField(field, values);
    }
    if (!hasRecord && header.id < 2n ** 63n) this.#number(keys.record, String(header.id));
    const headerTicks = header.filetime + windowsEpochTicks;
    if (!hasTime && headerTicks <= maxDatetimeTicks) {
      this.timesFromHeader++;
      this.#number(keys.time, String(headerTicks));
    }
    const seen = new Set<string>();
    for (const part of payload) {
      xml.elementsOf(part, values, 1, (element, own) => this.#payload(element, own, seen));
    }
    if (this.#additional.length > 1) {
      out.key(keys.additional);
      out.raw(this.#additional.bytes.subarray(0, this.#additional.length));
      out.byte(closeBrace);
    }
    out.ascii('}\n');
  }

  #payload(element: Shape, values: Values, seen: Set<string>): void {
    const { out } = this;
    const isFirst = !seen.has(element.name);
    seen.add(element.name);
    if (element.name === 'EventData' && isFirst && element.data) {
      out.key(keys.eventData);
      this.#data(element.data, values);
    } else if (element.name === 'UserData' && isFirst) {
      out.key(keys.userData);
      this.#xml.element(out, element, values, 1);
    } else {
      this.#additional.key(element.key);
      this.#xml.element(this.#additional, element, values, 1);
    }
  }

  #number(key: Uint8Array, digits: string): void {
    this.out.key(key);
    this.out.ascii(digits);
  }

  #additionalField({ key, parts }: Field, values: Values): void {
    this.#additional.key(key);
    this.#xml.parts(this.#additional, parts, values, 1);
  }

  /** Writes a column of `System`; returns false when the value is not of its type. */
  #column(column: EventColumn, parts: readonly Part[], values: Values): boolean {
    const key = columnKeys.get(column) ?? keyOf(column.key);
    if (column.kind === 'text') {
      this.out.key(key);
      this.#xml.parts(this.out, parts, values, 1);
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
      const ticks = u64(this.#xml.chunk, values.starts[part.index] ?? 0) + windowsEpochTicks;
      return ticks <= maxDatetimeTicks ? String(ticks) : undefined;
    }
    const ticks = parseDatetime(this.#xml.text(parts, values));
    return ticks === null ? undefined : String(ticks);
  }

  #integer({ kind }: EventColumn, parts: readonly Part[], values: Values): string | undefined {
    const [part] = parts;
    const type = part?.kind === 'value' ? (values.types[part.index] ?? 0) : 0;
    if (parts.length === 1 && part?.kind === 'value' && type >= valueType.int8 && type <= valueType.uint64) {
      const start = values.starts[part.index] ?? 0;
      const size = values.sizes[part.index] ?? 0;
      if (size <= 2) return String(unsigned(this.#xml.chunk, start, size));
      const digits = wholeNumber(this.#xml.chunk, type, start, size);
      return isInRange(digits, kind) ? digits : undefined;
    }
    const text = this.#xml.text(parts, values).trim();
    return isInRange(text, kind) ? String(BigInt(text)) : undefined;
  }

  /** `EventData`: its named data as an object; data without names as the array `Data`. */
  #data({ named, unnamed, attributes, rest }: DataShape, values: Values): void {
    const { out } = this;
    const xml = this.#xml;
    out.byte(openBrace);
    xml.attributes(out, attributes, values, 1);
    for (const { key, element } of named) {
      out.key(key);
      xml.element(out, element, values, 1);
    }
    if (unnamed.length > 0) {
      out.key(keys.data);
      out.byte(openBracket);
      for (const [index, element] of unnamed.entries()) {
        if (index > 0) out.byte(comma);
        this.#unnamed(element, values);
      }
      out.byte(closeBracket);
    }
    xml.rest(out, rest, values, 1);
    out.byte(closeBrace);
  }

  /** An array in `<Data>` stands for several of them. */
  #unnamed(element: Shape, values: Values): void {
    const { out } = this;
    const [part, second] = element.parts;
    const index = part?.kind === 'value' && second === undefined ? part.index : -1;
    const type = values.types[index] ?? 0;
    if (index < 0 || index >= values.count || !isArray(type)) {
      this.#xml.element(out, element, values, 1);
      return;
    }
    const written = writeElements(
      out,
      this.#xml.chunk,
      type,
      values.starts[index] ?? 0,
      values.sizes[index] ?? 0,
    );
    if (written === 0) out.ascii('""');
  }
}

function isInRange(text: string, kind: EventColumn['kind']): boolean {
  if (!/^(-?[0-9]{1,19}|0x[0-9a-fA-F]{1,16})$/.test(text)) return false;
  const value = BigInt(text);
  const limit = kind === 'int' ? 2n ** 31n : 2n ** 63n;
  return value >= -limit && value < limit;
}
