/**
 * What an event must have for a rule to hold, as texts of which one must be in its columns: many rules can then be asked
 * at once, by one regular expression, whether any of them may hold.
 */
import { kqlString } from '../kql/kqlText.ts';
import type { FieldNames } from './fieldNames.ts';
import type { FieldMatcher, Matcher, Test } from './matcher.ts';
import { textsOfRegex } from './regexTexts.ts';
import { escapedPattern } from './sigmaText.ts';

/** Stands for either end of a value in the texts of a gate. */
export const edge = '\0';

/** By column (KQL, in lower case): texts, of which one is found where the rule holds; {@link edge} may begin or end each. */
export type Gate = ReadonlyMap<string, readonly string[]>;

/** The narrowest gate of the matcher; undefined where it can hold for an event without any certain text. */
export function gateOf(matcher: Matcher, names: FieldNames): Gate | undefined {
  switch (matcher.kind) {
    case 'field':
      return fieldGate(matcher, names);
    case 'and':
      return narrowest(matcher.parts.map((part) => gateOf(part, names)));
    case 'or':
      return joinedGates(matcher.parts.map((part) => gateOf(part, names)));
    case 'atLeast':
      return matcher.count > 0 ? joinedGates(matcher.parts.map((part) => gateOf(part, names))) : undefined;
    case 'not':
      return undefined;
  }
}

/** The gate that fewest events pass. */
export function narrowest(gates: readonly (Gate | undefined)[]): Gate | undefined {
  let best: Gate | undefined;
  for (const gate of gates) {
    if (gate !== undefined && (best === undefined || openness(gate) < openness(best))) best = gate;
  }
  return best;
}

/** The gate of events that pass any of the gates; undefined where one of them lets all pass. */
export function joinedGates(gates: readonly (Gate | undefined)[]): Gate | undefined {
  const joined = new Map<string, Set<string>>();
  for (const gate of gates) {
    if (gate === undefined) return undefined;
    for (const [column, texts] of gate) {
      const known = joined.get(column) ?? new Set();
      joined.set(column, known);
      for (const text of texts) known.add(text);
    }
  }
  return joined.size === 0 ? undefined : new Map([...joined].map(([column, texts]) => [column, [...texts]]));
}

/** An estimate of how many events pass, in parts of one: a short text is met by chance, a list by each of its members. */
export function openness(gate: Gate): number {
  let sum = 0;
  for (const texts of gate.values()) for (const text of texts) sum += chanceOf(text);
  return sum;
}

/** Texts that many events of a Windows fleet have: they tell little. */
const everywhere =
  /\\windows|\\system32|\\program files|\\users\\|\\appdata|\\local\\|http|^\0?[a-z]?:|\.exe/;

/** A program that rules name is mostly one that every fleet runs. */
const programChance = 0.06;

function chanceOf(text: string): number {
  const isProgram = text.endsWith(`.exe${edge}`);
  return Math.max(0.7 ** rarePart(text).length, isProgram ? programChance : 0.0005);
}

function rarePart(text: string): string {
  return text
    .split(everywhere)
    .reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

function fieldGate(matcher: FieldMatcher, names: FieldNames): Gate | undefined {
  const column = foldedColumn(matcher, names);
  if (column === undefined) return undefined;
  const gates = matcher.tests.map((test): Gate | undefined => {
    const texts = textsOf(test);
    return texts && new Map([[column, texts]]);
  });
  return matcher.join === 'or' ? joinedGates(gates) : narrowest(gates);
}

/** The column (KQL, in lower case) in which the texts of the matcher are found; undefined where it asks of no text. */
export function foldedColumn({ field }: FieldMatcher, names: FieldNames): string | undefined {
  const named = field === undefined ? names.text() : names.field(field);
  return named === undefined || named.isNumber || named.isTime ? undefined : names.folded(named.kql);
}

/** Texts of which one is in the value, in lower case, where the test holds; undefined where none must be. */
export function textsOf(test: Test): readonly string[] | undefined {
  if (test.kind === 'regex') return textsOfRegex(test.pattern);
  if (test.kind !== 'text') return undefined;
  const last = test.text.length - 1;
  const texts = test.text.flatMap((part, index) =>
    typeof part !== 'string' || part.includes(edge)
      ? []
      : [`${index === 0 ? edge : ''}${part.toLowerCase()}${index === last ? edge : ''}`],
  );
  const [longest] = texts.sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : [longest];
}

/**
 * A condition that holds for each event that passes the gate, and for few others: of each text only the first `length`
 * characters of what is rare in it are looked for.
 */
export function gateCondition(gate: Gate, length: number): string {
  return [...gate]
    .map(([column, texts]) => {
      const patterns = new Set(texts.map((text) => patternOf(pieceOf(text, length))));
      return `${column} matches regex ${kqlString(`(?s)${[...patterns].join('|')}`)}`;
    })
    .join(' or ');
}

/** At most the first `length` characters of what is rare in the text. */
export function pieceOf(text: string, length: number): string {
  return Array.from(text.slice(text.indexOf(rarePart(text))))
    .slice(0, length)
    .join('');
}

/** A regular expression that finds the text where it stands. */
export function patternOf(text: string): string {
  return text.replace(/^\0|\0$|[^\0]+/g, (part, at: number) => {
    if (part !== edge) return escapedPattern(part);
    return at === 0 ? '^' : '$';
  });
}
