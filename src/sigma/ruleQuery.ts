/** A rule as a KQL query over the tables of a session that hold its log source. */
import { kqlName } from '../kql/kqlText.ts';
import type { Schema } from '../kql/types.ts';
import { FieldNames } from './fieldNames.ts';
import { allOf, kqlConjuncts, type Conjunct } from './kqlCondition.ts';
import { fieldsOf, type Matcher } from './matcher.ts';
import type { DetectionRule, LogSource } from './rule.ts';
import { attempt, failure, quotedNames, type SigmaError } from './sigmaError.ts';
import { referenceTargets, tablesFor, targetsOf, type NamedTables } from './targets/chooseTargets.ts';
import type { Target } from './targets/target.ts';

/** A rule on one table. */
export interface RuleOnTable {
  readonly target: Target;
  /** What the rule asks, over the table's columns and those that `names` adds; all of it must hold. */
  readonly conjuncts: readonly Conjunct[];
  readonly names: FieldNames;
}

export type Compiled =
  | {
      readonly ok: true;
      readonly legs: readonly [RuleOnTable, ...RuleOnTable[]];
      /** Fields that no event of the tables has, though such logs can have them. */
      readonly absent: readonly string[];
    }
  | { readonly ok: false; readonly error: SigmaError };

/** Compiles the rule for the tables of the schema that have all of its fields; the error says why none has. */
export function compileRule(rule: DetectionRule, schema: Schema, named: NamedTables = {}): Compiled {
  const fields = [...fieldsOf(rule.matcher).keys()];
  return compileFor(rule, targetsOf(rule.logSource, fields, schema, named));
}

/** Compiles the rule for those of the targets that have all of its fields. */
export function compileFor(
  rule: DetectionRule,
  targets: readonly Target[],
  namesOf: (target: Target) => FieldNames = (target) => new FieldNames(target),
): Compiled {
  return targets.length === 0 ? { ok: false, error: noTable(rule) } : compiledFor(rule, targets, namesOf);
}

/** Compiles the rule for the table that its log source has by publication, whatever is loaded. */
export function compileForReference(rule: DetectionRule): Compiled {
  const targets = referenceTargets(rule.logSource, [...fieldsOf(rule.matcher).keys()]);
  const compiled = compiledFor(rule, targets, (target) => new FieldNames(target));
  return compiled.ok ? { ...compiled, legs: [compiled.legs[0]] } : compiled;
}

function compiledFor(
  rule: DetectionRule,
  targets: readonly Target[],
  namesOf: (target: Target) => FieldNames,
): Compiled {
  const tried = targets.map((target) => attempt(() => onTable(rule.matcher, target, namesOf(target))));
  const [leg, ...others] = tried.flatMap((each) => (each.ok ? [each.value] : []));
  if (leg === undefined) {
    const error = tried.flatMap((each) => (each.ok ? [] : [each.error]))[0];
    return { ok: false, error: error ?? noTable(rule) };
  }
  const legs = [leg, ...others] as const;
  const absent = [...fieldsOf(rule.matcher).keys()].filter((name) =>
    legs.every(({ target }) => target.absent(name)),
  );
  return { ok: true, legs: [leg, ...others], absent };
}

/** The matcher on the table. Throws a failure where the table has no place for a field. */
function onTable(matcher: Matcher, target: Target, names: FieldNames): RuleOnTable {
  return { target, conjuncts: kqlConjuncts(matcher, target, names), names };
}

function noTable({ logSource, logSourcePlace }: DetectionRule): SigmaError {
  const tables = tablesFor(logSource);
  const wanted =
    tables.length === 0
      ? `Load one, and name it for the log source: \`tables: { ${logSource.service ?? logSource.category ?? logSource.product ?? ''}: MyTable }\` in a \`detect\` step, or give the table that name.`
      : `Load ${quotedNames(tables)}${logSource.product === 'windows' ? ', or raw Windows events' : ''}.`;
  return failure(
    'no-table',
    `No table of this session holds ${logSourceText(logSource)}. ${wanted}`,
    logSourcePlace,
    {
      ...(tables[0] !== undefined && { missingTable: tables[0] }),
    },
  ).error;
}

/** A log source in words: `windows process_creation`. */
export function logSourceText({ product, category, service }: LogSource): string {
  return [product, category, service].filter((part) => part !== undefined).join(' ');
}

/** The query whose rows are the events that match. */
export function ruleQuery(legs: readonly RuleOnTable[]): string {
  const queries = legs.map(legQuery);
  const [only] = queries;
  if (queries.length === 1) return only ?? '';
  return `union\n${queries.map((query) => `(${query.replaceAll('\n', '\n  ')})`).join(',\n')}`;
}

/** The conditions as one `where`. */
export function whereAll(conjuncts: readonly Conjunct[]): readonly string[] {
  return conjuncts.length === 0 ? [] : [`| where ${allOf(conjuncts)}`];
}

function legQuery({ target, conjuncts, names }: RuleOnTable): string {
  return [
    kqlName(target.table),
    ...(target.where === undefined ? [] : [`| where ${target.where}`]),
    ...names.extensions(),
    ...whereAll(conjuncts),
  ].join('\n');
}
