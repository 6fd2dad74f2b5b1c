/** Translated KQL against SQL by hand, query by query. */
import { translate } from '../../../src/kql/translate.ts';
import type { Benchmark } from '../benchmark.ts';
import { openBenchDatabase } from '../benchDatabase.ts';
import { benchSchema, endTicks } from '../dataset.ts';
import { geometricMean } from '../statistics.ts';
import { measurePair } from './measurePair.ts';
import type { Sides } from './measurePair.ts';
import { queryPairs } from './queryPairs.ts';
import type { QueryPair } from './queryPairs.ts';

/** What the project asks of itself. */
const targets = { mean: 1.15, worst: 2 };

export const kqlBenchmark: Benchmark = {
  name: 'kql',
  about: 'translated KQL against SQL by hand',
  run: async ({ rows, only, runs, clock }) => {
    const bench = await openBenchDatabase(rows);
    const measured: { readonly name: string; readonly ratio: number }[] = [];
    const failures: string[] = [];
    console.log(
      `${'query'.padEnd(22)}${'ours ms'.padStart(10)}${'SQL ms'.padStart(10)}${'ratio'.padStart(8)}`,
    );
    try {
      for (const pair of queryPairs(only)) {
        try {
          const sides = sidesOf(pair);
          const { oursMs, sqlMs, ratio } = await bench.database.queries.run((connection) =>
            measurePair(connection, sides, runs, clock),
          );
          measured.push({ name: pair.name, ratio });
          const figures = [oursMs.toFixed(0).padStart(10), sqlMs.toFixed(0).padStart(10)].join('');
          console.log(`${pair.name.padEnd(22)}${figures}${ratio.toFixed(2).padStart(8)}`);
        } catch (error) {
          failures.push(`${pair.name}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    } finally {
      await bench.close();
    }
    printSummary(measured);
    for (const failure of failures) console.error(`FAILED ${failure}`);
    if (failures.length > 0) process.exitCode = 1;
  },
};

function sidesOf({ kql, sql, sets }: QueryPair): Sides {
  const translation = translate({ text: kql, schema: benchSchema, nowTicks: endTicks });
  if (!translation.ok) throw new Error(translation.errors.map(({ message }) => message).join('; '));
  const [query] = translation.queries;
  if (query === undefined) throw new Error('the text has no query');
  return { ours: query.sql, byHand: sql, columns: query.columns, sets };
}

function printSummary(measured: readonly { readonly name: string; readonly ratio: number }[]): void {
  const worst = [...measured].sort((a, b) => b.ratio - a.ratio)[0];
  if (worst === undefined) return;
  const mean = geometricMean(measured.map(({ ratio }) => ratio));
  console.log(
    `geometric mean ${mean.toFixed(2)} (target ${targets.mean}), worst ${worst.ratio.toFixed(2)} (${worst.name}; target ${targets.worst})`,
  );
}
