/**
 * Correlations as KQL. The time frame is not tied to the clock: every event is tried as the end of a window of the time
 * span, as the specification wants it. Matching moments that lie within a span of each other become one row.
 */
import { kqlName, kqlString, kqlTimespan } from '../kql/kqlText.ts';
import type { Condition } from './condition.ts';
import type { CorrelationRule, DetectionRule, Reference } from './rule.ts';
import { whereAll, type RuleOnTable } from './ruleQuery.ts';
import { attempt, failure, SigmaFailure } from './sigmaError.ts';
import type { SigmaSet } from './sigmaSet.ts';

type Compile = (rule: DetectionRule) => readonly RuleOnTable[];

export interface CorrelationKql {
  /** Gives a row for each incident: a column for each field of `group-by`, `FirstSeen`, `LastSeen` and `valueColumn`. */
  readonly kql: string;
  /** Column with how many events, values or rules there were, or with what was computed of the values. */
  readonly valueColumn: string;
  /** The field of `group-by` that names the device of every event; undefined where none does. */
  readonly deviceColumn: string | undefined;
  /** The rules whose events are correlated. */
  readonly rules: readonly { readonly rule: DetectionRule; readonly legs: readonly RuleOnTable[] }[];
}

interface Building {
  readonly set: SigmaSet;
  readonly compile: Compile;
  readonly rules: { readonly rule: DetectionRule; readonly legs: readonly RuleOnTable[] }[];
  /** Statements before the query: events that are read twice. */
  readonly lets: string[];
  /** Correlations around this one, to see one that refers to itself. */
  readonly around: readonly CorrelationRule[];
}

/** Returns the query; throws a failure where a rule or field is missing. */
export function correlationQuery(
  correlation: CorrelationRule,
  set: SigmaSet,
  compile: Compile,
): CorrelationKql {
  const building: Building = { set, compile, rules: [], lets: [], around: [] };
  const keys = keyNames(correlation);
  const groups = correlation.groupBy.map(({ name }, index) => `${kqlName(name)} = ${keys[index] ?? '""'}`);
  const moments = momentsOf(correlation, building);
  const kql = [
    ...building.lets,
    moments,
    // Moments of one group that follow each other within the time span are one incident.
    `| sort by ${[...keys, 'Until'].map((name) => `${name} asc`).join(', ')}`,
    `| extend Incident = row_window_session(Until, 36500d, ${kqlTimespan(correlation.timespanMs)}, ${changed(keys)})`,
    `| summarize FirstSeen = min(Since), LastSeen = max(Until), Value = ${valueOfIncident(correlation)} by ${[...keys, 'Incident'].join(', ')}`,
    `| project ${[...groups, 'FirstSeen', 'LastSeen', `${valueName(correlation)} = Value`].join(', ')}`,
    '| sort by FirstSeen asc',
  ].join('\n');
  const { rules } = building;
  return { kql, valueColumn: valueName(correlation), deviceColumn: deviceGroup(correlation, rules), rules };
}

function deviceGroup(correlation: CorrelationRule, rules: CorrelationKql['rules']): string | undefined {
  const isDevice = (field: Reference): boolean =>
    rules.length === correlation.rules.length &&
    correlation.rules.every((reference, index) => {
      const { name } = aliased(field, reference, correlation);
      return (rules[index]?.legs ?? []).every(
        ({ target }) => target.device !== undefined && target.field(name)?.kql === target.device,
      );
    });
  return correlation.groupBy.find(isDevice)?.name;
}

const keyNames = ({ groupBy }: CorrelationRule): readonly string[] =>
  groupBy.map((_field, index) => `Key${index}`);

/** True in the first row of a group, in rows sorted by the keys. */
function changed(keys: readonly string[]): string {
  return keys.length === 0 ? 'false' : keys.map((key) => `${key} != prev(${key})`).join(' or ');
}

function valueName({ type }: CorrelationRule): string {
  if (type === 'event_count') return 'Events';
  if (type === 'value_count') return 'Values';
  return type === 'temporal' || type === 'temporal_ordered' ? 'Rules' : 'Value';
}

/** The most telling value of an incident's moments; of a count of events that are enough, all events of the incident. */
function valueOfIncident(correlation: CorrelationRule): string {
  if (correlation.type === 'event_count' && isLowerBounded(correlation))
    return 'max(Value) - min(FirstRow) + 1';
  const isFew =
    correlation.bounds.length > 0 && correlation.bounds.every(({ bound }) => bound === '<' || bound === '<=');
  return isFew ? 'min(Value)' : 'max(Value)';
}

