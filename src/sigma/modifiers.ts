/**
 * Value modifiers of the Sigma specification 2.1 (appendix "Modifiers"): `Field|modifier|modifier: values`, applied in
 * their order.
 */
import { parseIpNetwork } from './ipNetwork.ts';
import { closestNames } from '../kql/suggest.ts';
import { base64Offsets, utf16, utf16be, utf16le } from './encodings.ts';
import {
  timeParts,
  type Comparison,
  type FieldMatcher,
  type Matcher,
  type ReferenceKind,
  type Test,
  type TimePart,
} from './matcher.ts';
import { expanded, type Placeholders } from './placeholders.ts';
import { regexTest, type RegexFlag } from './regexTest.ts';
import { failure, type Place } from './sigmaError.ts';
import {
  anywhere,
  atEnd,
  atStart,
  joined,
  plainText,
  sigmaText,
  withAnyDash,
  type SigmaText,
} from './sigmaText.ts';
import { scalarText, type YamlNode } from './yamlNodes.ts';

/** A value on its way through the modifiers. */
type Value = Place &
  (
    | { readonly kind: 'text'; readonly source: string; readonly text: SigmaText }
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    | { readonly kind: 'number'; readonly source: string; readonly value: number }
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'null' }
  );

/** What the modifiers make of all values together. */
interface Reading {
  values: readonly Value[];
  /** The modifier that says what kind of value it is; absent: text as it stands. */
  kind?: 're' | 'cidr' | 'exists' | 'fieldref' | 'compare' | 'time';
  readonly regexFlags: Set<RegexFlag>;
  reference: ReferenceKind;
  comparison: Comparison;
  part?: TimePart;
  isAll: boolean;
  isCased: boolean;
  isNegated: boolean;
  /** What stands around a text after Base64 at any offset is not known. */
  isFragment: boolean;
  isOpenedByModifier: boolean;
}

interface Use {
  readonly name: string;
  readonly place: Place;
  readonly field: string | undefined;
  readonly placeholders: Placeholders;
}

type Modifier = (reading: Reading, use: Use) => void;

const comparisons = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;
const flags = { i: 'i', m: 'm', s: 's' } as const;

/** Every modifier, by name. */
const modifiers: ReadonlyMap<string, Modifier> = new Map<string, Modifier>([
  ['contains', opening(anywhere, 'contains')],
  ['startswith', opening(atStart, 'startswith')],
  ['endswith', opening(atEnd, 'endswith')],
  ['all', (reading) => void (reading.isAll = true)],
  ['cased', (reading) => void (reading.isCased = true)],
  ['neq', (reading) => void (reading.isNegated = true)],
  ['windash', onTexts(withAnyDash)],
  ['wide', encoding(utf16le)],
  ['utf16le', encoding(utf16le)],
  ['utf16be', encoding(utf16be)],
  ['utf16', encoding(utf16)],
  ['base64', base64((bytes) => [Buffer.from(bytes).toString('base64')])],
  [
    'base64offset',
    (reading, use) => {
      base64(base64Offsets)(reading, use);
      reading.isFragment = true;
    },
  ],
  ['expand', expand],
  ['re', kind('re')],
  ['cidr', kind('cidr')],
  ['exists', kind('exists')],
  ['fieldref', kind('fieldref')],
  ...Object.entries(flags).map(([name, flag]) => [name, regexFlag(flag)] as const),
  ...Object.entries(comparisons).map(([name, comparison]) => [name, compare(comparison)] as const),
  ...timeParts.map((part) => [part, timePart(part)] as const),
]);

/** Names of all modifiers. */
const modifierNames: readonly string[] = [...modifiers.keys()];

