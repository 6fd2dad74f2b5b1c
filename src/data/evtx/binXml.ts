/**
 * BinXML (MS-EVEN6 2.2.12), the tokens of an event's XML: read into a tree once a template, so that its records only
 * bring values.
 */
import { DamageError, u16, u32 } from './bytes.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlPart[];
}

export interface XmlAttribute {
  readonly name: string;
  readonly value: readonly XmlPart[];
}

export type XmlPart =
  | { readonly kind: 'text'; readonly text: string }
  /** A value of the record, by its place. */
  | { readonly kind: 'value'; readonly index: number }
  | { readonly kind: 'element'; readonly element: XmlElement }
  /** Where the token of a template with its values stands. */
  | { readonly kind: 'instance'; readonly at: number };

export const token = {
  end: 0x00,
  openElement: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  closeElement: 0x04,
  text: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  characterReference: 0x08,
  entityReference: 0x09,
  instructionTarget: 0x0a,
  instructionData: 0x0b,
  templateInstance: 0x0c,
  value: 0x0d,
  optionalValue: 0x0e,
  fragmentHeader: 0x0f,
} as const;

/** Set in a token that more of its kind follow. */
const moreFlag = 0x40;
const maxDepth = 64;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Where a name that a template uses stands outside of the template. */
export interface ForeignName {
  readonly at: number;
  readonly end: number;
}

/** Reads the parts of a fragment. Throws {@link DamageError}. */
export class XmlReader {
  readonly foreignNames: ForeignName[] = [];
  readonly #chunk: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  /** Elements of templates have a dependency id; those that stand in a record have none. */
  readonly #hasDependencyIds: boolean;
  #at: number;

  constructor(chunk: Uint8Array, start: number, end: number, hasDependencyIds: boolean) {
    this.#chunk = chunk;
    this.#start = start;
    this.#at = start;
    this.#end = Math.min(end, chunk.length);
    this.#hasDependencyIds = hasDependencyIds;
  }

  /** Reads all parts up to the end of the fragment, or up to a template with values, which ends one. */
  fragment(): XmlPart[] {
    return this.#content(0);
  }

  #content(depth: number): XmlPart[] {
    if (depth > maxDepth) throw new DamageError(`elements are nested more than ${maxDepth} deep`);
    const parts: XmlPart[] = [];
    while (true) {
      if (this.#at >= this.#end) {
        if (depth === 0) return parts;
        throw new DamageError('an element does not end');
      }
      const tokenAt = this.#at;
      const sign = this.#byte();
      switch (sign & ~moreFlag) {
        case token.end:
        case token.closeElement:
          if ((sign === token.end) === (depth === 0)) return parts;
          throw new DamageError('an element ends in the wrong place');
        case token.openElement:
          parts.push({ kind: 'element', element: this.#element((sign & moreFlag) !== 0, depth) });
          break;
        case token.fragmentHeader:
          this.#at += 3;
          break;
        case token.templateInstance:
          if (depth > 0) throw new DamageError('a template stands inside an element');
          return [...parts, { kind: 'instance', at: tokenAt }];
        case token.instructionTarget:
          this.#name();
          break;
        case token.instructionData:
          this.#countedText();
          break;
        default: {
          const part = this.#value(sign);
          if (part === undefined) throw new DamageError(`token 0x${sign.toString(16)} is unknown`);
          parts.push(part);
        }
      }
    }
  }

  #element(hasAttributes: boolean, depth: number): XmlElement {
    if (this.#hasDependencyIds || !this.#isName(this.#at + 4)) this.#at += 2;
    this.#at += 4;
    const name = this.#name();
    const attributes: XmlAttribute[] = [];
    if (hasAttributes) this.#at += 4;
    while (true) {
      const sign = this.#byte();
      switch (sign & ~moreFlag) {
        case token.attribute:
          attributes.push({ name: this.#name(), value: this.#attributeValue() });
          break;
        case token.closeStart:
          return { name, attributes, children: this.#content(depth + 1) };
        case token.closeEmpty:
          return { name, attributes, children: [] };
        default:
          throw new DamageError(`token 0x${sign.toString(16)} is not expected in the start of an element`);
      }
    }
  }

  #attributeValue(): XmlPart[] {
    const parts: XmlPart[] = [];
    while (true) {
      const before = this.#at;
      const part = this.#value(this.#byte());
      if (part === undefined) {
        this.#at = before;
        return parts;
      }
      parts.push(part);
    }
  }

  /** Returns what a token of text or of a value says; undefined for another token. */
  #value(sign: number): XmlPart | undefined {
    switch (sign & ~moreFlag) {
      case token.text:
        this.#at += 1; // the type, which is always that of a string
        return { kind: 'text', text: this.#countedText() };
      case token.cdata:
        return { kind: 'text', text: this.#countedText() };
      case token.characterReference: {
        const code = u16(this.#chunk, this.#take(2));
        return { kind: 'text', text: String.fromCharCode(code) };
      }
      case token.entityReference: {
        const name = this.#name();
        return { kind: 'text', text: entities[name] ?? `&${name};` };
      }
      case token.value:
      case token.optionalValue: {
        const at = this.#take(3);
        return { kind: 'value', index: u16(this.#chunk, at) };
      }
      default:
        return undefined;
    }
  }

  /** A name stands where it is first used; later uses point to it. */
  #name(): string {
    const at = u32(this.#chunk, this.#take(4));
    if (!this.#isNameAt(at)) throw new DamageError(`a name is missing at ${at} of the chunk`);
    const length = u16(this.#chunk, at + 6);
    const end = at + 8 + 2 * length;
    if (at === this.#at) this.#at = end + 2;
    else if (at < this.#start || at >= this.#end) this.foreignNames.push({ at, end });
    return utf16(this.#chunk, at + 8, end);
  }

  #isName(at: number): boolean {
    return this.#isNameAt(u32(this.#chunk, at));
  }

  #isNameAt(at: number): boolean {
    const end = at + 8 + 2 * u16(this.#chunk, at + 6);
    return at > 0 && end + 2 <= this.#chunk.length && u16(this.#chunk, end) === 0;
  }

  #countedText(): string {
    const length = 2 * u16(this.#chunk, this.#take(2));
    const at = this.#take(length);
    return utf16(this.#chunk, at, at + length);
  }

  #byte(): number {
    return this.#chunk[this.#take(1)] ?? 0;
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#end) throw new DamageError('the XML ends in the middle');
    this.#at += length;
    return at;
  }
}

function utf16(chunk: Uint8Array, start: number, end: number): string {
  return Buffer.from(chunk.buffer, chunk.byteOffset + start, end - start).toString('utf16le');
}
