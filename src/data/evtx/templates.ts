/** The templates of a chunk, and of the chunks before it: most chunks of a log begin with the same ones. */
import { XmlReader, token, type ForeignName } from './binXml.ts';
import { DamageError, u16, u32 } from './bytes.ts';
import { partOf, type Part } from './shape.ts';

/** Bytes of a definition before its XML: the next one's place, its GUID, its length. */
const headerBytes = 24;
/** Templates that are kept from chunk to chunk. */
const maxKept = 1024;

interface Kept {
  readonly definition: Buffer;
  readonly names: readonly (ForeignName & { readonly bytes: Buffer })[];
  readonly parts: readonly Part[];
}

/** A template with the places of its values in the chunk. */
export interface Instance {
  readonly parts: readonly Part[];
  readonly values: Values;
}

/** Types and places of a record's values. */
export interface Values {
  count: number;
  readonly types: number[];
  readonly starts: number[];
  readonly sizes: number[];
}

export function noValues(): Values {
  return { count: 0, types: [], starts: [], sizes: [] };
}

export class Templates {
  readonly #kept = new Map<string, Kept>();
  readonly #here = new Map<number, readonly Part[]>();
  #chunk: Buffer = Buffer.alloc(0);

  /** Begins a chunk; templates are known by their place in it. */
  start(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#here.clear();
  }

  /** Reads a template with its values; `values` is filled. Throws {@link DamageError}. */
  instance(at: number, end: number, values: Values): Instance {
    const chunk = this.#chunk;
    if (chunk[at] !== token.templateInstance || at + 14 > end)
      throw new DamageError('the template ends in the middle');
    const definitionAt = u32(chunk, at + 6);
    const parts = this.#definition(definitionAt);
    let next = at + 10;
    if (definitionAt === next) next += headerBytes + u32(chunk, definitionAt + 20);
    const count = u32(chunk, next);
    let start = next + 4 + 4 * count;
    if (start > end) throw new DamageError(`the record has ${count} values, more than it has room for`);
    for (let index = 0; index < count; index++) {
      const descriptor = next + 4 + 4 * index;
      const size = u16(chunk, descriptor);
      values.types[index] = chunk[descriptor + 2] ?? 0;
      values.starts[index] = start;
      values.sizes[index] = size;
      start += size;
    }
    if (start > end) throw new DamageError('a value ends outside of the record');
    values.count = count;
    return { parts, values };
  }

  #definition(at: number): readonly Part[] {
    const known = this.#here.get(at);
    if (known !== undefined) return known;
    const chunk = this.#chunk;
    const end = at + headerBytes + u32(chunk, at + 20);
    if (at < 512 || end > chunk.length) throw new DamageError(`a template is missing at ${at} of the chunk`);
    const key = `${at} ${u32(chunk, at + 4)} ${end}`;
    const kept = this.#kept.get(key);
    const isSame =
      kept !== undefined &&
      kept.definition.compare(chunk, at + 4, end) === 0 &&
      kept.names.every((name) => name.bytes.compare(chunk, name.at, name.end) === 0);
    const parts = isSame ? kept.parts : this.#read(key, at, end);
    this.#here.set(at, parts);
    return parts;
  }

  #read(key: string, at: number, end: number): readonly Part[] {
    const reader = new XmlReader(this.#chunk, at + headerBytes, end, true);
    const parts = reader.fragment().map(partOf);
    if (parts.some(({ kind }) => kind === 'instance'))
      throw new DamageError('a template begins with a template');
    if (this.#kept.size >= maxKept) this.#kept.clear();
    const names = reader.foreignNames.map((name) => ({
      ...name,
      bytes: Buffer.from(this.#chunk.subarray(name.at, name.end)),
    }));
    this.#kept.set(key, { definition: Buffer.from(this.#chunk.subarray(at + 4, end)), names, parts });
    return parts;
  }
}
