/** Plugins of `evaluate` that the local engine runs. */
import { activityCountsMetrics } from './activityCounts.ts';
import { bagUnpack } from './bagUnpack.ts';
import { ipv4Lookup, ipv6Lookup } from './ipLookup.ts';
import { narrow } from './narrow.ts';
import { pivot } from './pivot.ts';
import { rowsNear } from './rowsNear.ts';
import type { Plugin } from './plugin.ts';

export const plugins: ReadonlyMap<string, Plugin> = new Map<string, Plugin>([
  ['activity_counts_metrics', activityCountsMetrics],
  ['bag_unpack', bagUnpack],
  ['ipv4_lookup', ipv4Lookup],
  ['ipv6_lookup', ipv6Lookup],
  ['narrow', narrow],
  ['pivot', pivot],
  ['rows_near', rowsNear],
]);