/** A field with its modifiers and values, as a matcher. Throws a failure at what is wrong. */
export function fieldMatcher(
  key: string,
  keyPlace: Place,
  nodes: readonly YamlNode[],
  placeholders: Placeholders,
): Matcher {
  const [name = '', ...names] = key.split('|');
  const field = name === '' ? undefined : name;
  if (nodes.length === 0) {
    throw failure(
      'structure',
      `\`${key}\` has no values. Give one, or \`null\` for an empty field.`,
      keyPlace,
    );
  }
  const reading: Reading = {
    values: nodes.map((node) => valueOf(node, key)),
    regexFlags: new Set(),
    reference: 'equals',
    comparison: '==',
    isAll: false,
    isCased: false,
    isNegated: false,
    isFragment: false,
    isOpenedByModifier: false,
  };
  let offset = name.length + 1;
  for (const written of names) {
    const place =
      keyPlace.length === key.length ? { start: keyPlace.start + offset, length: written.length } : keyPlace;
    offset += written.length + 1;
    const apply = modifiers.get(written.toLowerCase());
    if (apply === undefined) throw unknownModifier(written, place);
    apply(reading, { name: written, place, field, placeholders });
  }
  const [first, ...others] = reading.values.map((value) => testOf(value, reading, field, key));
  if (first === undefined) throw failure('modifier', `\`${key}\` leaves no value to look for.`, keyPlace);
  const matcher: FieldMatcher = {
    kind: 'field',
    field,
    place: { start: keyPlace.start, length: keyPlace.length === key.length ? name.length : keyPlace.length },
    join: reading.isAll ? 'and' : 'or',
    tests: [first, ...others],
  };
  return reading.isNegated ? { kind: 'not', part: matcher } : matcher;
}

function unknownModifier(name: string, place: Place): Error {
  const suggestions = closestNames(name.toLowerCase(), modifierNames);
  const hint =
    suggestions.length > 0
      ? `Did you mean ${suggestions.map((close) => `\`${close}\``).join(' or ')}?`
      : `Sigma's modifiers are ${modifierNames.join(', ')}.`;
  return failure('unknown-modifier', `Sigma has no modifier \`${name}\`. ${hint}`, place, { suggestions });
}

function valueOf(node: YamlNode, key: string): Value {
  const { start, length } = node;
  if (node.kind !== 'scalar') {
    const what = node.kind === 'map' ? 'a map' : 'a list in a list';
    throw failure('structure', `\`${key}\` takes a value or a list of values; this is ${what}.`, node);
  }
  const { value } = node;
  if (value === null) return { kind: 'null', start, length };
  if (typeof value === 'boolean') return { kind: 'bool', value, start, length };
  const source = scalarText(node);
  if (typeof value === 'number') return { kind: 'number', value, source, start, length };
  return { kind: 'text', source, text: sigmaText(source), start, length };
}

/** Values as text where a modifier works on text. */
function asText(value: Value, modifier: string): Value & { readonly kind: 'text' } {
  const { start, length } = value;
  switch (value.kind) {
    case 'text':
      return value;
    case 'number':
      return { kind: 'text', source: value.source, text: joined([value.source]), start, length };
    case 'bool':
      return { kind: 'text', source: String(value.value), text: [String(value.value)], start, length };
    case 'bytes':
      return {
        kind: 'text',
        source: latin1(value.bytes),
        text: joined([latin1(value.bytes)]),
        start,
        length,
      };
    case 'null':
      throw failure('modifier', `\`${modifier}\` cannot be asked of an empty value (null).`, value);
  }
}

