/** The page that says which parts of KQL run locally, from the registries. */
import { aggregates } from '../../src/kql/aggregates/registry.ts';
import { placedFunctions } from '../../src/kql/expressions/placedFunctions.ts';
import { serviceFunctions } from '../../src/kql/expressions/serviceFunctions.ts';
import { arrayFunctions } from '../../src/kql/functions/array.ts';
import { conversionFunctions } from '../../src/kql/functions/conversion.ts';
import { datetimeFunctions } from '../../src/kql/functions/datetime.ts';
import { dynamicFunctions } from '../../src/kql/functions/dynamic.ts';
import { encodingFunctions } from '../../src/kql/functions/encoding.ts';
import { geoFunctions } from '../../src/kql/functions/geo.ts';
import { ipFunctions } from '../../src/kql/functions/ip.ts';
import { mathFunctions } from '../../src/kql/functions/math.ts';
import { parseFunctions } from '../../src/kql/functions/parse.ts';
import { regexFunctions } from '../../src/kql/functions/regex.ts';
import { scalarFunctions } from '../../src/kql/functions/registry.ts';
import { seriesFunctions } from '../../src/kql/functions/series.ts';
import { setFunctions } from '../../src/kql/functions/set.ts';
import { sketchFunctions } from '../../src/kql/functions/sketch.ts';
import { stringFunctions } from '../../src/kql/functions/string.ts';
import { unitFunctions } from '../../src/kql/functions/units.ts';
import { operators } from '../../src/kql/operators/registry.ts';
import { extremes } from '../../src/kql/operators/multiColumn.ts';
import {
  operatorDifferences,
  operatorWord,
  refusedOperators,
  severalResultOperators,
} from '../../src/kql/operators/support.ts';
import { plugins, refusedPlugins } from '../../src/kql/plugins/registry.ts';
import { refusalReasons } from '../../src/kql/refusals.ts';
import { remoteEnginesFor } from '../../src/kql/remoteEngines.ts';
import { itemsOf, kusto } from '../../src/kql/syntax/bridge.ts';

interface Row {
  readonly name: string;
  readonly support: 'yes' | 'differs' | 'no';
  readonly how?: string;
}

interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

const subjects: readonly (readonly [title: string, names: object])[] = [
  ['text', { ...stringFunctions, ...regexFunctions }],
  ['parsing', parseFunctions],
  ['addresses', ipFunctions],
  ['encodings and hashes', encodingFunctions],
  ['dates and times', datetimeFunctions],
  ['conversions', conversionFunctions],
  ['dynamic values', { ...dynamicFunctions, ...arrayFunctions, ...setFunctions }],
  ['series', seriesFunctions],
  ['sketches', sketchFunctions],
  ['mathematics', mathFunctions],
  ['units', unitFunctions],
  ['places', geoFunctions],
];

/** Join kinds that the local engine runs; the unit test runs each. */
export const joinKinds = [
  'innerunique',
  'inner',
  'leftouter',
  'rightouter',
  'fullouter',
  'leftanti',
  'rightanti',
  'leftsemi',
  'rightsemi',
] as const;

/** Read as part of a graph operator or of a table's name, not called as functions. */
const partsOfOperators = new Set(
  'all any map inner_nodes node_id node_degree_in node_degree_out labels table'.split(' '),
);

/** Returns the page as Markdown. */
export function supportPage(): string {
  const sections = [operatorSection(), ...functionSections(), aggregateSection(), pluginSection()];
  const summary = sections.map(({ title, rows }) => {
    const count = (support: Row['support']): number => rows.filter((row) => row.support === support).length;
    return `| ${title} | ${count('yes')} | ${count('differs')} | ${count('no')} |`;
  });
  return `# KQL on local logs

This page is made by \`npm run docs\` from the lists that the local engine runs by. *Yes* does what Kusto does; *differs*
runs, and says how its result can differ; *no* is refused at the word, so that no query gives a wrong answer in silence.

Counts of distinct values (\`dcount\`, \`dcountif\`, \`hll\` and what is computed of it) are exact here, where Kusto
estimates them.

| | yes | differs | no |
|---|---|---|---|
${summary.join('\n')}

Kinds of join: ${joinKinds.map((kind) => `\`${kind}\``).join(', ')}.

