/** What a rule asks of an event, as a KQL condition over the columns of a target. */
import { kqlString, kqlStrings } from '../kql/kqlText.ts';
import type { FieldNames, NamedField } from './fieldNames.ts';
import { gateOf, type Gate } from './gate.ts';
import type { FieldMatcher, Matcher, Test, TimePart } from './matcher.ts';
import { failure, type Place } from './sigmaError.ts';
import { dashVariants, plainText, textPattern, type SigmaText } from './sigmaText.ts';
import type { Target } from './targets/target.ts';

/** One of the conditions that a rule is made of. */
export interface Conjunct {
  /** Ready to stand beside `and`; never null. */
  readonly kql: string;
  /** Known where the names fold texts. */
  readonly gate: Gate | undefined;
}

/**
 * Returns the conditions that must all hold. Throws a failure of kind `field` where the target has no place for a field or
 * a value.
 */
export function kqlConjuncts(matcher: Matcher, target: Target, names: FieldNames): readonly Conjunct[] {
  return conjunctsOf(matcher).map((part) => {
    const kql = kqlCondition(part, target, names);
    return {
      kql: joins(part, 'and') ? `(${kql})` : kql,
      gate: names.isFolding ? gateOf(part, names) : undefined,
    };
  });
}

/** The conditions as one. */
export function allOf(conjuncts: readonly Conjunct[]): string {
  return joinedTests(
    conjuncts.map(({ kql }) => kql),
    'and',
  );
}

function conjunctsOf(matcher: Matcher): readonly Matcher[] {
  if (matcher.kind === 'and') return matcher.parts.flatMap(conjunctsOf);
  if (matcher.kind !== 'field' || matcher.join !== 'and') return [matcher];
  return matcher.tests.map((test) => ({ ...matcher, join: 'or', tests: [test] }));
}

function kqlCondition(matcher: Matcher, target: Target, names: FieldNames): string {
  const inner = (part: Matcher): string => kqlCondition(part, target, names);
  switch (matcher.kind) {
    case 'field':
      return fieldCondition(matcher, target, names);
    case 'not':
      return `not(${inner(matcher.part)})`;
    case 'atLeast':
      return `(${matcher.parts.map((part) => `toint(${inner(part)})`).join(' + ')}) >= ${matcher.count}`;
    case 'and':
    case 'or':
      return combined(
        matcher.kind,
        matcher.parts.map((part) => ({ kql: inner(part), isJoined: joins(part, matcher.kind) })),
      );
  }
}

/** The part becomes several conditions joined by the other word, so that it needs parentheses. */
function joins(part: Matcher, outer: 'and' | 'or'): boolean {
  if (part.kind === 'field') return part.tests.length > 1 && part.join !== outer;
  return (part.kind === 'and' || part.kind === 'or') && part.kind !== outer && part.parts.length > 1;
}

function combined(
  kind: 'and' | 'or',
  parts: readonly { readonly kql: string; readonly isJoined: boolean }[],
): string {
  if (parts.length === 0) return kind === 'and' ? 'true' : 'false';
  if (parts.length === 1) return parts[0]?.kql ?? '';
  return joinedTests(
    parts.map(({ kql, isJoined }) => (isJoined ? `(${kql})` : kql)),
    kind,
  );
}

function fieldCondition(matcher: FieldMatcher, target: Target, names: FieldNames): string {
  const { field, place, join, tests } = matcher;
  if (field === undefined) {
    const text = names.text();
    return joinedTests(
      tests.map((test) => testCondition(test, text, target, names, place)),
      join,
    );
  }
  const named = names.field(field);
  if (named === undefined) throw missingField(field, place, target);
  refuseLacks(matcher, target);
  if (join === 'and')
    return joinedTests(
      tests.map((test) => testCondition(test, named, target, names, place)),
      join,
    );
  return joinedTests(anyOf(tests, named, target, names, place), join);
}

function missingField(field: string, place: Place, target: Target): Error {
  return failure('field', `\`${field}\` is not in ${target.table}, so the rule cannot run on it.`, place);
}

/** A value that a table never has would make the rule false without a word. */
function refuseLacks({ field = '', place, tests }: FieldMatcher, target: Target): void {
  const lack = target.lack?.(field);
  if (lack === undefined) return;
  for (const test of tests) {
    const parts = test.kind === 'text' ? test.text : [];
    const text = parts.flatMap((part) => (typeof part === 'string' ? [part] : []))[0] ?? '';
    if (lack.values.test(text.replace(/^[^A-Za-z0-9]+/, ''))) {
      throw failure(
        'field',
        `${target.table} has no ${lack.what} in \`${field}\`, so the rule cannot run on it.`,
        place,
      );
    }
  }
}

