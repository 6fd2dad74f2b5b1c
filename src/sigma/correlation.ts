/** Reads the `correlation` of a rule (Sigma correlation rules specification 2.0.2, with the types of pySigma). */
import { z } from 'zod';
import { closestNames } from '../kql/suggest.ts';
import { parseCondition } from './condition.ts';
import { exactPlace } from './detection.ts';
import {
  correlationTypes,
  type About,
  type Bound,
  type CorrelationRule,
  type CorrelationType,
  type Reference,
} from './rule.ts';
import { failure, quotedNames, type Place } from './sigmaError.ts';
import { entryOf, scalarText, type YamlEntry, type YamlMap, type YamlNode } from './yamlNodes.ts';

const bounds: Readonly<Record<string, Bound>> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  eq: '==',
  neq: '!=',
};

const unitMs = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
} as const;

/** Types that ask something of the values of a field. */
const ofField: ReadonlySet<CorrelationType> = new Set([
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
]);

/** Returns the correlation; throws a failure at what is wrong. */
export function readCorrelation(about: About, entry: YamlEntry, text: string): CorrelationRule {
  const { value: map, keyPlace } = entry;
  if (map.kind !== 'map')
    throw failure(
      'structure',
      '`correlation` takes `type`, `rules`, `group-by`, `timespan` and `condition`.',
      keyPlace,
    );
  const type = typeOf(map, keyPlace);
  const rules = references(required(map, 'rules', keyPlace));
  if (rules.length === 0)
    throw failure(
      'structure',
      '`rules` names no rule. Name those that are correlated, by `name` or `id`.',
      keyPlace,
    );
  const condition = entryOf(map, 'condition');
  const isTemporal = type === 'temporal' || type === 'temporal_ordered';
  if (condition === undefined && !isTemporal) {
    throw failure(
      'structure',
      `A \`${type}\` correlation needs a \`condition\`, such as \`gte: 10\`.`,
      keyPlace,
    );
  }
  const names = rules.map(({ name }) => name);
  const asked =
    condition?.value.kind === 'map'
      ? countCondition(condition.value)
      : { bounds: [], fields: [], percentile: 50 };
  const missesField = ofField.has(type) && asked.fields.length === 0;
  if (missesField)
    throw failure(
      'structure',
      `A \`${type}\` correlation needs \`field\` in its condition.`,
      condition?.keyPlace ?? keyPlace,
    );
  const groupBy = entryOf(map, 'group-by');
  return {
    kind: 'correlation',
    about,
    type,
    rules,
    groupBy: groupBy === undefined ? [] : references(groupBy),
    timespanMs: timespanOf(required(map, 'timespan', keyPlace)),
    ...asked,
    ...(condition?.value.kind === 'scalar' && {
      condition: parseCondition(scalarText(condition.value), exactPlace(condition.value, text), names),
    }),
    aliases: aliasesOf(entryOf(map, 'aliases'), names),
    generate: generates(entryOf(map, 'generate')),
  };
}

function required(map: YamlMap, key: string, place: Place): YamlEntry {
  const entry = entryOf(map, key);
  if (entry !== undefined) return entry;
  throw failure('structure', `The correlation has no \`${key}\`.`, place);
}

function typeOf(map: YamlMap, place: Place): CorrelationType {
  const { value, keyPlace } = required(map, 'type', place);
  const read = z.enum(correlationTypes).safeParse(value.kind === 'scalar' ? value.value : undefined);
  if (read.success) return read.data;
  const written = value.kind === 'scalar' ? scalarText(value) : '';
  const suggestions = closestNames(written, correlationTypes);
  const hint =
    suggestions.length > 0
      ? `Did you mean ${quotedNames(suggestions)}?`
      : `Types are ${quotedNames(correlationTypes, 10)}.`;
  throw failure(
    'structure',
    `There is no correlation type \`${written}\`. ${hint}`,
    value.length > 0 ? value : keyPlace,
    { suggestions },
  );
}

/** A text or a list of texts, each with its place. */
export function references({ key, keyPlace, value }: YamlEntry): readonly Reference[] {
  const nodes = value.kind === 'list' ? value.items : [value];
  return nodes.map((node) => {
    if (node.kind === 'scalar' && node.value !== null)
      return { name: scalarText(node), start: node.start, length: node.length };
    throw failure('structure', `\`${key}\` takes a list of names.`, node.length > 0 ? node : keyPlace);
  });
}

function timespanOf({ value, keyPlace }: YamlEntry): number {
  const written = value.kind === 'scalar' ? scalarText(value) : '';
  const match = /^(\d+)([smhdwMy])$/.exec(written);
  const unit = z.enum(['s', 'm', 'h', 'd', 'w', 'M', 'y']).safeParse(match?.[2]);
  const milliseconds = unit.success ? Number(match?.[1]) * unitMs[unit.data] : 0;
  if (milliseconds > 0) return milliseconds;
  throw failure(
    'structure',
    'A time span is a number and a unit, such as 30s, 10m, 2h or 1d.',
    value.length > 0 ? value : keyPlace,
  );
}

function countCondition(map: YamlMap): Pick<CorrelationRule, 'bounds' | 'fields' | 'percentile'> {
  const found: { bound: Bound; value: number }[] = [];
  let fields: readonly Reference[] = [];
  let percentile = 50;
  for (const entry of map.entries) {
    const { key, keyPlace, value } = entry;
    const bound = Object.hasOwn(bounds, key) ? bounds[key] : undefined;
    if (key === 'field') fields = references(entry);
    else if (key === 'percentile') percentile = numberOf(value, key);
    else if (bound !== undefined) found.push({ bound, value: numberOf(value, key) });
    else
      throw failure(
        'structure',
        `A correlation's condition has no \`${key}\`. It takes ${quotedNames([...Object.keys(bounds), 'field'], 10)}.`,
        keyPlace,
      );
  }
  if (found.length === 0)
    throw failure('structure', 'The condition says no number. Add one, such as `gte: 10`.', map);
  return { bounds: found, fields, percentile };
}

function numberOf(node: YamlNode, key: string): number {
  if (node.kind === 'scalar' && typeof node.value === 'number' && Number.isFinite(node.value))
    return node.value;
  throw failure('structure', `\`${key}\` takes a number.`, node);
}

function aliasesOf(entry: YamlEntry | undefined, rules: readonly string[]): CorrelationRule['aliases'] {
  const aliases = new Map<string, ReadonlyMap<string, string>>();
  if (entry === undefined) return aliases;
  const shape =
    '`aliases` takes for each alias a map of rule to field: `ip: { rule_a: SourceIp, rule_b: DestinationIp }`.';
  if (entry.value.kind !== 'map') throw failure('structure', shape, entry.keyPlace);
  for (const { key, keyPlace, value } of entry.value.entries) {
    if (value.kind !== 'map') throw failure('structure', shape, keyPlace);
    const fields = new Map<string, string>();
    for (const each of value.entries) {
      if (each.value.kind !== 'scalar') throw failure('structure', shape, each.keyPlace);
      if (!rules.includes(each.key)) {
        throw failure(
          'missing-rule',
          `The alias names \`${each.key}\`, which is none of the correlated rules: ${quotedNames(rules)}.`,
          each.keyPlace,
        );
      }
      fields.set(each.key, scalarText(each.value));
    }
    aliases.set(key, fields);
  }
  return aliases;
}

function generates(entry: YamlEntry | undefined): boolean {
  if (entry === undefined) return false;
  if (entry.value.kind === 'scalar' && typeof entry.value.value === 'boolean') return entry.value.value;
  throw failure('structure', '`generate` takes `true` or `false`.', entry.value);
}
