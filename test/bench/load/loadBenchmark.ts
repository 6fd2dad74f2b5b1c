/**
 * Loading logs against DuckDB's own readers, in one process, side by side: `load` (types over the whole file, rejects,
 * digest) and `CREATE TABLE AS FROM read_csv/read_json`, each into a database file of its own. Then Windows event logs,
 * in a process of its own for its peak memory.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { loadTable } from '../../../src/data/loadTable.ts';
import { openLocalEngine } from '../../../src/engine/local/openLocalEngine.ts';
import { stringLiteral } from '../../../src/kql/sql/literal.ts';
import { benchThreads } from '../benchDatabase.ts';
import type { Benchmark, BenchOptions } from '../benchmark.ts';
import { median } from '../statistics.ts';
import { logFile, type LogFormat } from './logFiles.ts';

/** Rows at most: beyond, the ratio stays as it is. */
const maxRows = 2_000_000;

const readers = { csv: 'read_csv', ndjson: 'read_json' } as const;

export const loadBenchmark: Benchmark = {
  name: 'load',
  about: "loading CSV and NDJSON against DuckDB's own readers, and the speed and peak memory of event logs",
  run: async (options) => {
    const rows = Math.min(options.rows, maxRows);
    for (const format of ['csv', 'ndjson'] as const) {
      if (format.includes(options.only)) await compare(format, rows, options);
    }
    if ('evtx'.includes(options.only)) await measureEventLog();
  },
};

async function compare(format: LogFormat, rows: number, { runs, clock }: BenchOptions): Promise<void> {
  const path = await logFile(format, rows);
  const folder = await mkdtemp(join(tmpdir(), 'hunt-bench-load-'));
  const engine = await openLocalEngine({ folder, threads: benchThreads });
  const instance = await DuckDBInstance.create(':memory:', { threads: String(benchThreads) });
  const connection = await instance.connect();
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    for (let run = 0; run < runs; run++) {
      theirs.push(
        await timed(clock, () => readAlone(connection, join(folder, `alone-${run}.duckdb`), path, format)),
      );
      ours.push(
        await timed(clock, () =>
          loadTable(engine, {
            table: 'Logs',
            paths: [path],
            folder: dirname(path),
            allowPath: () => Promise.resolve(true),
          }),
        ),
      );
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  }
  const [a, b] = [median(ours), median(theirs)];
  console.log(
    `${format.padEnd(8)}${rows.toLocaleString('en').padStart(12)} rows   load ${a.toFixed(2)} s   ${readers[format]} ${b.toFixed(2)} s   ratio ${(a / b).toFixed(2)}`,
  );
}

async function readAlone(
  connection: DuckDBConnection,
  file: string,
  path: string,
  format: LogFormat,
): Promise<void> {
  await connection.run(`ATTACH ${stringLiteral(file)} AS alone`);
  await connection.run(`CREATE TABLE alone.Logs AS FROM ${readers[format]}(${stringLiteral(path)})`);
  await connection.run('DETACH alone');
}

/** Seconds by the clock: of this process's processor time, or gone by. */
async function timed(clock: BenchOptions['clock'], work: () => Promise<unknown>): Promise<number> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return clock === 'cpu' ? (user + system) / 1e6 : (performance.now() - started) / 1000;
}

const reportSchema = z.object({
  records: z.number(),
  megabytes: z.number(),
  cpuSeconds: z.number(),
  peakMegabytes: z.number(),
});
export type EventLogReport = z.infer<typeof reportSchema>;

async function measureEventLog(): Promise<void> {
  const worker = join(import.meta.dirname, 'loadEventLog.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', worker]);
  if (stdout.trim() === '') {
    console.log('evtx    not measured: the published event logs do not stand beside this checkout');
    return;
  }
  const report = reportSchema.parse(JSON.parse(stdout));
  const speed = Math.round(report.records / report.cpuSeconds);
  console.log(
    `evtx    ${report.records.toLocaleString('en').padStart(12)} records of ${report.megabytes.toFixed(0)} MB   ` +
      `${speed.toLocaleString('en')} records a second of processor time   peak ${report.peakMegabytes.toFixed(0)} MB`,
  );
}
