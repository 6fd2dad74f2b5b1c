/** Plugins of `evaluate` that the local engine runs. */
import { activityCountsMetrics } from './activityCounts.ts';
import { bagUnpack } from './bagUnpack.ts';
import { exact } from './entry.ts';
import type { PluginEntry } from './entry.ts';
import { ipv4Lookup, ipv6Lookup } from './ipLookup.ts';
import { narrow } from './narrow.ts';
import { pivot } from './pivot.ts';
import { rowsNear } from './rowsNear.ts';

export type { PluginEntry } from './entry.ts';
export { refusedPlugins } from './refused.ts';

export const plugins: ReadonlyMap<string, PluginEntry> = new Map<string, PluginEntry>([
  ['activity_counts_metrics', exact(activityCountsMetrics)],
  ['bag_unpack', exact(bagUnpack)],
  ['ipv4_lookup', exact(ipv4Lookup)],
  ['ipv6_lookup', exact(ipv6Lookup)],
  ['narrow', exact(narrow)],
  ['pivot', exact(pivot)],
  ['rows_near', exact(rowsNear)],
]);