/** More events cannot break the condition. */
function isLowerBounded({ bounds }: CorrelationRule): boolean {
  return bounds.every(({ bound, value }) => (bound === '>' || bound === '>=') && value >= 0);
}

/** KQL with a row for each event at which the correlation is met: its keys, `Since`, `Until` and `Value`. */
function momentsOf(correlation: CorrelationRule, building: Building): string {
  if (building.around.includes(correlation)) {
    throw failure(
      'missing-rule',
      'This correlation refers to itself.',
      correlation.rules[0] ?? { start: 0, length: 0 },
    );
  }
  const inner = { ...building, around: [...building.around, correlation] };
  const events = eventsOf(correlation, inner);
  switch (correlation.type) {
    case 'event_count':
      return countMoments(correlation, events);
    case 'temporal':
      return temporalMoments(correlation, events, inner.lets);
    case 'temporal_ordered':
      return orderedMoments(correlation, events, inner.lets);
    case 'value_count':
    case 'value_sum':
    case 'value_avg':
    case 'value_median':
    case 'value_percentile':
      return valueMoments(correlation, events, inner.lets);
  }
}

/** All events of the correlated rules: `Rule` by its place in the list, `Until`, `Since`, the keys and values as text. */
function eventsOf(correlation: CorrelationRule, building: Building): string {
  const parts = correlation.rules.flatMap((reference, index) => {
    const document = building.set.rule(reference);
    const fields = [
      ...correlation.groupBy.map(
        (field, at) => [`Key${at}`, aliased(field, reference, correlation)] as const,
      ),
      ...correlation.fields.map(
        (field, at) => [`Field${at}`, aliased(field, reference, correlation)] as const,
      ),
    ];
    if (document.kind === 'correlation') return [correlatedEvents(document, index, fields, building)];
    const legs = building.compile(document);
    const tried = legs.map((leg) => attempt(() => ({ leg, kql: ruleEvents(leg, index, fields, reference) })));
    const having = tried.flatMap((each) => (each.ok ? [each.value] : []));
    const [refused] = tried.flatMap((each) => (each.ok ? [] : [each.error]));
    // As for the fields of a rule: the tables that have them are looked at.
    if (having.length === 0 && refused !== undefined) throw new SigmaFailure(refused);
    building.rules.push({ rule: document, legs: having.map(({ leg }) => leg) });
    return having.map(({ kql }) => kql);
  });
  return parts.length === 1 ? (parts[0] ?? '') : `union\n${parts.map((part) => `(${part})`).join(',\n')}`;
}

/** The field of that rule's events that the correlation means by a name. */
function aliased(field: Reference, rule: Reference, { aliases }: CorrelationRule): Reference {
  const name = aliases.get(field.name)?.get(rule.name);
  return name === undefined ? field : { ...field, name };
}

type Fields = readonly (readonly [column: string, field: Reference])[];

function ruleEvents(
  { target, conjuncts, names }: RuleOnTable,
  index: number,
  fields: Fields,
  reference: Reference,
): string {
  if (target.time === undefined) {
    throw failure(
      'field',
      `${target.table} has no time, so the events of \`${reference.name}\` cannot be correlated.`,
      reference,
    );
  }
  const columns = fields.map(([column, field]) => {
    const value = names.field(field.name);
    if (value !== undefined) return `${column} = tostring(${value.kql})`;
    throw failure(
      'field',
      `\`${field.name}\` is not in ${target.table}, where the events of \`${reference.name}\` are.`,
      field,
    );
  });
  return [
    kqlName(target.table),
    ...(target.where === undefined ? [] : [`| where ${target.where}`]),
    ...names.extensions(),
    ...whereAll(conjuncts),
    `| project ${[`Rule = ${index}`, `Since = ${target.time}`, `Until = ${target.time}`, ...columns].join(', ')}`,
  ].join('\n');
}

/** The moments of an inner correlation are its events; of fields they have those that it groups by. */
function correlatedEvents(inner: CorrelationRule, index: number, fields: Fields, building: Building): string {
  const columns = fields.map(([column, field]) => {
    const at = inner.groupBy.findIndex(({ name }) => name === field.name);
    if (at !== -1) return `${column} = Key${at}`;
    throw failure(
      'field',
      `\`${inner.about.title}\` does not group by \`${field.name}\`, so its result has no such field.`,
      field,
    );
  });
  return `${momentsOf(inner, building)}\n| project ${[`Rule = ${index}`, 'Since', 'Until', ...columns].join(', ')}`;
}

