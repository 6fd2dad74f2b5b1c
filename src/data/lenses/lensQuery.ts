/** A lens over the raw sources that are loaded, as one KQL query. */
import { kqlName, kqlString } from '../../kql/kqlText.ts';
import type { ScalarType } from '../../kql/types.ts';
import {
  processCreations,
  shortForms,
  type FieldKql,
  type Lens,
  type LensRule,
  type Rather,
} from './lens.ts';
import type { RawSource } from './rawSource.ts';

export interface LensQuery {
  readonly kql: string;
  /** What it reads, for people: `Events (Sysmon 1, Security 4688)`. */
  readonly reads: readonly string[];
}

const initiatorKey = 'InitiatorGuid';
const ruleColumn = 'LensRule';

/** Returns the query whose rows are the published table's; undefined where no source has events for it. */
export function lensQuery(lens: Lens, sources: readonly RawSource[]): LensQuery | undefined {
  const parts = sources
    .map((source) => ({ source, rules: lens.rules.filter((rule) => applies(rule, source)) }))
    .filter(({ rules }) => rules.length > 0);
  if (parts.length === 0) return undefined;
  const legs = parts.map(({ source, rules }) => leg(lens, rules, source, sources));
  const creations = parts.some(({ rules }) => rules.some(({ initiator }) => initiator !== undefined))
    ? `${creationsLet(sources)}\n`
    : '';
  return {
    kql: `${creations}union\n${legs.map((each) => `(${each})`).join(',\n')}`,
    reads: parts.map(({ source, rules }) => `${source.table} (${few(rules.map(({ from }) => from))})`),
  };
}

/** Names some and counts the rest. */
function few(names: readonly string[]): string {
  const rest = names.length - 4;
  return rest > 1 ? `${names.slice(0, 4).join(', ')} and ${rest} more kinds of event` : names.join(', ');
}

function applies({ source: kind, needs = [] }: LensRule, source: RawSource): boolean {
  return source.kind === kind && needs.every((name) => source.field(name) !== undefined);
}

/** The rows of one source, in one pass over it: each row knows its rule, and each column chooses by that. */
function leg(
  lens: Lens,
  rules: readonly LensRule[],
  source: RawSource,
  sources: readonly RawSource[],
): string {
  const mappings = rules.map((rule) => mappingOf(lens, rule, source));
  const conditions = rules.map((rule) => `(${resolved(rule.when, source)})`);
  const columns = [...lens.columns].map(([column, type]) => {
    const values = rules.map((rule, index) => {
      if (column === lens.rest) return takenList(rule, mappings[index]);
      const kql = mappings[index]?.get(column);
      return kql === undefined ? emptyOf(type) : typed(resolved(kql, source), type);
    });
    const value = byRule(values);
    return `${kqlName(column)} = ${column === lens.rest ? `tostring(${source.rest(value)})` : value}`;
  });
  const chosen = rules.map((rule, index) => {
    const isUntold = untold(lens, rule, source, sources);
    return `${conditions[index] ?? ''}${isUntold === undefined ? '' : ` and ${isUntold}`}, ${index}`;
  });
  const initiators = rules.map(({ initiator }) =>
    initiator === undefined ? '""' : resolved(`$${initiator}`, source),
  );
  return [
    kqlName(source.table),
    `| where ${conditions.join(' or ')}`,
    `| extend ${ruleColumn} = case(${chosen.join(', ')}, -1)`,
    `| where ${ruleColumn} >= 0`,
    ...(rules.every(({ initiator }) => initiator === undefined)
      ? []
      : [
          `| extend ${initiatorKey} = ${byRule(initiators)}`,
          `| lookup kind=leftouter ProcessCreations on ${initiatorKey}`,
        ]),
    `| project ${columns.join(',\n    ')}`,
  ].join('\n  ');
}

/** The value of the row's rule, of those that the rules give in their order. */
function byRule(values: readonly string[]): string {
  const rulesOf = new Map<string, number[]>();
  for (const [rule, value] of values.entries()) rulesOf.set(value, [...(rulesOf.get(value) ?? []), rule]);
  const [last, ...others] = [...rulesOf].sort(([, a], [, b]) => b.length - a.length);
  if (others.length === 0) return last?.[0] ?? '';
  const cases = others.map(([value, rules]) => `${ruleColumn} in (${rules.join(', ')}), ${value}`);
  return `case(${cases.join(', ')}, ${last?.[0] ?? ''})`;
}

/** What the query itself adds to a row on its way. */
const ownColumns = [ruleColumn, initiatorKey, ...Object.keys(processCreations.columns)];

/** The fields that the rule takes into columns, and what is no field of the event, as a list in KQL. */
function takenList(rule: LensRule, mapping: ReadonlyMap<string, FieldKql> = new Map()): string {
  const taken = [rule.when, `$${rule.initiator ?? ''}`, ...mapping.values()].flatMap(fieldsIn);
  return `dynamic([${[...ownColumns, ...new Set(taken)].sort().map(kqlString).join(', ')}])`;
}

