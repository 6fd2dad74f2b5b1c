/** YAML as nodes that know their place: what a rule's parser reads instead of plain data. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  visit,
  type Document,
  type YAMLError,
} from 'yaml';
import { failure, SigmaFailure, type Place, type SigmaError } from './sigmaError.ts';

export type YamlScalar = string | number | boolean | null;

export type YamlNode = Place &
  (
    | { readonly kind: 'map'; readonly entries: readonly YamlEntry[] }
    | { readonly kind: 'list'; readonly items: readonly YamlNode[] }
    | {
        readonly kind: 'scalar';
        readonly value: YamlScalar;
        /** As written, where that is not what the value prints as: `0x1F`, `1_000`. */
        readonly source?: string;
      }
  );

export type YamlMap = YamlNode & { readonly kind: 'map' };

export interface YamlEntry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: YamlNode;
}

export interface YamlDocument {
  /** Undefined where the document is no YAML, or empty. */
  readonly root?: YamlNode;
  readonly errors: readonly SigmaError[];
}

/** More aliases and depth than any rule has; bounds on what a hostile file can expand to. */
const maxNodes = 100_000;
const maxDepth = 50;

/** Reads every document of the text. Errors are at their places; a document with errors has no root. */
export function readYaml(text: string): readonly YamlDocument[] {
  const parsed = parseAllDocuments(text, { prettyErrors: false, stringKeys: true, uniqueKeys: true });
  // An empty text gives no list but a marker of emptiness.
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((document) => {
    const read = readDocument(document, text);
    return read.root === undefined && read.errors.length === 0 ? [] : read;
  });
}

/** The text of a scalar as its author wrote it: numbers keep their digits. */
export function scalarText(node: YamlNode & { readonly kind: 'scalar' }): string {
  return node.source ?? (node.value === null ? '' : String(node.value));
}

/** The value of the map's key; undefined where it has none. */
export function entryOf(map: YamlMap, key: string): YamlEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

/** The node as plain data, for validation by a schema. */
export function plainOf(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainOf);
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainOf(value)]));
  }
}

function readDocument(document: Document.Parsed, text: string): YamlDocument {
  if (document.errors.length > 0) return { errors: document.errors.map((error) => yamlError(error, text)) };
  if (document.contents === null) return { errors: [] };
  const dangling = danglingAliases(document);
  if (dangling.length > 0) return { errors: dangling };
  try {
    const root = new Reader(document, text).node(document.contents, 0);
    const isEmpty = root.kind === 'scalar' && root.value === null;
    return isEmpty ? { errors: [] } : { root, errors: [] };
  } catch (error) {
    if (error instanceof SigmaFailure) return { errors: [error.error] };
    throw error;
  }
}

const messages: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  DUPLICATE_KEY:
    'This key stands here twice, and YAML keeps only one. Put both values in one list, or rename one.',
  TAB_AS_INDENT: 'YAML is indented with spaces; here is a tab.',
};

function yamlError({ code, message, pos }: YAMLError, text: string): SigmaError {
  const start = Math.min(pos[0], text.length);
  const word = /^[^\s:]*/.exec(text.slice(start))?.[0] ?? '';
  return {
    kind: 'yaml',
    message: messages[code] ?? `This is not valid YAML: ${message}.`,
    start,
    length: Math.max(Math.min(pos[1], text.length) - start, word.length),
  };
}

function danglingAliases(document: Document.Parsed): SigmaError[] {
  const errors: SigmaError[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return;
      const [start = 0, end = 0] = alias.range ?? [];
      const message = `Nothing above is marked \`&${alias.source}\`. Mark it, or put the value in quotes when it begins with \`*\`.`;
      errors.push({ kind: 'yaml', message, start, length: end - start });
    },
  });
  return errors;
}

/** Turns the library's nodes into ours, aliases replaced by what they stand for. */
class Reader {
  readonly #document: Document.Parsed;
  readonly #text: string;
  #nodes = 0;

  constructor(document: Document.Parsed, text: string) {
    this.#document = document;
    this.#text = text;
  }

  node(node: unknown, depth: number): YamlNode {
    const place = this.#placeOf(node);
    if (++this.#nodes > maxNodes || depth > maxDepth) {
      throw failure('yaml', 'The aliases of this YAML expand too far, or it is nested too deeply.', place);
    }
    if (isAlias(node)) {
      // What an alias stands for keeps the place of the alias: there the reader of the rule sees it.
      return { ...this.node(node.resolve(this.#document), depth + 1), ...place };
    }
    if (isMap(node)) return { kind: 'map', ...place, entries: this.#entries(node.items, depth) };
    if (isSeq(node))
      return { kind: 'list', ...place, items: node.items.map((item) => this.node(item, depth + 1)) };
    if (isScalar(node)) {
      const value = scalarValue(node.value);
      const isNumber = typeof node.value === 'number' || typeof node.value === 'bigint';
      return { kind: 'scalar', ...place, value, ...(isNumber && { source: node.source }) };
    }
    return { kind: 'scalar', ...place, value: null };
  }

  #entries(items: readonly { readonly key: unknown; readonly value: unknown }[], depth: number): YamlEntry[] {
    return items.flatMap((item) => {
      const key = isScalar(item.key) ? String(item.key.value) : '';
      const keyPlace = this.#placeOf(item.key);
      const value =
        item.value === null
          ? ({ kind: 'scalar', value: null, ...keyPlace } as const)
          : this.node(item.value, depth + 1);
      // A merge key takes the entries of the map that it names; the map's own stand over them.
      if (key === '<<' && value.kind === 'map') {
        const own = new Set(items.map((other) => (isScalar(other.key) ? String(other.key.value) : '')));
        return value.entries.filter((entry) => !own.has(entry.key));
      }
      return [{ key, keyPlace, value }];
    });
  }

  /** Ranges of block collections reach into the next line; what the user sees ends with the last visible character. */
  #placeOf(node: unknown): Place {
    const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
    const [start, end] = range ?? [0, 0];
    return { start, length: this.#text.slice(start, end).trimEnd().length };
  }
}

function scalarValue(value: unknown): YamlScalar {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  return value === null || value === undefined ? null : JSON.stringify(value);
}
