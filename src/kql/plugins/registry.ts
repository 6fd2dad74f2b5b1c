/** Plugins of `evaluate` that the local engine runs. */
import { activeUsersCount } from './activeUsers.ts';
import { activityCountsMetrics } from './activityCounts.ts';
import { activityMetrics } from './activityMetrics.ts';
import { bagUnpack } from './bagUnpack.ts';
import { differing, exact } from './entry.ts';
import type { PluginEntry } from './entry.ts';
import { ipv4Lookup, ipv6Lookup } from './ipLookup.ts';
import { narrow } from './narrow.ts';
import { newActivityMetrics } from './newActivityMetrics.ts';
import { pivot } from './pivot.ts';
import { rollingPercentile } from './rollingPercentile.ts';
import { rowsNear } from './rowsNear.ts';
import { sessionCount } from './sessionCount.ts';
import { activityEngagement, slidingWindowCounts } from './slidingWindows.ts';

export type { PluginEntry } from './entry.ts';
export { refusedPlugins } from './refused.ts';

const exactCounts = 'Distinct ids are counted exactly; Kusto estimates their number.';

export const plugins: ReadonlyMap<string, PluginEntry> = new Map<string, PluginEntry>([
  ['active_users_count', differing(exactCounts, activeUsersCount)],
  ['activity_counts_metrics', differing(exactCounts, activityCountsMetrics)],
  ['activity_engagement', differing(exactCounts, activityEngagement)],
  ['activity_metrics', differing(exactCounts, activityMetrics)],
  ['bag_unpack', exact(bagUnpack)],
  ['ipv4_lookup', exact(ipv4Lookup)],
  ['ipv6_lookup', exact(ipv6Lookup)],
  ['narrow', exact(narrow)],
  ['new_activity_metrics', differing(exactCounts, newActivityMetrics)],
  ['pivot', exact(pivot)],
  [
    'rolling_percentile',
    differing('The percentile is exact by nearest rank; Kusto estimates it.', rollingPercentile),
  ],
  ['rows_near', exact(rowsNear)],
  ['session_count', exact(sessionCount)],
  ['sliding_window_counts', differing(exactCounts, slidingWindowCounts)],
]);
