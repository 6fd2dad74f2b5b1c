/** Every aggregate that the local engine runs, by Kusto's name. */
import { collectingAggregates } from './collecting.ts';
import { countingAggregates } from './counting.ts';
import type { AggregateEntry } from './entry.ts';
import { numericAggregates } from './numeric.ts';
import { percentileAggregates } from './percentiles.ts';

export type { AggregateEntry } from './entry.ts';

export const aggregates: ReadonlyMap<string, AggregateEntry> = new Map(
  [countingAggregates, numericAggregates, collectingAggregates, percentileAggregates].flatMap((table) =>
    Object.entries(table),
  ),
);
