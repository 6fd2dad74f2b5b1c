/** Peak memory of heavy queries under a small limit: each runs in a process of its own, through the engine. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Benchmark } from '../benchmark.ts';
import { datasetFile } from '../dataset.ts';
import { heavyQueries } from './heavyQueries.ts';

/** What a hunter might set; far less than the rows take. */
const limitMebibytes = 1024;

const reportSchema = z.object({
  outcome: z.string(),
  rows: z.number(),
  seconds: z.number(),
  startMebibytes: z.number(),
  peakMebibytes: z.number(),
});
export type MemoryReport = z.infer<typeof reportSchema>;

export const memoryBenchmark: Benchmark = {
  name: 'memory',
  about: `peak memory of heavy queries under a limit of ${limitMebibytes} MiB`,
  run: async ({ rows, only }) => {
    await datasetFile(rows);
    console.log(
      `${'query'.padEnd(28)}${'rows'.padStart(12)}${'s'.padStart(8)}${'peak MiB'.padStart(10)}${'before MiB'.padStart(12)}  outcome`,
    );
    for (const name of Object.keys(heavyQueries).filter((key) => key.includes(only))) {
      const { outcome, rows: count, seconds, peakMebibytes, startMebibytes } = await runAlone(name, rows);
      const figures = `${count.toLocaleString('en').padStart(12)}${seconds.toFixed(1).padStart(8)}${peakMebibytes.toFixed(0).padStart(10)}${startMebibytes.toFixed(0).padStart(12)}`;
      console.log(`${name.padEnd(28)}${figures}  ${outcome}`);
    }
  },
};

/** `before` is what the process holds when the engine is open and the language library is loaded. */
async function runAlone(name: string, rows: number): Promise<MemoryReport> {
  const worker = join(import.meta.dirname, 'runHeavyQuery.ts');
  const args = ['--import', 'tsx', worker, name, String(rows), String(limitMebibytes)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return reportSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}