${sections.map(printed).join('\n\n')}
`;
}

function printed({ title, rows }: Section): string {
  const sorted = [...rows].sort((a, b) => (a.name < b.name ? -1 : 1));
  const plain = sorted.filter(({ support }) => support === 'yes').map(({ name }) => `\`${name}\``);
  const others = sorted.filter(({ support }) => support !== 'yes');
  const table = ['| | | |', '|---|---|---|'].concat(
    others.map(({ name, support, how }) => `| \`${name}\` | ${support} | ${how ?? ''} |`),
  );
  return [
    `## ${title}`,
    `Yes: ${plain.join(', ')}.`,
    ...(others.length === 0 ? [] : [table.join('\n')]),
  ].join('\n\n');
}

function refused(name: string): Row {
  const how = refusalReasons.get(name) ?? `Runs on ${remoteEnginesFor(name).join(', ')}.`;
  return { name, support: 'no', how };
}

function operatorSection(): Section {
  const run = [...operators.keys(), ...severalResultOperators].map((node): Row => {
    const how = operatorDifferences[node];
    return how === undefined
      ? { name: operatorWord(node), support: 'yes' }
      : { name: operatorWord(node), support: 'differs', how };
  });
  return {
    title: 'Operators',
    rows: [...run, ...refusedOperators.map((node) => refused(operatorWord(node)))],
  };
}

function functionSections(): Section[] {
  const left = new Map<string, Row>([...scalarFunctions].map(([name, entry]) => [name, { name, ...entry }]));
  for (const name of placedFunctions.keys()) left.set(name, { name, support: 'yes' });
  for (const [name] of serviceFunctions.filter(([name]) => /^(ingestion|extent|current)/.test(name))) {
    left.set(name, {
      name,
      support: 'differs',
      how: 'Local files do not know it; a fixed value stands for it.',
    });
  }
  const missing = namesOf(kusto.Functions.All).filter(
    (name) => !left.has(name) && !aggregates.has(name) && !partsOfOperators.has(name),
  );
  const sections = subjects.map(([subject, table]) => {
    const rows = Object.keys(table).flatMap((name) => left.get(name) ?? []);
    for (const { name } of rows) left.delete(name);
    return { title: `Functions: ${subject}`, rows };
  });
  return [...sections, { title: 'Functions: others', rows: [...left.values(), ...missing.map(refused)] }];
}

function aggregateSection(): Section {
  const severalColumns = Object.keys(extremes).filter((name) => !aggregates.has(name));
  const missing = namesOf(kusto.Aggregates.All).filter(
    (name) => !aggregates.has(name) && !severalColumns.includes(name),
  );
  return {
    title: 'Aggregates',
    rows: [
      ...[...aggregates].map(([name, entry]) => ({ name, ...entry })),
      ...severalColumns.map((name): Row => ({ name, support: 'yes' })),
      ...missing.map(refused),
    ],
  };
}

function pluginSection(): Section {
  const no = [...refusedPlugins].map(([name, how]): Row => ({ name, support: 'no', how }));
  const missing = namesOf(kusto.PlugIns.All).filter(
    (name) => !plugins.has(name) && !refusedPlugins.has(name),
  );
  const run = [...plugins].map(([name, entry]) => ({ name, ...entry }));
  return { title: 'Plugins of evaluate', rows: [...run, ...no, ...missing.map(refused)] };
}

/** Names that the language service knows, but for its internal ones. */
function namesOf(symbols: typeof kusto.Functions.All): string[] {
  return itemsOf(symbols)
    .map(({ Name }) => Name)
    .filter((name) => !name.startsWith('__'));
}
