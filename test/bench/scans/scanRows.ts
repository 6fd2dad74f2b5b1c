/** Connections for the benchmark: everyday traffic made in SQL, and the generator's scans among it. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { stringLiteral } from '../../../src/kql/sql/literal.ts';
import { ticksFromEpochMilliseconds, ticksPer } from '../../../src/kql/time/ticks.ts';
import type { Schema } from '../../../src/kql/types.ts';
import { generate, type GeneratorOptions, type PlantedScan } from '../../steps/support/scanGenerator.ts';
import type { Row } from '../../steps/support/workbench.ts';

export const scanSchema: Schema = {
  tables: [
    {
      name: 'ScanRows',
      columns: [
        { name: 'Timestamp', type: 'datetime' },
        { name: 'DeviceName', type: 'string' },
        { name: 'ActionType', type: 'string' },
        { name: 'LocalIP', type: 'string' },
        { name: 'RemoteIP', type: 'string' },
        { name: 'RemotePort', type: 'int' },
      ],
    },
  ],
};

/** Workstations whose addresses are not those of the generator, so that what is planted stays known. */
const workstations = 3000;

/** Makes `ScanRows` with that many rows in all; returns the scans in it. */
export async function makeScanRows(
  connection: DuckDBConnection,
  rows: number,
  options: GeneratorOptions,
): Promise<readonly PlantedScan[]> {
  const { rows: planted, scans } = generate(options);
  const start = ticksFromEpochMilliseconds(Date.UTC(2024, 4, 6));
  const length = BigInt(options.days) * ticksPer.day;
  await connection.run(everydaySql(Math.max(0, rows - planted.length), start, length, options.failureShare));
  for (let from = 0; from < planted.length; from += 5000) {
    const values = planted.slice(from, from + 5000).map(valuesOf);
    await connection.run(`INSERT INTO ScanRows VALUES ${values.join(', ')}`);
  }
  return scans;
}

/** Half of a workstation's connections go to servers of its own, the rest to the long tail of the web. */
function everydaySql(rows: number, start: bigint, length: bigint, failureShare: number): string {
  const unit = (salt: number): string => `((hash(i * 64 + ${salt}) >> 11) / 9007199254740992.0)`;
  return `CREATE TABLE ScanRows AS
    SELECT ${start} + CAST(${unit(1)} * ${length} AS BIGINT) AS Timestamp,
      'pc-' || d || '.contoso.example' AS DeviceName,
      CASE WHEN ${unit(2)} < ${failureShare} THEN 'ConnectionFailed' ELSE 'ConnectionSuccess' END AS ActionType,
      '10.64.' || d // 250 || '.' || d % 250 AS LocalIP,
      CASE WHEN ${unit(3)} < 0.5 THEN '10.210.' || d % 20 || '.' || CAST(${unit(4)} * 30 AS BIGINT)
        ELSE 20 + CAST(${unit(5)} * 150 AS BIGINT) || '.' || CAST(${unit(6)} * 250 AS BIGINT) || '.' || CAST(${unit(7)} * 20 AS BIGINT) || '.7' END AS RemoteIP,
      CAST([443, 443, 443, 80, 445, 53, 389, 8080][1 + CAST(floor(${unit(8)} * 8) AS BIGINT)] AS INTEGER) AS RemotePort
    FROM (SELECT i, CAST(floor(pow(${unit(9)}, 2) * ${workstations}) AS BIGINT) AS d FROM range(${rows}) AS t(i))`;
}

function valuesOf(row: Row): string {
  const text = (name: string): string => stringLiteral(row[name] as string);
  const ticks = ticksFromEpochMilliseconds(Date.parse(row['Timestamp'] as string));
  return `(${ticks}, ${text('DeviceName')}, ${text('ActionType')}, ${text('LocalIP')}, ${text('RemoteIP')}, ${Number(row['RemotePort'])})`;
}
