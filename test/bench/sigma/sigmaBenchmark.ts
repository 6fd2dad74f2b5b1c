/** A thousand Sigma rules over process events, as a ratio to one `has_any` over the same rows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openLocalEngine } from '../../../src/engine/local/openLocalEngine.ts';
import type { LocalEngine } from '../../../src/engine/local/localEngine.ts';
import { createKqlService } from '../../../src/kql/index.ts';
import type { AskTexts } from '../../../src/sigma/occurringTexts.ts';
import { possibleRules } from '../../../src/sigma/possibleRules.ts';
import { collectRules, compileCollection } from '../../../src/sigma/ruleCollection.ts';
import { scanQuery } from '../../../src/sigma/scanQuery.ts';
import type { Benchmark } from '../benchmark.ts';
import { benchThreads } from '../benchDatabase.ts';
import { quantile } from '../statistics.ts';
import { benchRules } from './benchRules.ts';
import { makeProcessLog } from './processLog.ts';

const ruleCount = 1000;
const mostRows = 1_000_000;

const hasAny =
  'DeviceProcessEvents | where ProcessCommandLine has_any ("mimikatz", "sekurlsa", "-enc", "downloadstring", "vssadmin", "comsvcs") | count';

export const sigmaBenchmark: Benchmark = {
  name: 'sigma',
  about: `${ruleCount} Sigma rules over process events, as a ratio to one has_any over them (target 20)`,
  run: async ({ rows, runs, clock }) => {
    const folder = await mkdtemp(join(tmpdir(), 'hunt-sigma-bench-'));
    const kql = createKqlService();
    const engine = await openLocalEngine({ folder, kql, threads: benchThreads });
    const now = (): number => {
      const { user, system } = process.cpuUsage();
      return clock === 'cpu' ? (user + system) / 1000 : performance.now();
    };
    try {
      const count = Math.min(rows, mostRows);
      await makeProcessLog(engine, count);
      await timed(engine, hasAny, now);
      const plain: number[] = [];
      for (let run = 0; run < runs; run++) plain.push((await timed(engine, hasAny, now)).ms);
      const started = now();
      const collection = await collectRules(benchRules(ruleCount), {});
      const read = now();
      const { scanned, refused } = compileCollection(collection, engine.schema(), {});
      const compiled = now();
      const possible = await possibleRules(scanned, (kql) => textsOf(engine, kql));
      const narrowed = now();
      const scan = await timed(engine, scanQuery(possible), now);
      const base = quantile(plain, 0.5);
      const parts: readonly (readonly [string, number])[] = [
        ['reading the rules', read - started],
        ['compiling to KQL', compiled - read],
        [`finding the ${possible.length} that can hold`, narrowed - compiled],
        ['running those', scan.ms],
        ['in all', narrowed - started + scan.ms],
      ];
      console.log(
        `${scanned.length} rules (${refused.length} refused) over ${count.toLocaleString('en')} rows, ${scan.rows.toLocaleString('en')} matches; has_any: ${base.toFixed(0)} ms`,
      );
      for (const [what, ms] of parts) {
        console.log(
          `${what.padEnd(36)}${ms.toFixed(0).padStart(8)} ms${(ms / base).toFixed(1).padStart(8)} x`,
        );
      }
    } finally {
      await engine.dispose();
      await kql.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function textsOf(engine: LocalEngine, kql: string): ReturnType<AskTexts> {
  const outcome = await engine.query(kql);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors[0]));
  const [result] = outcome.results;
  if (result === undefined) throw new Error('no result');
  const { rows } = await result.table.page({ offset: 0, limit: result.table.rowCount });
  await result.table.release();
  return { rows: rows.map((row) => row.map(String)), isCut: false };
}

async function timed(
  engine: LocalEngine,
  query: string,
  now: () => number,
): Promise<{ readonly ms: number; readonly rows: number }> {
  const started = now();
  const outcome = await engine.query(query);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors[0]));
  const rows = outcome.results[0]?.table.rowCount ?? 0;
  for (const { table } of outcome.results) await table.release();
  return { ms: now() - started, rows };
}
