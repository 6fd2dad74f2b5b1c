/** `find-scans`: time beside the plain two-level group-by on the same rows, and how well each kind of scan is found. */
import { performance } from 'node:perf_hooks';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { registerScalarFunctions } from '../../../src/engine/local/scalarFunctions.ts';
import { openSessionDatabase } from '../../../src/engine/local/sessionDatabase.ts';
import { jsFunctions } from '../../../src/kql/functions/jsFunctions.ts';
import { functionMacros } from '../../../src/kql/functions/macros.ts';
import { translate } from '../../../src/kql/translate.ts';
import { findScansStep } from '../../../src/steps/findScans.ts';
import { defaultOptions, noiseText } from '../../steps/support/scanGenerator.ts';
import { qualityOf } from '../../steps/support/scanKinds.ts';
import type { BenchOptions, Benchmark } from '../benchmark.ts';
import { benchThreads } from '../benchDatabase.ts';
import { median } from '../statistics.ts';
import { makeScanRows, scanSchema } from './scanRows.ts';

/** What the project asks of itself. */
const target = 3;

/** What a hunter would write by hand: distinct ports a host in ten minutes. */
const twoLevels = `ScanRows
| summarize Attempts = count() by LocalIP, DeviceName, RemoteIP, RemotePort, Window = bin(Timestamp, 10m)
| summarize Ports = count(), Attempts = sum(Attempts) by LocalIP, DeviceName, RemoteIP, Window
| where Ports >= 15`;

const options = { ...defaultOptions, scansOfEachKind: 20 };

export const scanBenchmark: Benchmark = {
  name: 'scans',
  about: 'find-scans beside a plain group-by, with precision and recall',
  run: async ({ rows, runs, clock }) => {
    const folder = await mkdtemp(join(tmpdir(), 'hunt-scans-'));
    const budget = {
      memoryLimitBytes: totalmem() * 0.6,
      threads: benchThreads,
      spillFolder: join(folder, 'spill'),
    };
    const database = await openSessionDatabase(folder, budget, async (connection) => {
      registerScalarFunctions(connection, jsFunctions);
      for (const macro of functionMacros) await connection.run(macro);
    });
    try {
      await database.queries.run((connection) => measure(connection, rows, runs, clock));
    } finally {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function measure(
  connection: DuckDBConnection,
  rows: number,
  runs: number,
  clock: BenchOptions['clock'],
): Promise<void> {
  const scans = await makeScanRows(connection, rows, options);
  const args = findScansStep.arguments.parse({ in: 'ScanRows' });
  const step = sqlOf(findScansStep.compile(args, { schema: scanSchema }));
  const plain = sqlOf(twoLevels);
  const time = async (sql: string): Promise<number> => {
    const started = instantMs(clock);
    await connection.run(`CREATE OR REPLACE TABLE Measured AS ${sql}`);
    return instantMs(clock) - started;
  };
  await time(plain);
  const pairs: { readonly stepMs: number; readonly plainMs: number }[] = [];
  for (let run = 0; run < runs; run++) pairs.push({ plainMs: await time(plain), stepMs: await time(step) });
  const ratio = median(pairs.map(({ stepMs, plainMs }) => stepMs / plainMs));
  console.log(
    `find-scans ${median(pairs.map(({ stepMs }) => stepMs)).toFixed(0)} ms, two-level group-by ${median(pairs.map(({ plainMs }) => plainMs)).toFixed(0)} ms, ratio ${ratio.toFixed(2)} (target ${target})`,
  );
  const found = await connection.runAndReadAll('SELECT Kind, Source, HostSample FROM Measured');
  const listed = found.getRowObjectsJson().map((row) => ({
    Kind: row['Kind'] as string,
    Source: row['Source'] as string,
    HostSample: row['HostSample'] as string,
  }));
  console.log(`noise: ${noiseText(options)}; ${rows.toLocaleString('en')} rows in all`);
  console.log(
    `${'kind'.padEnd(14)}${'planted'.padStart(9)}${'listed'.padStart(9)}${'precision'.padStart(11)}${'recall'.padStart(9)}`,
  );
  for (const { kind, planted, listed: count, precision, recall } of qualityOf(listed, { rows: [], scans })) {
    const counts = `${String(planted).padStart(9)}${String(count).padStart(9)}`;
    console.log(
      `${kind.padEnd(14)}${counts}${precision.toFixed(3).padStart(11)}${recall.toFixed(3).padStart(9)}`,
    );
  }
}

function sqlOf(kql: string): string {
  const translation = translate({ text: kql, schema: scanSchema, nowTicks: 0n });
  if (!translation.ok) throw new Error(translation.errors.map(({ message }) => message).join('; '));
  const [query] = translation.queries;
  if (query === undefined) throw new Error('the text has no query');
  return query.sql;
}

function instantMs(clock: BenchOptions['clock']): number {
  if (clock === 'wall') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
