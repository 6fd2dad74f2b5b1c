/** Writes what BinXML holds as JSON: elements as objects or bare values, and the values of a record where they stand. */
import { XmlReader, token } from './binXml.ts';
import { DamageError } from './bytes.ts';
import { JsonBytes } from './jsonBytes.ts';
import { keyOf, partOf, type Field, type Part, type Shape } from './shape.ts';
import { noValues, Templates, type Values } from './templates.ts';
import { isText, textEnd, valueType, writeValue } from './values.ts';

/** Fragments and elements of one record; a record of 64 KB has no use for more. */
const maxParts = 200_000;
const maxDepth = 32;

/** Key of what stands beside attributes or elements. */
const textKey = keyOf('#text');

const comma = 0x2c;
const quote = 0x22;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** What is called with each element of a fragment and the values that its parts name. */
export type ElementUse = (element: Shape, values: Values) => void;

/** All methods that read throw {@link DamageError} for what is not BinXML. */
export class ElementWriter {
  readonly #templates = new Templates();
  readonly #scratch = new JsonBytes();
  /** Values of the template at each depth, used again from record to record. */
  readonly #values: Values[] = [];
  #chunk: Buffer = Buffer.alloc(0);
  #partsLeft = 0;

  get chunk(): Buffer {
    return this.#chunk;
  }

  startChunk(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#templates.start(chunk);
  }

  /** Begins a record, which has its own limit of parts. */
  startRecord(): void {
    this.#partsLeft = maxParts;
  }

  /** Calls `use` with each element of the BinXML between the places. */
  fragment(start: number, end: number, depth: number, use: ElementUse): void {
    this.#count(depth);
    const chunk = this.#chunk;
    const first = chunk[start] === token.fragmentHeader ? start + 4 : start;
    if (chunk[first] === token.templateInstance) {
      this.#instance(first, end, depth, use);
      return;
    }
    const parts = new XmlReader(chunk, start, end, false).fragment();
    for (const part of parts) this.elementsOf(partOf(part), noValues(), depth, use);
  }

  /** Calls `use` with each element that the part is, or that the BinXML of its value holds. */
  elementsOf(part: Part, values: Values, depth: number, use: ElementUse): void {
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
    this.fragment(start, start + (values.sizes[part.index] ?? 0), depth, use);
  }

  /** Whether something stands there: an optional value that is null leaves its column empty. */
  hasValue(parts: readonly Part[], values: Values): boolean {
    return parts.some((part) => part.kind !== 'value' || isThere(part.index, values));
  }

  /** Writes an element's value: its text or value, or an object where it has attributes or elements. */
  element(out: JsonBytes, element: Shape, values: Values, depth: number): void {
    this.#count(depth);
    if (element.attributes.length === 0 && element.groups.length === 0) {
      this.parts(out, element.parts, values, depth);
      return;
    }
    out.byte(openBrace);
    this.attributes(out, element.attributes, values, depth);
    for (const { key, elements } of element.groups) {
      out.key(key);
      if (elements.length > 1) out.byte(openBracket);
      for (const [index, child] of elements.entries()) {
        if (index > 0) out.byte(comma);
        this.element(out, child, values, depth + 1);
      }
      if (elements.length > 1) out.byte(closeBracket);
    }
    this.rest(out, element.rest, values, depth);
    out.byte(closeBrace);
  }

  /** Writes the attributes that have a value as members of the object that is open. */
  attributes(out: JsonBytes, attributes: readonly Field[], values: Values, depth: number): void {
    for (const { key, parts } of attributes) {
      if (!this.hasValue(parts, values)) continue;
      out.key(key);
      this.parts(out, parts, values, depth);
    }
  }

  /** Writes what stands beside attributes and elements as a member of the object that is open. */
  rest(out: JsonBytes, rest: readonly Part[], values: Values, depth: number): void {
    if (rest.length === 0 || !this.hasValue(rest, values)) return;
    out.key(textKey);
    this.parts(out, rest, values, depth);
  }

  /** Writes what stands in an element or attribute without elements of its own. */
  parts(out: JsonBytes, parts: readonly Part[], values: Values, depth: number): void {
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
    for (const part of parts) {
      this.elementsOf(part, values, depth + 1, (element, own) => {
        out.key(element.key);
        this.element(out, element, own, depth + 1);
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

  /** Returns what stands there as text; the elements of an array with commas between. */
  text(parts: readonly Part[], values: Values): string {
    const scratch = this.#scratch;
    scratch.length = 0;
    scratch.recordStart = 0;
    this.parts(scratch, parts, values, 1);
    return textOfJson(scratch.bytes.toString('utf8', 0, scratch.length));
  }

  #instance(at: number, end: number, depth: number, use: ElementUse): void {
    this.#count(depth);
    const values = (this.#values[depth] ??= noValues());
    const { parts } = this.#templates.instance(at, end, values);
    for (const part of parts) this.elementsOf(part, values, depth + 1, use);
  }

  #count(depth: number): void {
    if (depth > maxDepth) throw new DamageError(`its XML is nested more than ${maxDepth} deep`);
    if (--this.#partsLeft < 0) throw new DamageError(`it has more than ${maxParts} elements`);
  }
}

function isThere(index: number, values: Values): boolean {
  return index < values.count && values.types[index] !== valueType.null && (values.sizes[index] ?? 0) > 0;
}

function textOfJson(json: string): string {
  const value: unknown = JSON.parse(json);
  if (Array.isArray(value)) return value.map(String).join(',');
  return value === null ? '' : typeof value === 'string' ? value : json;
}
