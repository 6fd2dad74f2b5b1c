/** Conditions of many rules as one KQL expression that asks as little as it can of each row. */

export interface TreeRule {
  readonly number: number;
  /** All must hold. */
  readonly conjuncts: readonly string[];
}

/** KQL of a text: the numbers of the rules that the row meets, a space after each. */
export function decisionTree(rules: readonly TreeRule[]): string {
  return texts(branches(rules));
}

/** Under a condition that several rules share stand those rules; a rule that shares none stands alone. */
function branches(rules: readonly TreeRule[]): readonly string[] {
  const shares = new Map<string, number>();
  for (const { conjuncts } of rules) {
    for (const conjunct of new Set(conjuncts)) shares.set(conjunct, (shares.get(conjunct) ?? 0) + 1);
  }
  const groups = new Map<string, TreeRule[]>();
  const alone: TreeRule[] = [];
  for (const rule of rules) {
    // A negation holds for nearly every row, so that nothing is gained by asking it first.
    const shared = rule.conjuncts
      .filter((conjunct) => (shares.get(conjunct) ?? 0) > 1 && !conjunct.startsWith('not('))
      .sort((a, b) => (shares.get(b) ?? 0) - (shares.get(a) ?? 0))[0];
    if (shared === undefined) {
      alone.push(rule);
      continue;
    }
    const rest = { number: rule.number, conjuncts: rule.conjuncts.filter((conjunct) => conjunct !== shared) };
    groups.set(shared, [...(groups.get(shared) ?? []), rest]);
  }
  return [
    ...[...groups].map(([condition, under]) => `iff(${condition}, ${texts(branches(under))}, "")`),
    ...alone.map(leaf),
  ];
}

function leaf({ number, conjuncts }: TreeRule): string {
  const text = `"${number} "`;
  if (conjuncts.length === 0) return text;
  const ordered = [...conjuncts].sort((a, b) => costOf(a) - costOf(b));
  return `iff(${ordered.join(' and ')}, ${text}, "")`;
}

/** What is cheap, and what few rows meet, is asked first. */
function costOf(condition: string): number {
  if (condition.startsWith('not(')) return 3;
  if (condition.includes('matches regex')) return 2;
  return condition.includes('contains') ? 1 : 0;
}

/** More arguments strcat() does not take. */
const mostArguments = 60;

function texts(parts: readonly string[]): string {
  const [only = '""'] = parts;
  if (parts.length <= 1) return only;
  if (parts.length <= mostArguments) return `strcat(${parts.join(',\n')})`;
  const groups: string[] = [];
  for (let start = 0; start < parts.length; start += mostArguments) {
    groups.push(texts(parts.slice(start, start + mostArguments)));
  }
  return texts(groups);
}