/** A text of the bytes, one character each: what a log that keeps raw bytes shows of them. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function onTexts(change: (text: SigmaText) => SigmaText): Modifier {
  return (reading, { name }) => {
    reading.values = reading.values.map((value) => {
      const text = asText(value, name);
      return { ...text, text: change(text.text) };
    });
  };
}

function opening(change: (text: SigmaText) => SigmaText, reference: ReferenceKind): Modifier {
  const open = onTexts(change);
  return (reading, use) => {
    reading.isOpenedByModifier = true;
    reading.reference = reference;
    // A regular expression is searched anywhere, and says itself where it begins and ends.
    if (reading.kind === 're' && reference !== 'contains') {
      throw failure(
        'modifier',
        `A regular expression says where it begins and ends with ^ and $; \`${use.name}\` cannot follow \`re\`.`,
        use.place,
      );
    }
    if (reading.kind === undefined || reading.kind === 'fieldref') open(reading, use);
  };
}

function encoding(encode: (text: string) => Uint8Array): Modifier {
  return (reading, { name }) => {
    reading.values = reading.values.map((value): Value => {
      const { start, length } = value;
      return { kind: 'bytes', bytes: encode(plainOnly(asText(value, name), name)), start, length };
    });
  };
}

function base64(encode: (bytes: Uint8Array) => readonly string[]): Modifier {
  return (reading, { name }) => {
    reading.values = reading.values.flatMap((value): Value[] => {
      const { start, length } = value;
      const bytes = value.kind === 'bytes' ? value.bytes : Buffer.from(plainOnly(asText(value, name), name));
      return encode(bytes).map((source) => ({ kind: 'text', source, text: joined([source]), start, length }));
    });
  };
}

function plainOnly(value: Value & { readonly kind: 'text' }, modifier: string): string {
  const plain = plainText(value.text);
  if (plain !== undefined) return plain;
  throw failure(
    'modifier',
    `\`${modifier}\` encodes plain text, and this value has wildcards. Put \`contains\` after \`${modifier}\`, and escape * and ? that are meant.`,
    value,
  );
}

function expand(reading: Reading, { name, placeholders }: Use): void {
  reading.values = reading.values.flatMap((value) => {
    const { source, start, length } = asText(value, name);
    return expanded(source, placeholders, value).map((each) => ({
      kind: 'text' as const,
      source: each,
      text: sigmaText(each),
      start,
      length,
    }));
  });
}

function kind(wanted: NonNullable<Reading['kind']>): Modifier {
  return (reading, { name, place, field }) => {
    if (reading.kind !== undefined)
      throw failure('modifier', `\`${name}\` cannot stand beside \`${reading.kind}\`.`, place);
    if (field === undefined && wanted !== 're') {
      throw failure('modifier', `\`${name}\` needs a field before it.`, place);
    }
    reading.kind = wanted;
  };
}

function regexFlag(flag: RegexFlag): Modifier {
  return (reading, { name, place }) => {
    if (reading.kind !== 're') throw failure('modifier', `\`${name}\` belongs after \`re\`.`, place);
    reading.regexFlags.add(flag);
  };
}

function compare(comparison: Comparison): Modifier {
  return (reading, use) => {
    if (reading.kind !== 'time') kind('compare')(reading, use);
    reading.comparison = comparison;
  };
}

function timePart(part: TimePart): Modifier {
  return (reading, use) => {
    if (reading.kind === 'compare') delete reading.kind;
    kind('time')(reading, use);
    reading.part = part;
  };
}

/** What is asked of the field, for one value. */
function testOf(value: Value, reading: Reading, field: string | undefined, key: string): Test {
  switch (reading.kind) {
    case 're':
      return regexTest(asText(value, 're').source, reading.regexFlags, value);
    case 'cidr':
      return networkTest(value);
    case 'exists':
      if (value.kind === 'bool') return { kind: 'exists', exists: value.value };
      throw failure('modifier', '`exists` takes `true` or `false`.', value);
    case 'fieldref':
      return {
        kind: 'reference',
        field: asText(value, 'fieldref').source,
        how: reading.reference,
        isCased: reading.isCased,
      };
    case 'compare':
      return { kind: 'number', comparison: reading.comparison, ...numberOf(value, key) };
    case 'time': {
      const { value: number } = numberOf(value, key);
      return { kind: 'time', part: reading.part ?? 'hour', comparison: reading.comparison, value: number };
    }
    case undefined:
      return plainTest(value, reading, field);
  }
}

function plainTest(value: Value, reading: Reading, field: string | undefined): Test {
  if (value.kind === 'null') {
    if (field !== undefined) return { kind: 'empty' };
    throw failure('structure', 'An empty keyword (null) would be found in every event.', value);
  }
  if (value.kind === 'number' && field !== undefined) {
    return { kind: 'number', comparison: '==', value: value.value, source: value.source };
  }
  const { text, source } = asText(value, 'contains');
  if (field === undefined && source === '') {
    throw failure('structure', "An empty keyword ('') would be found in every event.", value);
  }
  // A keyword, and a piece of Base64 at an unknown offset, may stand anywhere in a text.
  const isAnywhere = field === undefined || (reading.isFragment && !reading.isOpenedByModifier);
  return { kind: 'text', text: isAnywhere ? anywhere(text) : text, isCased: reading.isCased };
}

function networkTest(value: Value): Test {
  const source = asText(value, 'cidr').source;
  const network = parseIpNetwork(source);
  if (network !== undefined) return { kind: 'network', ...network };
  throw failure(
    'modifier',
    `${JSON.stringify(source)} is no network. Write one such as 10.0.0.0/8 or fe80::/10.`,
    value,
  );
}

function numberOf(value: Value, key: string): { readonly value: number; readonly source: string } {
  if (value.kind === 'number') return { value: value.value, source: value.source };
  const source = value.kind === 'text' ? value.source.trim() : '';
  const number = source === '' ? Number.NaN : Number(source);
  if (Number.isFinite(number)) return { value: number, source };
  throw failure('modifier', `\`${key}\` compares numbers, and this is none.`, value);
}
