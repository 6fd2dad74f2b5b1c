/** Rules of many files, compiled together for the tables of a session. */
import type { Schema } from '../kql/types.ts';
import { FieldNames } from './fieldNames.ts';
import { fieldsOf } from './matcher.ts';
import { parseSigma } from './parseSigma.ts';
import type { Placeholders } from './placeholders.ts';
import type { CorrelationRule, DetectionRule, SigmaDocument } from './rule.ts';
import { compileFor, compileForReference, logSourceText } from './ruleQuery.ts';
import type { ScannedRule } from './scanQuery.ts';
import type { SigmaError, SigmaErrorKind } from './sigmaError.ts';
import { SigmaSet } from './sigmaSet.ts';
import { targetsOf, type NamedTables } from './targets/chooseTargets.ts';
import type { Target } from './targets/target.ts';

/** A rule that does not run, with the reason. */
export interface RefusedRule {
  readonly file: string;
  readonly title: string;
  readonly error: SigmaError;
}

export interface CollectedRule<Rule = DetectionRule | CorrelationRule> {
  readonly file: string;
  readonly rule: Rule;
}

/** What the files hold. */
export interface RuleCollection {
  readonly set: SigmaSet;
  readonly rules: readonly CollectedRule[];
  readonly refused: readonly RefusedRule[];
  /** Documents that the files hold in all, filters included. */
  readonly documents: number;
}

export interface RuleText {
  readonly file: string;
  readonly text: string;
}

/** Rules that are read before others get their turn on the thread. */
const rulesAtOnce = 25;

/** Reads the files; a file that is no Sigma is refused and stops no other. */
export async function collectRules(
  texts: readonly RuleText[],
  placeholders: Placeholders,
  signal?: AbortSignal,
): Promise<RuleCollection> {
  const refused: RefusedRule[] = [];
  const documents: SigmaDocument[] = [];
  const fileOf = new Map<SigmaDocument['about'], string>();
  for (const [index, { file, text }] of texts.entries()) {
    if (index % rulesAtOnce === 0) await new Promise(setImmediate);
    signal?.throwIfAborted();
    const parsed = parseSigma(text, placeholders);
    for (const document of parsed.documents) fileOf.set(document.about, file);
    documents.push(...parsed.documents);
    const [error] = parsed.errors;
    if (error !== undefined) refused.push({ file, title: titleIn(text) ?? file, error });
  }
  const set = new SigmaSet(documents);
  const rules = set.standalone().map((rule) => ({ rule, file: fileOf.get(rule.about) ?? '' }));
  return { set, rules, refused, documents: documents.length + refused.length };
}

function titleIn(text: string): string | undefined {
  return /^title:\s*(\S.*)$/m.exec(text)?.[1]?.trim();
}

export interface CompiledCollection {
  readonly scanned: readonly ScannedRule[];
  readonly correlations: readonly CollectedRule<CorrelationRule>[];
  readonly refused: readonly RefusedRule[];
  /** Rules that compile, but whose log source no table of the session holds, by log source in words. */
  readonly withoutData: ReadonlyMap<string, number>;
  /** Table that would give most rules data. */
  readonly wantedTable: string | undefined;
  /** Columns that rules on the same table share. */
  readonly namesOf: (target: Target) => FieldNames;
  readonly targetsFor: (rule: DetectionRule) => readonly Target[];
}

/** Compiles the rules for the tables of the schema. */
export function compileCollection(
  rules: readonly CollectedRule[],
  schema: Schema,
  tables: NamedTables,
): CompiledCollection {
  const targetsFor = cachedTargets(schema, tables);
  const names = new Map<Target, FieldNames>();
  const namesOf = (target: Target): FieldNames => {
    const known = names.get(target) ?? new FieldNames(target, { isFolding: true });
    names.set(target, known);
    return known;
  };
  const scanned: ScannedRule[] = [];
  const correlations: CollectedRule<CorrelationRule>[] = [];
  const refused: RefusedRule[] = [];
  const withoutData = new Map<string, number>();
  const wanted = new Map<string, number>();
  for (const { rule, file } of rules) {
    if (rule.kind === 'correlation') {
      correlations.push({ rule, file });
      continue;
    }
    const compiled = compileFor(rule, targetsFor(rule), namesOf);
    if (compiled.ok) {
      scanned.push({ rule, file, legs: compiled.legs });
      continue;
    }
    const { error } = compiled;
    // Whether the rule can run at all is told for its published table.
    const reference = error.kind === 'no-table' ? compileForReference(rule) : compiled;
    if (!reference.ok) {
      refused.push({ file, title: rule.about.title, error: reference.error });
      continue;
    }
    const source = logSourceText(rule.logSource);
    withoutData.set(source, (withoutData.get(source) ?? 0) + 1);
    if (error.missingTable !== undefined)
      wanted.set(error.missingTable, (wanted.get(error.missingTable) ?? 0) + 1);
  }
  const wantedTable = [...wanted].sort(([, a], [, b]) => b - a)[0]?.[0];
  return { scanned, correlations, refused, withoutData, wantedTable, namesOf, targetsFor };
}

/** Targets by log source: rules of one have the same, so that they are scanned together. */
function cachedTargets(schema: Schema, tables: NamedTables): (rule: DetectionRule) => readonly Target[] {
  const cache = new Map<string, readonly Target[]>();
  return ({ logSource, matcher }) => {
    const fields = [...fieldsOf(matcher).keys()];
    const targets = targetsOf(logSource, fields, schema, tables);
    return targets.map((target) => {
      const key = JSON.stringify([target.table, target.where, logSource]);
      const known = cache.get(key);
      if (known?.[0] !== undefined) return known[0];
      cache.set(key, [target]);
      return target;
    });
  };
}

/** How many of the refused rules there are of each kind, most first. */
export function refusedByKind(
  refused: readonly RefusedRule[],
): readonly (readonly [SigmaErrorKind, number])[] {
  const counts = new Map<SigmaErrorKind, number>();
  for (const { error } of refused) counts.set(error.kind, (counts.get(error.kind) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
