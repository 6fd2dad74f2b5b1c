/** Rules of all kinds in one query: those that look at single events in few scans, and each correlation beside them. */
import { kqlName, kqlString } from '../kql/kqlText.ts';
import type { CorrelationKql } from './correlationQuery.ts';
import type { CorrelationRule } from './rule.ts';
import { scanColumns, scanQuery, type ScannedRule } from './scanQuery.ts';
import { attackTags, severityOf } from './techniques.ts';

/** A correlation that runs, with where it came from. */
export interface CorrelatedRule extends CorrelationKql {
  readonly rule: CorrelationRule;
  /** Path of its file, as shown. */
  readonly file: string;
}

/** The columns of the result: of an event and rule, and until when and how much. */
export const detectColumns = [...scanColumns, 'LastSeen', 'Count'] as const;

/** Returns the query: a row for each event and rule that matches, and for each incident of a correlation, by time. */
export function detectQuery({
  scanned,
  correlated,
}: {
  readonly scanned: readonly ScannedRule[];
  readonly correlated: readonly CorrelatedRule[];
}): string {
  const ofOneEvent = '| extend LastSeen = Timestamp, Count = 1.0';
  if (correlated.length === 0) return `${scanQuery(scanned)}\n${ofOneEvent}`;
  // Each is a function, so that the names of its statements are its own.
  const functions = [
    ...(scanned.length === 0 ? [] : [['Scanned', `${scanQuery(scanned)}\n${ofOneEvent}`] as const]),
    ...correlated.map((rule, index) => [`Correlated${index}`, incidents(rule)] as const),
  ];
  const calls = functions.map(([name]) => `(${name}())`);
  return [
    ...functions.map(([name, body]) => `let ${name} = () {\n${body}\n};`),
    calls.length === 1 ? calls.join('') : `union ${calls.join(', ')}`,
    `| project ${detectColumns.join(', ')}`,
    `| sort by Timestamp asc, RuleTitle asc`,
  ].join('\n');
}

function incidents({ rule, file, kql, valueColumn, deviceColumn, rules }: CorrelatedRule): string {
  const { about, groupBy } = rule;
  const { techniques, tactics } = attackTags(about.tags);
  const tables = new Set(rules.flatMap(({ legs }) => legs.map(({ target }) => target.table)));
  const groups = groupBy.map(({ name }) => `${kqlString(`${name}: `)}, ${kqlName(name)}`);
  const texts: Readonly<Record<string, string>> = {
    Severity: severityOf(about.level),
    RuleTitle: about.title,
    Level: about.level ?? '',
    Tactics: tactics.join(', '),
    Techniques: techniques.join(', '),
    Process: '',
    CommandLine: '',
    ParentProcess: '',
    Account: '',
    Table: [...tables].join(', '),
    RuleId: about.id ?? '',
    RuleFile: file,
  };
  return [
    kql,
    `| project Timestamp = FirstSeen, DeviceName = ${deviceColumn === undefined ? '""' : kqlName(deviceColumn)},`,
    `    ${Object.entries(texts)
      .map(([column, text]) => `${column} = ${kqlString(text)}`)
      .join(', ')},`,
    `    Object = ${groups.length === 0 ? '""' : `strcat(${groups.join(', ", ", ')})`}, LastSeen, Count = todouble(${kqlName(valueColumn)})`,
  ].join('\n');
}
