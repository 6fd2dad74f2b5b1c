/** The local engine's own database, made as a session makes it, with the data set beside it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { registerScalarFunctions } from '../../src/engine/local/scalarFunctions.ts';
import { openSessionDatabase, type SessionDatabase } from '../../src/engine/local/sessionDatabase.ts';
import { jsFunctions } from '../../src/kql/functions/jsFunctions.ts';
import { functionMacros } from '../../src/kql/functions/macros.ts';
import { ticksPer, unixEpochTicks } from '../../src/kql/time/ticks.ts';
import { attachDatasetSql, datasetFile } from './dataset.ts';

export interface BenchDatabase {
  readonly database: SessionDatabase;
  readonly folder: string;
  close(): Promise<void>;
}

/** The engine leaves one processor to the editor, and so do both sides here. */
export const benchThreads = Math.max(1, availableParallelism() - 1);

/** Opens a database with the data set's tables; `memoryLimitBytes` bounds DuckDB, by default to 60 % of the machine. */
export async function openBenchDatabase(
  rows: number,
  memoryLimitBytes: number = totalmem() * 0.6,
): Promise<BenchDatabase> {
  const file = await datasetFile(rows);
  const folder = await mkdtemp(join(tmpdir(), 'hunt-bench-'));
  const budget = { memoryLimitBytes, threads: benchThreads, spillFolder: join(folder, 'spill') };
  const database = await openSessionDatabase(folder, budget, async (connection) => {
    registerScalarFunctions(connection, jsFunctions);
    for (const macro of functionMacros) await connection.run(macro);
    // What the queries by hand say for an instant; DuckDB folds it to a constant.
    await connection.run(
      `CREATE MACRO ticks(t) AS epoch_us(t) * ${ticksPer.microsecond} + ${unixEpochTicks}`,
    );
    await connection.run(attachDatasetSql(file));
  });
  return {
    database,
    folder,
    close: async () => {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
