/** `npx tsx test/conformance/run.ts [--failures] [--only file-or-id]`: prints what agrees with the corpus. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { corpusFolder, hasCorpus } from './corpus.ts';
import { measure, sources } from './measure.ts';
import type { Verdict } from './measure.ts';

const args = process.argv.slice(2);
const showsFailures = args.includes('--failures');
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined;

if (!hasCorpus()) {
  console.log(`There is no corpus at ${corpusFolder}; nothing to measure.`);
  process.exit(0);
}

const counts: Record<string, number> = {};
const rows: Record<string, unknown>[] = [];
for (const { file } of sources) {
  if (only !== undefined && !file.includes(only)) continue;
  const verdicts = await measure(file);
  counts[file] = verdicts.filter(({ result }) => result === 'passed').length;
  rows.push(row(file, 'all', verdicts));
  for (const family of new Set(verdicts.map((verdict) => verdict.family))) {
    if (family !== 'all')
      rows.push(
        row(
          file,
          family,
          verdicts.filter((verdict) => verdict.family === family),
        ),
      );
  }
  if (showsFailures) {
    for (const { testCase, result, why } of verdicts) {
      if (result !== 'passed') console.log(`--- ${testCase.id} [${result}]\n${testCase.query}\n>>> ${why}\n`);
    }
  }
}
console.table(rows);
if (args.includes('--record')) {
  writeFileSync(resolve(import.meta.dirname, 'baseline.json'), `${JSON.stringify(counts, null, 2)}\n`);
}

function row(file: string, family: string, verdicts: readonly Verdict[]): Record<string, unknown> {
  const count = (result: Verdict['result']): number =>
    verdicts.filter((verdict) => verdict.result === result).length;
  const times = verdicts.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return {
    source: file,
    family,
    cases: verdicts.length,
    passed: count('passed'),
    failed: count('failed'),
    unsupported: count('unsupported'),
    'median ms': Number((times[Math.floor(times.length / 2)] ?? 0).toFixed(1)),
  };
}
