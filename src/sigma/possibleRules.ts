/**
 * Rules that can hold for the events of a table, told by the texts that its events have: most of a thousand rules ask for
 * some text that no event has, and most of what the others ask cannot be met either. What is left is a short query.
 */
import { foldedColumn, narrowest, textsOf, type Gate } from './gate.ts';
import type { FieldNames } from './fieldNames.ts';
import { kqlConjuncts } from './kqlCondition.ts';
import { eachField, type FieldMatcher, type Matcher, type Test } from './matcher.ts';
import { OccurringTexts, type AskedTexts, type AskTexts } from './occurringTexts.ts';
import type { RuleOnTable } from './ruleQuery.ts';
import type { ScannedRule } from './scanQuery.ts';
import type { Target } from './targets/target.ts';

/** Fewer rules on a table are asked sooner than its texts are looked for. */
const fewestRules = 40;

/**
 * Returns the rules that can hold, asking only what can be met; a rule is left out where each of its tables rules it out.
 * Rejects where a query fails.
 */
export async function possibleRules(
  rules: readonly ScannedRule[],
  ask: AskTexts,
): Promise<readonly ScannedRule[]> {
  const onTables = new Map<Target, Leg[]>();
  for (const { rule, legs } of rules) {
    for (const leg of legs) {
      const others = onTables.get(leg.target) ?? [];
      onTables.set(leg.target, others);
      others.push({ leg, matcher: rule.matcher });
    }
  }
  const left = new Map<RuleOnTable, RuleOnTable | undefined>();
  for (const [target, legs] of onTables) {
    if (legs.length < fewestRules) continue;
    for (const [leg, narrowed] of await narrowedLegs(target, legs, ask)) left.set(leg, narrowed);
  }
  return rules.flatMap((rule) => {
    const [leg, ...others] = rule.legs.flatMap((each) => {
      const narrowed = left.has(each) ? left.get(each) : each;
      return narrowed === undefined ? [] : [narrowed];
    });
    return leg === undefined ? [] : [{ ...rule, legs: [leg, ...others] }];
  });
}

/** A rule on a table, with what it asks. */
interface Leg {
  readonly leg: RuleOnTable;
  readonly matcher: Matcher;
}

/** By the rules on the table: what is left to ask; undefined where no event can meet it. */
async function narrowedLegs(
  target: Target,
  legs: readonly Leg[],
  ask: AskTexts,
): Promise<ReadonlyMap<RuleOnTable, RuleOnTable | undefined>> {
  const names = legs[0]?.leg.names;
  if (names === undefined) return new Map();
  const texts = new OccurringTexts(target, names, ask);
  const mayHold = ({ leg }: Leg): boolean =>
    leg.conjuncts.every(({ gate }) => gate === undefined || texts.mayPass(gate));
  await texts.lookAtValues(textsOfLegs(legs, names));
  let left = legs.filter(mayHold);
  await texts.search(textsOfGates(left.flatMap((each) => openGate(each, texts))));
  left = left.filter(mayHold);
  await texts.search(textsOfLegs(left, names));
  const narrowed = new Map(left.map((each) => [each.leg, narrowedLeg(each, texts)]));
  return new Map(legs.map(({ leg }) => [leg, narrowed.get(leg)]));
}

/** Of what is not known of the rule, what tells most. */
function openGate({ leg }: Leg, texts: OccurringTexts): readonly Gate[] {
  const open = narrowest(
    leg.conjuncts.map(({ gate }) => gate).filter((gate) => gate && !texts.isKnown(gate)),
  );
  return open === undefined ? [] : [open];
}

function narrowedLeg({ leg, matcher }: Leg, texts: OccurringTexts): RuleOnTable | undefined {
  const { target, names } = leg;
  const possible = possiblePart(matcher, (part, test) => {
    const column = foldedColumn(part, names);
    return column === undefined || (textsOf(test)?.some((text) => texts.mayOccur(column, text)) ?? true);
  });
  if (possible === 'never') return undefined;
  return { ...leg, conjuncts: possible === 'always' ? [] : kqlConjuncts(possible, target, names) };
}

/** What is left of the matcher without the tests that can hold for no event. */
function possiblePart(
  matcher: Matcher,
  canHold: (part: FieldMatcher, test: Test) => boolean,
): Matcher | 'always' | 'never' {
  switch (matcher.kind) {
    case 'field': {
      const [first, ...others] = matcher.tests.filter((test) => canHold(matcher, test));
      if (first === undefined) return 'never';
      if (matcher.join === 'and') return others.length + 1 < matcher.tests.length ? 'never' : matcher;
      return { ...matcher, tests: [first, ...others] };
    }
    case 'not': {
      const part = possiblePart(matcher.part, canHold);
      if (part === 'never') return 'always';
      return part === 'always' ? 'never' : { kind: 'not', part };
    }
    case 'and':
    case 'or': {
      const deciding = matcher.kind === 'and' ? 'never' : 'always';
      const parts: Matcher[] = [];
      for (const each of matcher.parts) {
        const part = possiblePart(each, canHold);
        if (part === deciding) return deciding;
        if (typeof part === 'object') parts.push(part);
      }
      const [only] = parts;
      if (only === undefined) return deciding === 'never' ? 'always' : 'never';
      return parts.length === 1 ? only : { kind: matcher.kind, parts };
    }
    case 'atLeast': {
      const all = matcher.parts.map((each) => possiblePart(each, canHold));
      const parts = all.filter((part) => typeof part === 'object');
      const count = matcher.count - all.filter((part) => part === 'always').length;
      if (count <= 0) return 'always';
      return parts.length < count ? 'never' : { kind: 'atLeast', count, parts };
    }
  }
}

function textsOfLegs(legs: readonly Leg[], names: FieldNames): AskedTexts {
  const asked = new Map<string, Set<string>>();
  for (const { matcher } of legs) {
    eachField(matcher, (part) => {
      const column = foldedColumn(part, names);
      const texts = part.tests.flatMap((test) => textsOf(test) ?? []);
      if (column !== undefined && texts.length > 0) add(asked, column, texts);
    });
  }
  return asked;
}

function textsOfGates(gates: readonly Gate[]): AskedTexts {
  const asked = new Map<string, Set<string>>();
  for (const gate of gates) for (const [column, texts] of gate) add(asked, column, texts);
  return asked;
}

function add(asked: Map<string, Set<string>>, column: string, texts: readonly string[]): void {
  const known = asked.get(column) ?? new Set();
  asked.set(column, known);
  for (const text of texts) known.add(text);
}