/** KQL of each column that the rule fills. */
function mappingOf(lens: Lens, rule: LensRule, source: RawSource): ReadonlyMap<string, FieldKql> {
  const mapping = new Map(Object.entries(rule.columns));
  if (rule.takesSameNames !== true) return mapping;
  for (const column of lens.columns.keys()) {
    if (!mapping.has(column) && source.field(column) !== undefined) mapping.set(column, `$${column}`);
  }
  return mapping;
}

/** True of the events that no other rule tells of; undefined where that is so of all. */
function untold(
  lens: Lens,
  rule: LensRule,
  source: RawSource,
  sources: readonly RawSource[],
): string | undefined {
  const { rather } = rule;
  const other = lens.rules.find(({ from }) => from === rather?.rule);
  if (rather === undefined || other === undefined) return undefined;
  const told = sources
    .filter((each) => applies(other, each))
    .map((each) => {
      const around = [`$time - ${rather.within}`, '$time', `$time + ${rather.within}`];
      const keys = around.map((time) => identityOf(other, rather, each, time));
      return (
        `(${kqlName(each.table)} | where ${resolved(other.when, each)}` +
        ` | project Told = pack_array(${keys.join(', ')}) | mv-expand Told to typeof(string) | distinct Told)`
      );
    });
  return `${identityOf(rule, rather, source, '$time')} !in ((union ${told.join(', ')}))`;
}

/** A text that two events share when they tell of the same thing at about that time. */
function identityOf(rule: LensRule, { same, within }: Rather, source: RawSource, time: FieldKql): string {
  const values = same.map((name) => `tolower(tostring(${rule.columns[name] ?? name}))`);
  return resolved(`strcat_delim("|", ${values.join(', ')}, tostring(bin(${time}, ${within})))`, source);
}

/** The statement that gathers what is known of every process, one row each. */
function creationsLet(sources: readonly RawSource[]): string {
  const { when, guid, columns } = processCreations;
  const known = sources.filter((source) => source.kind === 'windows' && source.field(guid) !== undefined);
  const names = Object.keys(columns);
  const parts = known.map((source) => {
    const values = names.map((name) => `${name} = ${resolved(columns[name] ?? '', source)}`);
    return (
      `(${kqlName(source.table)} | where ${resolved(when, source)}` +
      ` | project ${initiatorKey} = ${resolved(`$${guid}`, source)}, ${values.join(', ')})`
    );
  });
  if (parts.length === 0) {
    const types = names.map((name) => `${name}:${creationTypes[name] ?? 'string'}`);
    return `let ProcessCreations = datatable(${initiatorKey}:string, ${types.join(', ')})[];`;
  }
  return `let ProcessCreations = union ${parts.join(', ')} | where isnotempty(${initiatorKey}) | summarize arg_min(CreationTime, *) by ${initiatorKey};`;
}

/** Types of those {@link processCreations} that are not text. */
const creationTypes: Readonly<Record<string, ScalarType>> = {
  CreationTime: 'datetime',
  CreationParentId: 'long',
};

const fieldPattern = /\$([A-Za-z_][\w.]*)/g;

function fieldsIn(kql: FieldKql): string[] {
  return [...kql.matchAll(fieldPattern)].flatMap(([, name]) => name ?? []);
}

function resolved(kql: FieldKql, source: RawSource): string {
  return writtenOut(kql).replace(
    fieldPattern,
    (_whole, name: string) => source.system.get(name) ?? source.field(name) ?? kqlString(''),
  );
}

const shortFormCall = new RegExp(`\\b(${Object.keys(shortForms).join('|')})\\(`);

/** Replaces the calls of short forms, the outermost first. */
function writtenOut(kql: FieldKql): string {
  const call = shortFormCall.exec(kql);
  if (call === null) return kql;
  const start = call.index + call[0].length;
  const end = closingParenthesis(kql, start);
  const argument = kql.slice(start, end);
  const body = (shortForms[call[1] ?? ''] ?? '').replace('#', () => argument);
  return writtenOut(kql.slice(0, call.index) + body + kql.slice(end + 1));
}

/** Where the parenthesis closes that was opened just before `start`; text literals are passed over. */
function closingParenthesis(kql: string, start: number): number {
  const tokens = /'[^']*'|"[^"]*"|[()]/g;
  tokens.lastIndex = start;
  let depth = 1;
  for (let token = tokens.exec(kql); token !== null; token = tokens.exec(kql)) {
    if (token[0] === '(') depth++;
    else if (token[0] === ')' && --depth === 0) return token.index;
  }
  throw new Error(`A lens leaves a parenthesis open: ${kql}`);
}

function emptyOf(type: ScalarType): string {
  return type === 'string' ? '""' : `${type}(null)`;
}

const conversions: Partial<Readonly<Record<ScalarType, string>>> = {
  bool: 'tobool',
  int: 'toint',
  long: 'tolong',
  real: 'toreal',
  datetime: 'todatetime',
  string: 'tostring',
};

function typed(kql: string, type: ScalarType): string {
  const conversion = conversions[type];
  return conversion === undefined ? kql : `${conversion}(${kql})`;
}
