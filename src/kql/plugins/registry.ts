/** Plugins of `evaluate` that the local engine runs. */
import { activeUsersCount } from './activeUsers.ts';
import { activityCountsMetrics } from './activityCounts.ts';
import { activityMetrics } from './activityMetrics.ts';
import { autocluster, basket } from './basket.ts';
import { bagUnpack } from './bagUnpack.ts';
import { dcountIntersect } from './dcountIntersect.ts';
import { diffPatterns } from './diffPatterns.ts';
import { diffPatternsText } from './diffPatternsText.ts';
import { differing, exact } from './entry.ts';
import type { PluginEntry } from './entry.ts';
import { funnelAfter, funnelBefore, funnelBetween, funnelSequenceCompletion } from './funnel.ts';
import { geoLineLookup, geoPolygonLookup } from './geoLookup.ts';
import { ipv4Lookup, ipv6Lookup } from './ipLookup.ts';
import { narrow } from './narrow.ts';
import { newActivityMetrics } from './newActivityMetrics.ts';
import { pivot } from './pivot.ts';
import { rollingPercentile } from './rollingPercentile.ts';
import { rowsNear } from './rowsNear.ts';
import { schemaMerge } from './schemaMerge.ts';
import { sequenceDetect } from './sequenceDetect.ts';
import { sessionCount } from './sessionCount.ts';
import { activityEngagement, slidingWindowCounts } from './slidingWindows.ts';
import type { Plugin } from './plugin.ts';
import { estimateRowsCount, identity, previewCount, previewRows } from './wholeTable.ts';

export type { PluginEntry } from './entry.ts';
export { refusedPlugins } from './refused.ts';

const exactCounts = 'Distinct ids are counted exactly; Kusto estimates their number.';

const funnelRules =
  'Steps must follow one another without other states between them; Kusto does not document its rule.';
const completionRules =
  "The longest times are measured from the first state; Kusto's pages disagree on where they begin.";

const clusterRules =
  'The documented score is taken, but the patterns chosen can be others than those of Kusto.';
const basketRules =
  'All rows are counted where Kusto samples, and at most 1000 patterns of each size are followed.';
const diffRules =
  'Of patterns within one another only the one that differs most is shown; Kusto can choose others.';

const textRules =
  'Words are compared at their places from the start of the text, up to the 24th; Kusto can choose other patterns.';

export const plugins: ReadonlyMap<string, PluginEntry> = new Map<string, PluginEntry>([
  ['active_users_count', differing(exactCounts, activeUsersCount)],
  ['activity_counts_metrics', differing(exactCounts, activityCountsMetrics)],
  ['activity_engagement', differing(exactCounts, activityEngagement)],
  ['activity_metrics', differing(exactCounts, activityMetrics)],
  ['autocluster', differing(clusterRules, autocluster)],
  ['bag_unpack', exact(bagUnpack)],
  ['basket', differing(basketRules, basket)],
  ['dcount_intersect', differing('The counts are exact; Kusto estimates them.', dcountIntersect)],
  ['diffpatterns', differing(diffRules, diffPatterns)],
  ['diffpatterns_text', differing(textRules, diffPatternsText)],
  ['estimate_rows_count', differing('The count is exact; Kusto estimates it.', estimateRowsCount)],
  ['funnel_sequence', differing(funnelRules, funnelBetween)],
  ['funnel_sequence_completion', differing(completionRules, funnelSequenceCompletion)],
  ['identity', exact(identity)],
  ['geo_line_lookup', exact(geoLineLookup)],
  ['geo_polygon_lookup', exact(geoPolygonLookup)],
  ['ipv4_lookup', exact(ipv4Lookup)],
  ['ipv6_lookup', exact(ipv6Lookup)],
  ['narrow', exact(narrow)],
  ['new_activity_metrics', differing(exactCounts, newActivityMetrics)],
  ['pivot', exact(pivot)],
  ['preview', exact(previewRows)],
  [
    'rolling_percentile',
    differing('The percentile is exact by nearest rank; Kusto estimates it.', rollingPercentile),
  ],
  ['rows_near', exact(rowsNear)],
  ['schema_merge', differing("The words for types that have none in common are not Kusto's.", schemaMerge)],
  [
    'sequence_detect',
    differing(
      'Every choice of events within the windows is a row; Kusto does not document its choice.',
      sequenceDetect,
    ),
  ],
  [
    'session_count',
    differing(
      'How Kusto counts a session in the steps that it spans is read from its page, which shows no table.',
      sessionCount,
    ),
  ],
  ['sliding_window_counts', differing(exactCounts, slidingWindowCounts)],
]);

/** What each result of a plugin that has several is made by; the first is also the plugin's own. */
export const severalResults: ReadonlyMap<string, readonly Plugin[]> = new Map([
  ['funnel_sequence', [funnelBetween, funnelBefore, funnelAfter]],
  ['preview', [previewRows, previewCount]],
]);
