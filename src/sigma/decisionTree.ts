/** Conditions of many rules as one KQL expression that asks as little as it can of each row. */
import { gateCondition, joinedGates, narrowest, openness, type Gate } from './gate.ts';
import type { Conjunct } from './kqlCondition.ts';

export interface TreeRule {
  readonly number: number;
  /** All must hold. */
  readonly conjuncts: readonly Conjunct[];
}

/** KQL of a text, and what a row must have for it to be other than empty. */
interface Branch {
  readonly kql: string;
  readonly gate: Gate | undefined;
}

/** Gates over fewer rules cost more than the rules that they save. */
const fewestGated = 60;

/** KQL of a text: the numbers of the rules that the row meets, a space after each. */
export function decisionTree(rules: readonly TreeRule[]): string {
  const isFew = rules.length < fewestGated;
  return strcat(gated(branches(isFew ? rules.map(ungated) : rules)));
}

function ungated(rule: TreeRule): TreeRule {
  return { ...rule, conjuncts: rule.conjuncts.map(({ kql }) => ({ kql, gate: undefined })) };
}

/** Under a condition that several rules share stand those rules; a rule that shares none stands alone. */
function branches(rules: readonly TreeRule[]): readonly Branch[] {
  const shares = new Map<string, number>();
  for (const { conjuncts } of rules) {
    for (const kql of new Set(conjuncts.map((each) => each.kql))) shares.set(kql, (shares.get(kql) ?? 0) + 1);
  }
  const groups = new Map<string, { condition: Conjunct; rules: TreeRule[] }>();
  const alone: TreeRule[] = [];
  for (const rule of rules) {
    // A negation holds for nearly every row, so that nothing is gained by asking it first.
    const shared = rule.conjuncts
      .filter(({ kql }) => (shares.get(kql) ?? 0) > 1 && !kql.startsWith('not('))
      .sort((a, b) => (shares.get(b.kql) ?? 0) - (shares.get(a.kql) ?? 0))[0];
    if (shared === undefined) {
      alone.push(rule);
      continue;
    }
    const rest = { ...rule, conjuncts: rule.conjuncts.filter(({ kql }) => kql !== shared.kql) };
    const group = groups.get(shared.kql) ?? { condition: shared, rules: [] };
    groups.set(shared.kql, group);
    group.rules.push(rest);
  }
  return [
    ...[...groups.values()].map(({ condition, rules: under }) => shared(condition, branches(under))),
    ...alone.map(leaf),
  ];
}

function shared(condition: Conjunct, under: readonly Branch[]): Branch {
  return {
    kql: iff(condition.kql, strcat(gated(under))),
    gate: narrowest([condition.gate, joinedGates(under.map(({ gate }) => gate))]),
  };
}

function leaf({ number, conjuncts }: TreeRule): Branch {
  const text = `"${number} "`;
  if (conjuncts.length === 0) return { kql: text, gate: undefined };
  const ordered = conjuncts.map(({ kql }) => kql).sort((a, b) => costOf(a) - costOf(b));
  return {
    kql: iff(ordered.join(' and '), text),
    gate: narrowest(conjuncts.map(({ gate }) => gate)),
  };
}

/** What is cheap, and what few rows meet, is asked first. */
function costOf(condition: string): number {
  if (condition.startsWith('not(')) return 3;
  if (condition.includes('matches regex')) return 2;
  return condition.includes('contains') ? 1 : 0;
}

/** Branches that stand under one gate; few, so that a row that passes it for one of them is asked little more. */
const mostUnderGate = 6;

/** One regular expression may look for this many texts of {@link longestText} characters. */
const mostTexts = 500;

/**
 * RE2 builds its automaton as it meets the rows, in eight megabytes at most (`max_mem`): a thousand long texts overrun it,
 * and the search that it then falls back to is sixty times as slow. A part of each text is enough for a gate.
 */
const longestText = 8;

/** The branches under gates, and gates under gates, so that a row is first asked of many rules at once. */
function gated(all: readonly Branch[]): readonly string[] {
  const open = all.filter(({ gate }) => gate === undefined);
  let level: readonly Branch[] = all
    .filter(({ gate }) => gate !== undefined)
    .map((branch) => ({ branch, key: keyOf(branch) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ branch }) => branch);
  for (;;) {
    const above = underGates(level);
    if (above.length === level.length) break;
    level = above;
  }
  return [...level, ...open].map(({ kql }) => kql);
}

/** In its order, branches that look at the same columns for texts as rare and as alike stand side by side. */
function keyOf({ gate = new Map() }: Branch): string {
  const columns = [...gate.keys()].sort();
  // A share of one is at least 2^-11, and two digits sort as numbers do.
  const rarity = 50 + Math.round(Math.log2(openness(gate)));
  return [columns.length, ...columns, rarity, gate.get(columns[0] ?? '')?.[0] ?? ''].join();
}

function underGates(level: readonly Branch[]): readonly Branch[] {
  const result: Branch[] = [];
  let together: Branch[] = [];
  const close = (): void => {
    const gate = joinedGates(together.map((branch) => branch.gate));
    if (together.length < 2 || gate === undefined) result.push(...together);
    else
      result.push({
        kql: iff(gateCondition(gate, longestText), strcat(together.map(({ kql }) => kql))),
        gate,
      });
    together = [];
  };
  for (const branch of level) {
    const gate = joinedGates([...together, branch].map((each) => each.gate));
    const isFull = [...(gate?.values() ?? [])].some((texts) => texts.length > mostTexts);
    if (together.length >= mostUnderGate || isFull) close();
    together.push(branch);
  }
  close();
  return result;
}

function iff(condition: string, text: string): string {
  return `iff(${condition}, ${text}, "")`;
}

/** More arguments strcat() does not take. */
const mostArguments = 60;

function strcat(parts: readonly string[]): string {
  const [only = '""'] = parts;
  if (parts.length <= 1) return only;
  if (parts.length <= mostArguments) return `strcat(${parts.join(',\n')})`;
  const groups: string[] = [];
  for (let start = 0; start < parts.length; start += mostArguments) {
    groups.push(strcat(parts.slice(start, start + mostArguments)));
  }
  return strcat(groups);
}
