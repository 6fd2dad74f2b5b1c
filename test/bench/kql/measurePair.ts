/** One pair: both sides run in turn in one process, each into a table as the engine keeps results. */
import { performance } from 'node:perf_hooks';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column } from '../../../src/kql/types.ts';
import type { BenchOptions } from '../benchmark.ts';
import { median } from '../statistics.ts';
import { digestOf } from './digest.ts';

export interface PairFigures {
  readonly oursMs: number;
  readonly sqlMs: number;
  /** Median of the runs' ratios: what drifts in the machine touches both sides of a run alike. */
  readonly ratio: number;
}

export interface Sides {
  readonly ours: string;
  readonly byHand: string;
  readonly columns: readonly Column[];
  readonly sets: readonly string[];
}

/** Returns the figures of `runs` runs after a warm-up; throws when the two results differ. */
export async function measurePair(
  connection: DuckDBConnection,
  sides: Sides,
  runs: number,
  clock: BenchOptions['clock'],
): Promise<PairFigures> {
  const { ours, byHand, columns, sets } = sides;
  const names = columns.map((_column, index) => `c${index}`).join(', ');
  const time = async (table: string, sql: string): Promise<number> => {
    const started = instantMs(clock);
    await connection.run(`CREATE TABLE results.${table} AS SELECT * FROM (\n${sql}\n) AS q(${names})`);
    return instantMs(clock) - started;
  };
  const drop = (table: string): Promise<unknown> => connection.run(`DROP TABLE results.${table}`);
  await time('ours', ours);
  await time('hand', byHand);
  const [mine, theirs] = [
    await digestOf(connection, 'results.ours', columns, sets),
    await digestOf(connection, 'results.hand', columns, sets),
  ];
  await drop('ours');
  await drop('hand');
  if (mine !== theirs) throw new Error(`the results differ: ours ${mine}, by hand ${theirs}`);
  const pairs: { readonly oursMs: number; readonly sqlMs: number }[] = [];
  for (let run = 0; run < runs; run++) {
    const oursMs = await time('ours', ours);
    const sqlMs = await time('hand', byHand);
    pairs.push({ oursMs, sqlMs });
    await drop('ours');
    await drop('hand');
  }
  return {
    oursMs: median(pairs.map(({ oursMs }) => oursMs)),
    sqlMs: median(pairs.map(({ sqlMs }) => sqlMs)),
    ratio: median(pairs.map(({ oursMs, sqlMs }) => oursMs / sqlMs)),
  };
}

function instantMs(clock: BenchOptions['clock']): number {
  if (clock === 'wall') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