/** A longer chain is nested too deeply for Kusto's parser, which reads each link inside the one before. */
const longestChain = 24;

function joinedTests(conditions: readonly string[], join: 'and' | 'or'): string {
  if (conditions.length <= longestChain) return conditions.join(` ${join} `);
  const size = Math.max(longestChain, Math.ceil(conditions.length / longestChain));
  const groups: string[] = [];
  for (let start = 0; start < conditions.length; start += size) {
    groups.push(`(${joinedTests(conditions.slice(start, start + size), join)})`);
  }
  return joinedTests(groups, join);
}

/** Tests of which one is enough: plain texts become one list. */
function anyOf(
  tests: readonly Test[],
  named: NamedField,
  target: Target,
  names: FieldNames,
  place: Place,
): readonly string[] {
  const joint = jointPattern(tests, named, names);
  if (joint !== undefined) {
    const others = tests.filter((test) => !isPattern(test));
    return [joint, ...(others.length > 0 ? anyOf(others, named, target, names, place) : [])];
  }
  const lists = new Map<string, string[]>();
  const conditions: (string | { readonly operator: string })[] = [];
  for (const test of tests) {
    const member = listMember(test, named);
    if (member === undefined) {
      conditions.push(testCondition(test, named, target, names, place));
      continue;
    }
    const list = lists.get(member.operator);
    if (list === undefined) {
      lists.set(member.operator, [...member.values]);
      conditions.push({ operator: member.operator });
    } else list.push(...member.values);
  }
  return conditions.map((condition) => {
    if (typeof condition === 'string') return condition;
    const values = lists.get(condition.operator) ?? [];
    const [only = ''] = values;
    if (!named.isNumber && condition.operator === 'in~' && names.isFolding) {
      return foldedList(names.folded(named.kql), values);
    }
    if (named.isNumber)
      return values.length === 1 ? `${named.kql} == ${only}` : `${named.kql} in (${values.join(', ')})`;
    const equals = condition.operator === 'in' ? '==' : '=~';
    return values.length === 1
      ? `${named.kql} ${equals} ${kqlString(only)}`
      : `${named.kql} ${condition.operator} ${kqlStrings(values)}`;
  });
}

/** From this many patterns on, one regular expression that looks for all of them beats a test for each. */
const jointSize = 8;

/** Of many rules each costs the time to read it; most are asked of few rows, so that how they ask matters less. */
const jointSizeOfMany = 2;

function isPattern(test: Test): test is Test & { readonly kind: 'text' } {
  return (
    test.kind === 'text' &&
    !test.isCased &&
    plainText(test.text) === undefined &&
    textPattern(test.text) !== ''
  );
}

/** One regular expression for all tests with wildcards; undefined where they are few. */
function jointPattern(tests: readonly Test[], named: NamedField, names: FieldNames): string | undefined {
  const texts = tests.filter(isPattern).map(({ text }) => text);
  if (texts.length < (names.isFolding ? jointSizeOfMany : jointSize) || named.isNumber || named.isTime)
    return undefined;
  const patternOf = (text: SigmaText): string =>
    textPattern(
      names.isFolding ? text.map((part) => (typeof part === 'string' ? part.toLowerCase() : part)) : text,
    );
  const column = names.isFolding ? names.folded(named.kql) : named.kql;
  const flags = names.isFolding ? '(?s)' : '(?is)';
  return `${column} matches regex ${kqlString(`${flags}${texts.map(patternOf).join('|')}`)}`;
}

function foldedList(column: string, values: readonly string[]): string {
  const folded = values.map((value) => value.toLowerCase());
  const [only = ''] = folded;
  return folded.length === 1 ? `${column} == ${kqlString(only)}` : `${column} in ${kqlStrings(folded)}`;
}

/** The value as a member of a list; undefined where it takes more than a comparison. */
function listMember(
  test: Test,
  named: NamedField,
): { readonly operator: string; readonly values: readonly string[] } | undefined {
  if (named.isTime) return undefined;
  if (test.kind === 'text' && !named.isNumber) {
    const plain = plainText(test.text);
    if (plain !== undefined) return { operator: test.isCased ? 'in' : 'in~', values: [plain] };
  }
  if (test.kind !== 'number' || test.comparison !== '==') return undefined;
  if (named.isNumber)
    return Number.isSafeInteger(test.value) ? { operator: 'in', values: [String(test.value)] } : undefined;
  // A number may be written in hexadecimal in the rule, and in either way in the log.
  return { operator: 'in~', values: [...new Set([test.source, String(test.value)])] };
}

