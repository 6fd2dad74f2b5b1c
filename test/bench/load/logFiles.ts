/** Logs of the data set's network events as CSV and NDJSON; made once and kept beside the data set. */
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { stringLiteral } from '../../../src/kql/sql/literal.ts';
import { unixEpochTicks } from '../../../src/kql/time/ticks.ts';
import { datasetFile } from '../dataset.ts';

export type LogFormat = 'csv' | 'ndjson';

/** Returns the path of the log with so many rows, made now when it is not there yet. */
export async function logFile(format: LogFormat, rows: number): Promise<string> {
  // The data set has six network events among ten rows.
  const source = await datasetFile(Math.ceil(rows / 0.6));
  const path = join(dirname(source), `network-${rows}.${format}`);
  if (existsSync(path)) return path;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`ATTACH ${stringLiteral(source)} AS bench (READ_ONLY)`);
    const time = `strftime(make_timestamp((Timestamp - ${unixEpochTicks}) // 10), '%Y-%m-%dT%H:%M:%S.%fZ') AS Timestamp`;
    const draft = `${path}.${process.pid}`;
    await connection.run(
      `COPY (SELECT * REPLACE (${time}) FROM bench.main.DeviceNetworkEvents LIMIT ${rows})
       TO ${stringLiteral(draft)} (FORMAT ${format === 'csv' ? 'csv, HEADER' : 'json'})`,
    );
    await rename(draft, path);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return path;
}