/** `last` decides among events of one moment. */
function sorted(keys: readonly string[], last = 'Rule'): string {
  return `| sort by ${[...keys, 'Until', last].map((name) => `${name} asc`).join(', ')}`;
}

/**
 * So many events in the window that ends with each event: the one that lies so many rows before tells whether there are
 * as many.
 */
function countMoments(correlation: CorrelationRule, events: string): string {
  const keys = keyNames(correlation);
  const span = kqlTimespan(correlation.timespanMs);
  if (!isLowerBounded(correlation)) {
    return tumbling(correlation, events, 'count()');
  }
  // All bounds hold when the greatest does.
  const least = Math.max(
    1,
    ...correlation.bounds.map(({ bound, value }) =>
      bound === '>' ? Math.floor(value) + 1 : Math.ceil(value),
    ),
  );
  const back = least - 1;
  const same = keys.map((key) => `prev(${key}, ${back}) == ${key}`);
  return [
    events,
    sorted(keys),
    '| extend Row = row_number()',
    back === 0
      ? '| extend WindowStart = Since'
      : `| extend WindowStart = iff(${[`isnotnull(prev(Since, ${back}))`, ...same].join(' and ')}, prev(Since, ${back}), datetime(null))`,
    `| extend InWindow = ${back === 0 ? 'true' : `Until - WindowStart <= ${span}`}`,
    '| where isnotnull(WindowStart) and InWindow',
    `| project ${[...keys, 'Since = WindowStart', 'Until', 'Value = Row', `FirstRow = Row - ${back}`].join(', ')}`,
  ].join('\n');
}

/** Windows that begin with the first event after the last window, for conditions that more events can break. */
function tumbling(correlation: CorrelationRule, events: string, aggregate: string): string {
  const keys = keyNames(correlation);
  const span = kqlTimespan(correlation.timespanMs);
  return [
    events,
    sorted(keys),
    `| extend Window = row_window_session(Until, ${span}, ${span}, ${changed(keys)})`,
    `| summarize Since = min(Since), Until = max(Until), Value = todouble(${aggregate}) by ${[...keys, 'Window'].join(', ')}`,
    `| where ${boundsOn('Value', correlation)}`,
    `| project ${[...keys, 'Since', 'Until', 'Value'].join(', ')}`,
  ].join('\n');
}

function boundsOn(value: string, { bounds }: CorrelationRule): string {
  return bounds.map(({ bound, value: number }) => `${value} ${bound} ${number}`).join(' and ');
}

/** Something of the values of all events in the window that ends with each event. */
function valueMoments(correlation: CorrelationRule, events: string, lets: string[]): string {
  const keys = keyNames(correlation);
  const value = `strcat_delim("\\u0001", ${correlation.fields.map((_field, index) => `Field${index}`).join(', ')}, "")`;
  const aggregates: Readonly<Record<string, string>> = {
    value_count: 'count_distinctif(Text, isnotempty(trim("\\u0001", Text)))',
    value_sum: 'sum(todouble(Field0))',
    value_avg: 'avg(todouble(Field0))',
    value_median: 'percentile(todouble(Field0), 50)',
    value_percentile: `percentile(todouble(Field0), ${correlation.percentile})`,
  };
  const aggregate = aggregates[correlation.type] ?? 'count()';
  const prepared = `${events}\n| extend Text = ${value}`;
  if (!correlation.bounds.every(({ bound }) => bound === '>' || bound === '>='))
    return tumbling(correlation, prepared, aggregate);
  const span = kqlTimespan(correlation.timespanMs);
  const on = [...keys, 'Bin'].join(', ');
  const source = `CorrelatedEvents${lets.length}`;
  lets.push(`let ${source} = materialize(${prepared});`);
  // Each window touches two bins of its length, in which its events are looked up.
  return [
    source,
    `| distinct ${[...keys, 'Until'].join(', ')}`,
    `| extend Bin = pack_array(bin(Until, ${span}), bin(Until, ${span}) - ${span})`,
    `| mv-expand Bin to typeof(datetime)`,
    `| join kind=inner (${source} | extend EventTime = Until, Bin = bin(Until, ${span}) | project-away Until) on ${on}`,
    `| where EventTime between ((Until - ${span}) .. Until)`,
    `| summarize Since = min(Since), Value = todouble(${aggregate}) by ${[...keys, 'Until'].join(', ')}`,
    `| where ${boundsOn('Value', correlation)}`,
  ].join('\n');
}

