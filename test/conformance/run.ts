/**
 * `npm run conformance -- [flags]`: prints what agrees with the corpus, by source and family.
 * `--failures` lists what differs, `--only <part of a file's name>` and `--match <part of an id>` run some cases only,
 * `--record` makes the numbers the baseline that `npm test` holds.
 */
import { parseArgs } from 'node:util';
import { recordBaseline, tallies } from './baseline.ts';
import type { Baseline, Tally } from './baseline.ts';
import { corpusFolder, hasCorpus } from './corpus.ts';
import { explained, explanationsOf } from './explained.ts';
import { measure, sources } from './measure.ts';
import type { Verdict } from './measure.ts';

const { values: flags } = parseArgs({
  options: {
    failures: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    match: { type: 'string', default: '' },
  },
});

if (!hasCorpus()) {
  console.log(`There is no corpus at ${corpusFolder}; nothing to measure.`);
  process.exit(0);
}
if (flags.record && flags.match !== '') {
  console.error('A baseline of some cases only would be wrong: use --record without --match.');
  process.exit(2);
}

const baseline: Baseline = {};
const all: Verdict[] = [];
for (const { file } of sources) {
  if (!file.includes(flags.only)) continue;
  const verdicts = await measure(file, flags.match);
  all.push(...verdicts);
  baseline[file] = tallies(verdicts);
  if (flags.failures) for (const verdict of verdicts) printFailure(verdict);
}
printTable();
if (flags.record) recordBaseline(baseline);

function printFailure({ testCase, result, why }: Verdict): void {
  if (result === 'passed') return;
  const reason = explained.get(testCase.id);
  const note = reason === undefined ? '' : `\n=== explained: ${reason}`;
  console.log(`--- ${testCase.id} [${result}]\n${testCase.query}\n>>> ${why}${note}\n`);
}

function printTable(): void {
  console.table(
    Object.entries(baseline).flatMap(([source, families]) =>
      Object.entries(families).map(([family, tally]) => ({ source, family, ...shown(tally) })),
    ),
  );
  const { explained: known, unexplained, needless } = explanationsOf(all);
  console.log(`Cases that differ: explained ${known}, unexplained ${unexplained.length}.`);
  for (const id of needless) console.log(`${id} is explained, yet passes.`);
  const times = all.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  console.log(`Median time of a case: ${(times[Math.floor(times.length / 2)] ?? 0).toFixed(1)} ms.`);
}

function shown({ cases, passed, failed, unsupported }: Tally): Record<string, unknown> {
  const agree = cases === 0 ? '' : `${((100 * passed) / cases).toFixed(1)} %`;
  return { cases, passed, failed, unsupported, agree };
}
