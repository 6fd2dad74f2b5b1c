/** The text of a Sigma cell as KQL: a query for each document that runs for itself. */
import type { Schema } from '../kql/types.ts';
import { correlationQuery } from './correlationQuery.ts';
import { parseSigma } from './parseSigma.ts';
import type { Placeholders } from './placeholders.ts';
import type { CorrelationRule, DetectionRule, Level } from './rule.ts';
import {
  compileForReference,
  compileRule,
  logSourceText,
  ruleQuery,
  type Compiled,
  type RuleOnTable,
} from './ruleQuery.ts';
import { attempt, SigmaFailure, type SigmaError } from './sigmaError.ts';
import { SigmaSet } from './sigmaSet.ts';
import { attackTags } from './techniques.ts';
import type { NamedTables } from './targets/chooseTargets.ts';

export interface SigmaQuery {
  readonly title: string;
  readonly level: Level | undefined;
  /** ATT&CK ids in force. */
  readonly techniques: readonly string[];
  readonly kql: string;
  /** The events that it looks among. */
  readonly looksAt: readonly LooksAt[];
  /** What the hunter should know of the query. */
  readonly notices: readonly string[];
}

/** Events of a table, all KQL over its columns. */
export interface LooksAt {
  readonly table: string;
  readonly where?: string | undefined;
  readonly time?: string | undefined;
  readonly device?: string | undefined;
  /** What the events are: `windows process_creation`. */
  readonly what: string;
}

export type SigmaQueries =
  | { readonly ok: true; readonly queries: readonly SigmaQuery[] }
  | { readonly ok: false; readonly errors: readonly SigmaError[] };

export interface SigmaContext {
  readonly schema: Schema;
  readonly placeholders?: Placeholders;
  readonly tables?: NamedTables;
  /** A rule without a table in the schema compiles for the table that its log source has by publication. */
  readonly orReference?: boolean;
}

/** Compiles every document of the text; all that is wrong is told, in its place. */
export function sigmaQueries(text: string, context: SigmaContext): SigmaQueries {
  const { documents, errors } = parseSigma(text, context.placeholders);
  if (errors.length > 0) return { ok: false, errors };
  const set = new SigmaSet(documents);
  const compiled = set.standalone().map((document) => attempt(() => queryOf(document, set, context)));
  const failed = compiled.flatMap((each) => (each.ok ? [] : [each.error]));
  if (failed.length > 0) return { ok: false, errors: failed };
  const queries = compiled.flatMap((each) => (each.ok ? [each.value] : []));
  if (queries.length > 0) return { ok: true, queries };
  const [filter] = set.unusedFilters;
  if (filter === undefined) return { ok: true, queries: [] };
  const message =
    'This filter stands alone. Put it behind the rules that it is for, or among the rules of a `detect` step.';
  return { ok: false, errors: [{ kind: 'missing-rule', message, start: 0, length: text.length }] };
}

function queryOf(
  document: DetectionRule | CorrelationRule,
  set: SigmaSet,
  context: SigmaContext,
): SigmaQuery {
  const { about } = document;
  const compile = (rule: DetectionRule): readonly RuleOnTable[] => legsOf(rule, context).legs;
  const described = { title: about.title, level: about.level, techniques: attackTags(about.tags).techniques };
  if (document.kind === 'correlation') {
    const { kql, rules } = correlationQuery(document, set, compile);
    return {
      ...described,
      kql,
      looksAt: rules.flatMap(({ rule, legs }) => looksAt(rule, legs)),
      notices: [],
    };
  }
  const { legs, absent } = legsOf(document, context);
  const notices = absent.map(
    (field) =>
      `No event of ${legs.map(({ target }) => target.table).join(' and ')} has a field \`${field}\`; what \`${about.title}\` asks of it is asked of nothing.`,
  );
  return { ...described, kql: ruleQuery(legs), looksAt: looksAt(document, legs), notices };
}

function legsOf(
  rule: DetectionRule,
  { schema, tables, orReference = false }: SigmaContext,
): Compiled & { readonly ok: true } {
  const compiled = compileRule(rule, schema, tables);
  if (compiled.ok) return compiled;
  if (compiled.error.kind !== 'no-table' || !orReference) throw new SigmaFailure(compiled.error);
  const reference = compileForReference(rule);
  if (reference.ok) return reference;
  throw new SigmaFailure(reference.error);
}

function looksAt(rule: DetectionRule, legs: readonly RuleOnTable[]): readonly LooksAt[] {
  return legs.map(({ target }) => ({
    table: target.table,
    where: target.where,
    time: target.time,
    device: target.device,
    what: `events of ${logSourceText(rule.logSource)}`,
  }));
}