/** The last event of each rule up to each event: all of them within the time span are a match. */
function temporalMoments(correlation: CorrelationRule, events: string, lets: string[]): string {
  const keys = keyNames(correlation);
  const span = kqlTimespan(correlation.timespanMs);
  const indices = correlation.rules.map((_rule, index) => index);
  const isNear = (index: number): string => `(isnotnull(Last${index}) and Until - Last${index} <= ${span})`;
  const near = indices.map(isNear);
  const { condition, bounds } = correlation;
  const met =
    condition !== undefined
      ? conditionOn(
          condition,
          new Map(correlation.rules.map(({ name }, index) => [name, near[index] ?? 'false'])),
        )
      : bounds.length > 0
        ? boundsOn('Value', correlation)
        : `Value == ${indices.length}`;
  const source = `CorrelatedEvents${lets.length}`;
  // How many events of a rule there were up to a row is the number of the last of them.
  const counts = indices.map(
    (index) => `Seen${index} = row_cumsum(toint(Rule == ${index}), ${changed(keys)})`,
  );
  lets.push(`let ${source} = materialize(${events}\n${sorted(keys)}\n| extend ${counts.join(', ')});`);
  const lookups = indices.map((index) => {
    const on = [...keys, `Seen${index}`].join(', ');
    return `| lookup kind=leftouter (${source} | where Rule == ${index} | project ${on}, Last${index} = Since) on ${on}`;
  });
  const oldest = indices.map((index) => `iff(${isNear(index)}, Last${index}, Until)`);
  return [
    source,
    ...lookups,
    `| extend Value = todouble(${near.map((each) => `toint(${each})`).join(' + ')})`,
    `| where ${met}`,
    `| extend Since = ${oldest.length === 1 ? (oldest[0] ?? 'Until') : `min_of(${oldest.join(', ')})`}`,
    `| project ${[...keys, 'Since', 'Until', 'Value'].join(', ')}`,
  ].join('\n');
}

/** From rule to rule, each event takes the beginning of the latest chain that the rule before has made. */
function orderedMoments(correlation: CorrelationRule, events: string, lets: string[]): string {
  const keys = keyNames(correlation);
  const id = lets.length;
  lets.push(`let CorrelatedEvents${id} = materialize(${events});`);
  const columns = [...keys, 'Until', 'Start'].join(', ');
  let chain = `CorrelatedEvents${id} | where Rule == 0 | project ${[...keys, 'Until', 'Start = Since'].join(', ')}`;
  correlation.rules.slice(1).forEach((_rule, index) => {
    const next = `CorrelatedEvents${id} | where Rule == ${index + 1} | project ${[...keys, 'Until', 'Start = datetime(null)', 'IsNext = 1'].join(', ')}`;
    const both = `Chain${id}_${index + 1}`;
    lets.push(
      `let ${both} = materialize(union (${chain} | extend IsNext = 0), (${next})\n${sorted(keys, 'IsNext')}\n| extend Before = row_cumsum(1 - IsNext, ${changed(keys)}));`,
    );
    const on = [...keys, 'Before'].join(', ');
    chain = `${both} | where IsNext == 1 | project-away Start | join kind=inner (${both} | where IsNext == 0 | project ${on}, Start) on ${on} | project ${columns}`;
  });
  return [
    chain,
    `| where Until - Start <= ${kqlTimespan(correlation.timespanMs)}`,
    `| project ${[...keys, 'Since = Start', 'Until', `Value = todouble(${correlation.rules.length})`].join(', ')}`,
  ].join('\n');
}

/** A condition over rules, such as `rule_a and not rule_b`. */
function conditionOn(condition: Condition, met: ReadonlyMap<string, string>): string {
  const inner = (part: Condition): string => conditionOn(part, met);
  const of = (name: string): string => met.get(name) ?? kqlString('');
  switch (condition.kind) {
    case 'selection':
      return of(condition.name);
    case 'not':
      return `not(${inner(condition.part)})`;
    case 'atLeast':
      return `(${condition.names.map((name) => `toint(${of(name)})`).join(' + ')}) >= ${condition.count}`;
    case 'and':
    case 'or':
      return `(${condition.parts.map(inner).join(` ${condition.kind} `)})`;
  }
}
