/** Documents that belong together: which of them run, with the filters applied that are meant for them. */
import type { Matcher } from './matcher.ts';
import type { CorrelationRule, DetectionRule, FilterRule, Reference, SigmaDocument } from './rule.ts';
import { failure, quotedNames } from './sigmaError.ts';
import { closestNames } from '../kql/suggest.ts';

/** Documents that refer to each other. */
export class SigmaSet {
  readonly #rules: ReadonlyMap<string, DetectionRule | CorrelationRule>;
  /** Rules and correlations in their order, filters applied. */
  readonly documents: readonly (DetectionRule | CorrelationRule)[];
  /** Filters that name a rule which is not here. */
  readonly unusedFilters: readonly FilterRule[];

  constructor(documents: readonly SigmaDocument[]) {
    const filters = documents.filter((document) => document.kind === 'filter');
    this.documents = documents.flatMap((document): (DetectionRule | CorrelationRule)[] => {
      if (document.kind === 'filter') return [];
      return document.kind === 'rule' ? [filtered(document, filters)] : [document];
    });
    this.#rules = new Map(
      this.documents.flatMap((document) => namesOf(document).map((name) => [name, document] as const)),
    );
    this.unusedFilters = filters.filter(
      (filter) => !documents.some((document) => document.kind === 'rule' && isMeant(filter, document)),
    );
  }

  /** What runs for itself: all but the rules that only a correlation speaks of. */
  standalone(): readonly (DetectionRule | CorrelationRule)[] {
    const parts = this.documents.flatMap((document) =>
      document.kind === 'correlation' && !document.generate
        ? document.rules.map(({ name }) => this.#rules.get(name))
        : [],
    );
    return this.documents.filter((document) => !parts.includes(document));
  }

  /** The document that the reference names. Throws a failure of kind `missing-rule` where there is none. */
  rule(reference: Reference): DetectionRule | CorrelationRule {
    const rule = this.#rules.get(reference.name);
    if (rule !== undefined) return rule;
    const known = [...this.#rules.keys()];
    const suggestions = closestNames(reference.name, known);
    const hint =
      suggestions.length > 0
        ? `Did you mean ${quotedNames(suggestions)}?`
        : 'Put it into the same cell, behind a line `---`, or among the rules of the step.';
    throw failure(
      'missing-rule',
      `There is no rule with the name or id \`${reference.name}\`. ${hint}`,
      reference,
      { suggestions },
    );
  }
}

function namesOf({ about }: SigmaDocument): readonly string[] {
  return [about.name, about.id].filter((name) => name !== undefined);
}

function isMeant(filter: FilterRule, rule: DetectionRule): boolean {
  const names = namesOf(rule);
  if (filter.rules.length > 0 && !filter.rules.some(({ name }) => names.includes(name))) return false;
  return (['category', 'product', 'service'] as const).every(
    (part) => filter.logSource[part] === undefined || filter.logSource[part] === rule.logSource[part],
  );
}

function filtered(rule: DetectionRule, filters: readonly FilterRule[]): DetectionRule {
  const meant = filters.filter((filter) => isMeant(filter, rule));
  if (meant.length === 0) return rule;
  return {
    ...rule,
    matcher: { kind: 'and', parts: [rule.matcher, ...meant.map(({ matcher }) => kept(matcher))] },
  };
}

/**
 * Which events a filter leaves. Its purpose is to suppress: the specification's own example names what is suppressed
 * (`condition: selection`), and pySigma's what is kept (`condition: not selection`). Both are understood.
 */
function kept(matcher: Matcher): Matcher {
  return isKeeping(matcher) ? matcher : { kind: 'not', part: matcher };
}

function isKeeping(matcher: Matcher): boolean {
  return matcher.kind === 'not' || (matcher.kind === 'and' && matcher.parts.every(isKeeping));
}
