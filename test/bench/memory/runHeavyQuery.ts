/** `runHeavyQuery.ts name rows limitMebibytes`: runs one heavy query through the engine and prints what it took as JSON. */
import { performance } from 'node:perf_hooks';
import { lateRegistration } from '../../../src/engine/local/lateRegistration.ts';
import { LocalDuckDb } from '../../../src/engine/local/localDuckDb.ts';
import { createKqlService, lateFunctions } from '../../../src/kql/index.ts';
import { openBenchDatabase } from '../benchDatabase.ts';
import { benchSchema, endTicks } from '../dataset.ts';
import { heavyQueries } from './heavyQueries.ts';
import type { MemoryReport } from './memoryBenchmark.ts';

const [name = '', rows = '', limit = ''] = process.argv.slice(2);
const memoryLimitBytes = Number(limit) * 1024 ** 2;
const bench = await openBenchDatabase(Number(rows), memoryLimitBytes);
const engine = new LocalDuckDb({
  database: bench.database,
  register: lateRegistration(lateFunctions),
  folder: bench.folder,
  importBudget: { memoryLimitBytes, threads: 1, spillFolder: bench.folder },
  kql: createKqlService(),
  ownsKql: true,
  now: () => endTicks,
  externalData: 'refuse',
});
for (const table of benchSchema.tables) engine.declareTable(table.name, table.columns);
await engine.query('print 1');
const startMebibytes = peakMebibytes();
const started = performance.now();
const outcome = await engine.query(heavyQueries[name] ?? '');
const seconds = (performance.now() - started) / 1000;
const report: MemoryReport = {
  outcome: outcome.ok ? 'finished' : outcome.errors.map(({ message }) => message).join(' '),
  rows: outcome.ok ? (outcome.results[0]?.table.rowCount ?? 0) : 0,
  seconds,
  startMebibytes,
  peakMebibytes: peakMebibytes(),
};
await bench.close();
console.log(JSON.stringify(report));

function peakMebibytes(): number {
  return process.resourceUsage().maxRSS / 1024;
}
