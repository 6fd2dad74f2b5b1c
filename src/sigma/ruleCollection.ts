/** Rules of many files, compiled together for the tables of a session. */
import type { Schema } from '../kql/types.ts';
import { correlationQuery, type CorrelationKql } from './correlationQuery.ts';
import type { CorrelatedRule } from './detectQuery.ts';
import { FieldNames } from './fieldNames.ts';
import { fieldsOf } from './matcher.ts';
import { parseSigma } from './parseSigma.ts';
import type { Placeholders } from './placeholders.ts';
import type { CorrelationRule, DetectionRule, LogSource, SigmaDocument } from './rule.ts';
import { compileFor, compileForReference, logSourceText } from './ruleQuery.ts';
import type { ScannedRule } from './scanQuery.ts';
import { attempt, SigmaFailure, type SigmaError, type SigmaErrorKind } from './sigmaError.ts';
import { SigmaSet } from './sigmaSet.ts';
import { targetsOf, type NamedTables } from './targets/chooseTargets.ts';
import type { Target } from './targets/target.ts';

/** A rule that does not run, with the reason. */
export interface RefusedRule {
  readonly file: string;
  /** Line of the file, from 1. */
  readonly line: number;
  readonly title: string;
  readonly error: SigmaError;
}

export interface CollectedRule<Rule = DetectionRule | CorrelationRule> {
  readonly file: string;
  /** Text of the file, in which the places of the rule are. */
  readonly text: string;
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
  const fileOf = new Map<SigmaDocument['about'], RuleText>();
  for (const [index, { file, text }] of texts.entries()) {
    if (index % rulesAtOnce === 0) await new Promise(setImmediate);
    signal?.throwIfAborted();
    const parsed = parseSigma(text, placeholders);
    for (const document of parsed.documents) fileOf.set(document.about, { file, text });
    documents.push(...parsed.documents);
    const [error] = parsed.errors;
    if (error !== undefined) refused.push(refusal({ file, text }, titleIn(text) ?? file, error));
  }
  const set = new SigmaSet(documents);
  const rules = set
    .standalone()
    .map((rule) => ({ rule, ...(fileOf.get(rule.about) ?? { file: '', text: '' }) }));
  return { set, rules, refused, documents: documents.length + refused.length };
}

function refusal({ file, text }: RuleText, title: string, error: SigmaError): RefusedRule {
  return { file, line: text.slice(0, error.start).split('\n').length, title, error };
}

function titleIn(text: string): string | undefined {
  return /^title:\s*(\S.*)$/m.exec(text)?.[1]?.trim();
}

export interface CompiledCollection {
  readonly scanned: readonly ScannedRule[];
  readonly correlated: readonly CorrelatedRule[];
  readonly refused: readonly RefusedRule[];
  /** Rules that compile, but whose log source no table of the session holds, by log source in words. */
  readonly withoutData: ReadonlyMap<string, number>;
  /** Table that would give most rules data. */
  readonly wantedTable: string | undefined;
}

/** Compiles the rules for the tables of the schema; correlations find the rules that they name in `set`. */
export function compileCollection(
  { set, rules }: Pick<RuleCollection, 'set' | 'rules'>,
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
  const correlated: CorrelatedRule[] = [];
  const refused: RefusedRule[] = [];
  const withoutData = new Map<string, number>();
  const wanted = new Map<string, number>();
  const lacksData = (logSource: LogSource, { missingTable }: SigmaError): void => {
    const source = logSourceText(logSource);
    withoutData.set(source, (withoutData.get(source) ?? 0) + 1);
    if (missingTable !== undefined) wanted.set(missingTable, (wanted.get(missingTable) ?? 0) + 1);
  };
  for (const collected of rules) {
    const { rule, file } = collected;
    if (rule.kind === 'correlation') {
      const compiled = compileCorrelation(rule, set, targetsFor);
      if (compiled.ok) correlated.push({ rule, file, ...compiled.value });
      else if (compiled.logSource === undefined)
        refused.push(refusal(collected, rule.about.title, compiled.error));
      else lacksData(compiled.logSource, compiled.error);
      continue;
    }
    const compiled = compileFor(rule, targetsFor(rule), namesOf);
    if (compiled.ok) {
      scanned.push({ rule, file, legs: compiled.legs });
      continue;
    }
    // Whether the rule can run at all is told for its published table.
    const reference = compiled.error.kind === 'no-table' ? compileForReference(rule) : compiled;
    if (reference.ok) lacksData(rule.logSource, compiled.error);
    else refused.push(refusal(collected, rule.about.title, reference.error));
  }
  const wantedTable = [...wanted].sort(([, a], [, b]) => b - a)[0]?.[0];
  return { scanned, correlated, refused, withoutData, wantedTable };
}

type CompiledCorrelation =
  | { readonly ok: true; readonly value: CorrelationKql }
  /** `logSource`: what a correlated rule looks at, and no table of the session holds. */
  | { readonly ok: false; readonly error: SigmaError; readonly logSource: LogSource | undefined };

function compileCorrelation(
  correlation: CorrelationRule,
  set: SigmaSet,
  targetsFor: (rule: DetectionRule) => readonly Target[],
): CompiledCorrelation {
  let logSource: LogSource | undefined;
  const compiled = attempt(() =>
    correlationQuery(correlation, set, (rule) => {
      const onTables = compileFor(rule, targetsFor(rule));
      if (onTables.ok) return onTables.legs;
      if (onTables.error.kind === 'no-table') ({ logSource } = rule);
      throw new SigmaFailure(onTables.error);
    }),
  );
  return compiled.ok ? compiled : { ...compiled, logSource };
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
