/** Elements prepared for writing: keys as bytes, children of one name together, the fields of an event found. */
import type { XmlElement, XmlPart } from './binXml.ts';
import { columnOfSystem, type EventColumn } from './eventColumns.ts';

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly index: number }
  | { readonly kind: 'element'; readonly element: Shape }
  | { readonly kind: 'instance'; readonly at: number };

/** A key with what stands under it. */
export interface Field {
  readonly key: Uint8Array;
  readonly parts: readonly Part[];
}

/** Child elements of one name, in their order. */
export interface Group {
  readonly key: Uint8Array;
  readonly elements: readonly Shape[];
}

export interface Shape {
  readonly name: string;
  readonly key: Uint8Array;
  /** Attributes but for namespaces, under `@name` as Kusto's `parse_xml` has them. */
  readonly attributes: readonly Field[];
  readonly parts: readonly Part[];
  readonly groups: readonly Group[];
  /** What stands beside attributes or child elements: texts and values. */
  readonly rest: readonly Part[];
  /** For `Event`: where its columns are. */
  readonly event?: EventShape;
  /** For `EventData`: its data by name. */
  readonly data?: DataShape;
}

export interface EventShape {
  readonly columns: readonly (readonly [EventColumn, readonly Part[]])[];
  /** What `System` has beside. */
  readonly additional: readonly Field[];
  /** The other parts of the event: its data, or a value that holds them. */
  readonly payload: readonly Part[];
}

export interface DataShape {
  readonly named: readonly { readonly key: Uint8Array; readonly element: Shape }[];
  /** `Data` without a name. */
  readonly unnamed: readonly Shape[];
  readonly attributes: readonly Field[];
  readonly rest: readonly Part[];
}

export function keyOf(name: string): Uint8Array {
  // Surrogates without their partner have no UTF-8; they become U+FFFD on the way.
  return Buffer.from(`${JSON.stringify(Buffer.from(name).toString())}:`);
}

export function shapeOf(element: XmlElement): Shape {
  const parts = element.children.map(partOf);
  const children = parts.flatMap((part) => (part.kind === 'element' ? [part.element] : []));
  const names = [...new Set(children.map(({ name }) => name))];
  const attributes = element.attributes.filter(({ name }) => name !== 'xmlns' && !name.startsWith('xmlns:'));
  const shape: Shape = {
    name: element.name,
    key: keyOf(element.name),
    attributes: attributes.map(({ name, value }) => ({ key: keyOf(`@${name}`), parts: value.map(partOf) })),
    parts,
    groups: names.map((name) => ({
      key: keyOf(name),
      elements: children.filter((child) => child.name === name),
    })),
    rest: parts.filter((part) => part.kind !== 'element' && !isBlank(part)),
  };
  if (element.name === 'Event') return { ...shape, event: eventShape(element, parts) };
  if (element.name === 'EventData') return { ...shape, data: dataShape(element, shape) };
  return shape;
}

export function partOf(part: XmlPart): Part {
  return part.kind === 'element' ? { kind: 'element', element: shapeOf(part.element) } : part;
}

function isBlank(part: Part): boolean {
  return part.kind === 'text' && part.text.trim() === '';
}

function eventShape(event: XmlElement, parts: readonly Part[]): EventShape {
  const columns: [EventColumn, readonly Part[]][] = [];
  const additional: Field[] = [];
  const place = (path: string, name: string, value: readonly XmlPart[]): void => {
    const column = columnOfSystem.get(path);
    if (column !== undefined) columns.push([column, value.map(partOf)]);
    else additional.push({ key: keyOf(name), parts: value.map(partOf) });
  };
  for (const part of event.children) {
    if (part.kind !== 'element' || part.element.name !== 'System') continue;
    for (const child of part.element.children) {
      if (child.kind !== 'element') continue;
      const { name, attributes, children } = child.element;
      for (const attribute of attributes) place(`${name}@${attribute.name}`, attribute.name, attribute.value);
      if (children.length > 0) place(name, name, children);
    }
  }
  const payload = parts.filter((part) => !(part.kind === 'element' && part.element.name === 'System'));
  return { columns, additional, payload: payload.filter((part) => !isBlank(part)) };
}

function dataShape(element: XmlElement, { attributes, parts, rest }: Shape): DataShape {
  const taken = new Map<string, number>();
  const named: { key: Uint8Array; element: Shape }[] = [];
  const unnamed: Shape[] = [];
  for (const [index, part] of parts.entries()) {
    const child = element.children[index];
    if (part.kind !== 'element' || child?.kind !== 'element') continue;
    const name = dataName(child.element);
    if (name === undefined) {
      unnamed.push(part.element);
      continue;
    }
    const before = taken.get(name) ?? 0;
    taken.set(name, before + 1);
    // Manifests exist that use a name twice; a second value must not hide the first.
    named.push({ key: keyOf(before === 0 ? name : `${name}_${before}`), element: withoutName(part.element) });
  }
  return { named, unnamed, attributes, rest };
}

function dataName(element: XmlElement): string | undefined {
  const name = element.attributes.find((attribute) => attribute.name === 'Name')?.value;
  const [first, second] = name ?? [];
  if (first?.kind === 'text' && second === undefined && first.text !== '') return first.text;
  return element.name === 'Data' ? undefined : element.name;
}

const nameKey = '"@Name":';

function withoutName(element: Shape): Shape {
  const attributes = element.attributes.filter(({ key }) => Buffer.from(key).toString() !== nameKey);
  return { ...element, attributes };
}
