/**
 * `npm run bench -- [groups] [--only text] [--rows n] [--runs n] [--clock wall|cpu]`: measures this machine and
 * prints figures; it judges nothing and no test runs it. Without a group, all are measured.
 */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { kqlBenchmark } from './kql/kqlBenchmark.ts';
import { loadBenchmark } from './load/loadBenchmark.ts';
import { memoryBenchmark } from './memory/memoryBenchmark.ts';
import { scanBenchmark } from './scans/scanBenchmark.ts';
import { translationBenchmark } from './kql/translationBenchmark.ts';
import { sigmaBenchmark } from './sigma/sigmaBenchmark.ts';

/** A new benchmark is a file and a line here. */
const benchmarks: readonly Benchmark[] = [
  kqlBenchmark,
  translationBenchmark,
  memoryBenchmark,
  loadBenchmark,
  scanBenchmark,
  sigmaBenchmark,
];

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    rows: { type: 'string', default: '10000000' },
    runs: { type: 'string', default: '5' },
    clock: { type: 'string', default: 'wall' },
  },
});
const [rows, runs] = [Number(flags.rows), Number(flags.runs)];
const unknown = positionals.find((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown !== undefined || !Number.isInteger(rows) || rows < 1000 || !Number.isInteger(runs) || runs < 1) {
  console.error(
    unknown === undefined ? '--rows takes 1000 or more, --runs 1 or more.' : `No group '${unknown}'.`,
  );
  for (const { name, about } of benchmarks) console.error(`  ${name.padEnd(12)} ${about}`);
  process.exit(2);
}

const gibibytes = (totalmem() / 1024 ** 3).toFixed(0);
console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${gibibytes} GiB, load ${loadavg()[0]?.toFixed(1) ?? '?'}`,
);
for (const benchmark of benchmarks) {
  if (positionals.length > 0 && !positionals.includes(benchmark.name)) continue;
  console.log(`\n== ${benchmark.name}: ${benchmark.about}`);
  await benchmark.run({ rows, only: flags.only, runs, clock: flags.clock === 'cpu' ? 'cpu' : 'wall' });
}