function testCondition(
  test: Test,
  named: NamedField,
  target: Target,
  names: FieldNames,
  place: Place,
): string {
  const text = textOf(named);
  switch (test.kind) {
    case 'text':
      return textCondition(named.isTime || named.isNumber ? text : named.kql, test, named, names);
    case 'regex':
      return `${text} matches regex ${kqlString(test.pattern)}`;
    case 'network':
      return `coalesce(${test.isIpv6 ? 'ipv6' : 'ipv4'}_is_in_range(${text}, ${kqlString(test.cidr)}), false)`;
    case 'empty':
      return `isempty(${named.kql})`;
    case 'exists':
      return test.exists ? named.present : `not(${named.present})`;
    case 'number':
      return numberCondition(named, test);
    case 'reference': {
      const other = names.field(test.field);
      if (other === undefined) throw missingField(test.field, place, target);
      return referenceCondition(text, textOf(other), test);
    }
    case 'time': {
      const time = named.isTime ? named.kql : `todatetime(${named.kql})`;
      return `coalesce(${partOf(test.part, time)} ${test.comparison} ${test.value}, false)`;
    }
  }
}

function textOf({ kql, isNumber, isTime }: NamedField): string {
  return isNumber || isTime ? `tostring(${kql})` : kql;
}

/** More lists of variants than this are better one regular expression. */
const mostVariants = 25;

function textCondition(
  column: string,
  { text, isCased }: Test & { readonly kind: 'text' },
  named: NamedField,
  names: FieldNames,
): string {
  if (text.length === 0) return `isempty(${column})`;
  if (isCased || named.isNumber || named.isTime || !names.isFolding) return textOn(column, text, isCased);
  const folded = text.map((part) => (typeof part === 'string' ? part.toLowerCase() : part));
  return textOn(names.folded(column), folded, true);
}

function textOn(column: string, text: SigmaText, isCased: boolean): string {
  const hasDash = text.some((part) => typeof part === 'object' && part.wildcard === 'dash');
  const variants = hasDash ? dashVariants(text, mostVariants) : [text];
  const simple = variants?.map((variant) => simpleCondition(column, variant, isCased));
  if (simple?.every((condition) => condition !== undefined)) {
    return simple.length === 1 ? (simple[0] ?? '') : `(${simple.join(' or ')})`;
  }
  return `${column} matches regex ${kqlString(`(?${isCased ? '' : 'i'}s)${textPattern(text)}`)}`;
}

/** A condition without a regular expression; undefined where the text has wildcards in its middle. */
function simpleCondition(column: string, text: SigmaText, isCased: boolean): string | undefined {
  const plain = plainText(text);
  if (plain !== undefined) return `${column} ${isCased ? '==' : '=~'} ${kqlString(plain)}`;
  const [first, second, third, fourth] = text;
  const isAny = (part: SigmaText[number] | undefined): boolean =>
    typeof part === 'object' && part.wildcard === 'any';
  const suffix = isCased ? '_cs' : '';
  if (isAny(first) && second === undefined) return `isnotempty(${column})`;
  if (isAny(first) && typeof second === 'string' && third === undefined)
    return `${column} endswith${suffix} ${kqlString(second)}`;
  if (typeof first === 'string' && isAny(second) && third === undefined)
    return `${column} startswith${suffix} ${kqlString(first)}`;
  if (isAny(first) && typeof second === 'string' && isAny(third) && fourth === undefined) {
    return `${column} contains${suffix} ${kqlString(second)}`;
  }
  return undefined;
}

function numberCondition(
  named: NamedField,
  { comparison, value, source }: Test & { readonly kind: 'number' },
): string {
  if (comparison === '==') {
    if (named.isNumber) return `${named.kql} == ${value}`;
    const texts = [...new Set([source, String(value)])];
    const text = textOf(named);
    return texts.length === 1
      ? `${text} =~ ${kqlString(texts[0] ?? '')}`
      : `${text} in~ ${kqlStrings(texts)}`;
  }
  const number = named.isNumber ? named.kql : `todouble(${named.kql})`;
  return `coalesce(${number} ${comparison} ${value}, false)`;
}

function referenceCondition(
  text: string,
  other: string,
  { how, isCased }: Test & { readonly kind: 'reference' },
): string {
  const suffix = isCased ? '_cs' : '';
  // Every text begins with the empty one, which a field that is missing is.
  const isFilled = `isnotempty(${other})`;
  switch (how) {
    case 'equals':
      return `${text} ${isCased ? '==' : '=~'} ${other}`;
    case 'startswith':
    case 'endswith':
    case 'contains':
      return `(${isFilled} and ${text} ${how}${suffix} ${other})`;
  }
}

const partNames: Readonly<Record<TimePart, string>> = {
  minute: 'Minute',
  hour: 'Hour',
  day: 'Day',
  week: 'week_of_year',
  month: 'Month',
  year: 'Year',
};

function partOf(part: TimePart, time: string): string {
  return `datetime_part(${kqlString(partNames[part])}, ${time})`;
}
