/**
 * Many rules in one pass over each table: every row gathers the numbers of the rules that it meets, then stands once for
 * each. Rules that ask the same thing first stand under it, so that a row that fails it is asked no more.
 */
import { kqlName, kqlString } from '../kql/kqlText.ts';
import type { DetectionRule } from './rule.ts';
import type { RuleOnTable } from './ruleQuery.ts';
import { decisionTree, type TreeRule } from './decisionTree.ts';
import { attackTags, severityOf } from './techniques.ts';
import type { Target } from './targets/target.ts';

/** A rule that runs, with where it came from. */
export interface ScannedRule {
  readonly rule: DetectionRule;
  /** Path of its file, as shown. */
  readonly file: string;
  readonly legs: readonly RuleOnTable[];
}

/** Fields that tell a hunter what happened, by the column of the result; the first that the table has is shown. */
const shown: Readonly<Record<string, readonly string[]>> = {
  Process: ['Image', 'SourceImage', 'ProcessName', 'Application'],
  CommandLine: ['CommandLine', 'ScriptBlockText', 'ContextInfo', 'SourceCommandLine'],
  ParentProcess: ['ParentImage'],
  Account: ['User', 'SubjectUserName', 'SourceUser', 'AccountName'],
  Object: [
    'TargetFilename',
    'TargetObject',
    'ImageLoaded',
    'DestinationHostname',
    'DestinationIp',
    'QueryName',
    'PipeName',
    'TargetImage',
    'ServiceFileName',
    'ImagePath',
    'ObjectName',
    'TaskName',
    'TargetUserName',
    'c-uri',
    'cs-uri-stem',
    'query',
    'eventName',
    'operationName',
  ],
};

/** The columns of the result, in their order. */
export const scanColumns = [
  'Timestamp',
  'DeviceName',
  'Severity',
  'RuleTitle',
  'Level',
  'Tactics',
  'Techniques',
  ...Object.keys(shown),
  'Table',
  'RuleId',
  'RuleFile',
] as const;

/** Returns the query: one row for each event and rule that matches, in the order of time. */
export function scanQuery(rules: readonly ScannedRule[]): string {
  if (rules.length === 0) {
    const columns = scanColumns.map((name) => `${name}: ${name === 'Timestamp' ? 'datetime' : 'string'}`);
    return `datatable(${columns.join(', ')}) []`;
  }
  const scans = new Map<Target, { leg: RuleOnTable; rules: TreeRule[] }>();
  for (const [number, { legs }] of rules.entries()) {
    for (const leg of legs) {
      const scan = scans.get(leg.target) ?? { leg, rules: [] };
      scans.set(leg.target, scan);
      scan.rules.push({ number, conjuncts: leg.conjuncts });
    }
  }
  const queries = [...scans.values()].map(({ leg, rules: onTable }) => scanOf(leg, onTable));
  const [only = ''] = queries;
  return [
    `let Rules = datatable(Rule: long, Severity: string, RuleTitle: string, Level: string, Tactics: string, Techniques: string, RuleId: string, RuleFile: string) [`,
    rules.map(ruleRow).join(',\n'),
    `];`,
    queries.length === 1 ? only : `union\n${queries.map((query) => `(${query})`).join(',\n')}`,
    `| lookup kind=inner Rules on Rule`,
    `| project ${scanColumns.join(', ')}`,
    `| sort by Timestamp asc, RuleTitle asc`,
  ].join('\n');
}

function scanOf({ target, names }: RuleOnTable, rules: readonly TreeRule[]): string {
  const met = decisionTree(rules);
  return [
    kqlName(target.table),
    ...(target.where === undefined ? [] : [`| where ${target.where}`]),
    ...names.extensions(),
    `| extend Met = ${met}`,
    // A filter on what was met would be moved below the columns in lower case, which each rule would then fold anew.
    `| mv-expand Met = iff(isempty(Met), dynamic([]), split(trim_end(" ", Met), " ")) to typeof(long)`,
    `| where isnotnull(Met)`,
    `| project Rule = Met, Timestamp = ${target.time ?? 'datetime(null)'}, DeviceName = ${target.device ?? '""'}, Table = ${kqlString(target.table)},`,
    `    ${Object.entries(shown)
      .map(([column, fields]) => `${column} = ${shownValue(target, fields)}`)
      .join(', ')}`,
  ].join('\n');
}

/** The first of the fields that an event has. */
function shownValue(target: Target, fields: readonly string[]): string {
  const values = fields.flatMap((name) => {
    const value = target.absent(name) ? undefined : target.field(name);
    return value === undefined ? [] : [value.type === 'string' ? value.kql : `tostring(${value.kql})`];
  });
  const [only = '""'] = values;
  if (values.length <= 1) return only;
  return `case(${values
    .slice(0, -1)
    .map((value) => `isnotempty(${value}), ${value}`)
    .join(', ')}, ${values.at(-1) ?? ''})`;
}

function ruleRow({ rule: { about }, file }: ScannedRule, number: number): string {
  const { techniques, tactics } = attackTags(about.tags);
  const texts = [
    severityOf(about.level),
    about.title,
    about.level ?? '',
    tactics.join(', '),
    techniques.join(', '),
    about.id ?? '',
    file,
  ];
  return `  ${[number, ...texts.map(kqlString)].join(', ')}`;
}
