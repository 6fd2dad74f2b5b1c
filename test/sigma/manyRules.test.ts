import assert from 'node:assert/strict';
import fc from 'fast-check';
import '../propertySeed.ts';
import { collectRules, compileCollection } from '../../src/sigma/ruleCollection.ts';
import { possibleRules } from '../../src/sigma/possibleRules.ts';
import { scanQuery, type ScannedRule } from '../../src/sigma/scanQuery.ts';
import { events, openSigmaBench, textsOf, type SigmaBench } from './support.ts';

/** Pieces of values: names of programs, what is in every log, what means something to a regular expression, any case. */
const pieces = [
  '\\cmd.exe',
  '\\PowerShell.exe',
  'rundll32.exe',
  'C:\\Windows\\System32',
  '\\Users\\ann',
  'http://x.example/',
  ' -enc ',
  'Download(',
  '[a|b]+',
  '$env:tmp',
  '^x{2}',
  'é\u{1F986}ß',
  'long-marker-0123456789',
  'long-marker-01234',
  '.',
];

const value = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(''));
const field = fc.constantFrom('Image', 'CommandLine', 'ParentImage');
const modifier = fc.constantFrom(
  '',
  '|contains',
  '|startswith',
  '|endswith',
  '|contains|all',
  '|contains|cased',
);

/** One selection as YAML in JSON's notation. */
const selection = fc
  .array(fc.tuple(field, modifier, fc.array(value, { minLength: 1, maxLength: 3 })), {
    minLength: 1,
    maxLength: 2,
  })
  .map((tests) =>
    JSON.stringify(
      Object.fromEntries(
        tests.map(([name, how, values]) => [
          `${name}${how}`,
          how.endsWith('all') && values.length < 2 ? [...values, ' '] : values,
        ]),
      ),
    ),
  );

const detection = fc
  .tuple(
    selection,
    selection,
    selection,
    fc.constantFrom(
      's1',
      's1 and s2',
      's1 or s2',
      's1 and not s3',
      '1 of s*',
      '2 of s*',
      'not s1',
      's1 and (s2 or not s3)',
    ),
  )
  .map(([s1, s2, s3, condition]) => `  s1: ${s1}\n  s2: ${s2}\n  s3: ${s3}\n  condition: ${condition}`);

const event = fc.record({ Image: value, CommandLine: value, ParentImage: value });

function textOf(value: unknown): string {
  assert.ok(typeof value === 'string');
  return value;
}

/** Numbers of the events that each rule meets, in their order, by its title; rules that meet none are not there. */
async function metBy(
  bench: SigmaBench,
  rules: readonly ScannedRule[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const met = new Map<string, number[]>();
  for (const row of await bench.query(scanQuery(rules))) {
    const title = textOf(row['RuleTitle']);
    const numbers = met.get(title) ?? [];
    met.set(title, numbers);
    numbers.push(Number(/#(\d+)$/.exec(textOf(row['CommandLine']))?.[1]));
  }
  for (const numbers of met.values()) numbers.sort((a, b) => a - b);
  return new Map([...met].sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('many Sigma rules in one scan', () => {
  let bench: SigmaBench;
  before(async () => {
    bench = await openSigmaBench();
  });
  after(() => bench.dispose());

  it('meet the events that each meets alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(detection, { minLength: 64, maxLength: 64 }),
        fc.array(event, { minLength: 60, maxLength: 60 }),
        async (detections, rows) => {
          const marked = rows.map((row, index) => ({
            ...row,
            CommandLine: `${row.CommandLine} #${index + 1}`,
          }));
          await events(bench, { Image: 'string', CommandLine: 'string', ParentImage: 'string' }, marked);
          const texts = detections.map((each, index) => ({
            file: `${index}.yml`,
            text: `title: R${index}\nlogsource: { product: test, service: events }\ndetection:\n${each}\n`,
          }));
          const collection = await collectRules(texts, {});
          const { scanned, refused } = compileCollection(collection, bench.engine.schema(), {});
          assert.deepEqual(refused, []);
          const together = await metBy(bench, scanned);
          assert.ok([...together.values()].some((met) => met.length > 0));
          const possible = await possibleRules(scanned, (kql) => textsOf(bench, kql));
          assert.deepEqual(await metBy(bench, possible), together);
          for (const [index, each] of detections.entries()) {
            const met = together.get(`R${index}`) ?? [];
            assert.deepEqual(met, (await bench.matches(each)).map(Number), each);
          }
        },
      ),
      { numRuns: 2 },
    );
  });
});
