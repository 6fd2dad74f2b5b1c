/** XML to JSON, as Kusto's `parse_xml` does it. */
import type { JsonValue } from '../types.ts';

interface Element {
  readonly name: string;
  readonly attributes: readonly (readonly [string, string])[];
  readonly children: Element[];
  text: string;
}

const maxDepth = 200;
const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<![^>]*>|<\/([^\s>]+)\s*>|<([^\s/>]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/gy;

/**
 * The document as a bag with its root element: attributes are keys with `@`, repeated elements are arrays, text beside
 * attributes or elements is `#text`. Null when `text` is not well-formed.
 */
export function xmlToJson(text: string): JsonValue {
  const document: Element = { name: '', attributes: [], children: [], text: '' };
  const open: Element[] = [document];
  let at = 0;
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null && match[0] !== ''; match = token.exec(text)) {
    at = token.lastIndex;
    const [, cdata, closing, opening, attributes = '', selfClosing, characters] = match;
    const current = open.at(-1) ?? document;
    if (cdata !== undefined) current.text += cdata;
    else if (characters !== undefined) current.text += unescaped(characters);
    else if (closing !== undefined) {
      if (open.length < 2 || current.name !== closing) return null;
      open.pop();
    } else if (opening !== undefined) {
      const element = { name: opening, attributes: attributesOf(attributes), children: [], text: '' };
      current.children.push(element);
      if (selfClosing === '') open.push(element);
      if (open.length > maxDepth) return null;
    }
  }
  const isWhole = at === text.length && open.length === 1 && document.children.length === 1;
  return isWhole && document.text.trim() === '' ? contentOf(document) : null;
}

function contentOf({ attributes, children, text }: Element): JsonValue {
  const trimmed = text.trim();
  if (attributes.length === 0 && children.length === 0) return trimmed === '' ? null : trimmed;
  const bag = new Map<string, JsonValue>(attributes.map(([name, value]) => [`@${name}`, value]));
  if (trimmed !== '') bag.set('#text', trimmed);
  for (const name of new Set(children.map((child) => child.name))) {
    const contents = children.filter((child) => child.name === name).map(contentOf);
    bag.set(name, contents.length === 1 ? (contents[0] ?? null) : contents);
  }
  return Object.fromEntries(bag);
}

function attributesOf(text: string): (readonly [string, string])[] {
  return [...text.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
    ([, name = '', double, single]) => [name, unescaped(double ?? single ?? '')] as const,
  );
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (all, decimal, hex, name) => {
    const known = typeof name === 'string' ? entities[name] : undefined;
    if (known !== undefined) return known;
    const code =
      typeof decimal === 'string' ? Number(decimal) : typeof hex === 'string' ? parseInt(hex, 16) : NaN;
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
