/** `sliding_window_counts` and `activity_engagement`: events and ids of each window and of the time that leads up to it. */
import type { Relation } from '../relation.ts';
import { invalid } from './arguments.ts';
import { requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';
import {
  periodOf,
  placeOn,
  splitDimensions,
  timelineOf,
  timelineResult,
  timeSql,
  windowsOf,
} from './timeline.ts';
import type { AnalysisPeriod, Timeline, Windows } from './timeline.ts';

/** `evaluate sliding_window_counts(id, time, start, end, lookback, window [, dimensions...])`. */
export function slidingWindowCounts(call: PluginCall): Relation {
  const line = timelineOf(call, call.args.slice(6));
  const lookback = placeOn(line, call, requiredArgument(call, 4), true).sql;
  const period: Period = { ...periodOf(line, call, call.args.slice(2, 4)), lookback };
  const windows = windowsOf(line, call, requiredArgument(call, 5), period.start);
  const spread = spreadEvents(line, call, windows, period);
  const sql = `SELECT ${timeSql(line, '"$window"')}, ${line.keys()}CAST(sum("$count") AS BIGINT), count(DISTINCT "$id")
    FROM ${spread} GROUP BY ALL ORDER BY 1`;
  return timelineResult(
    line,
    call,
    sql,
    [line.time.name],
    [
      { name: 'Count', type: 'long' },
      { name: 'Dcount', type: 'long' },
    ],
  );
}

/** `evaluate activity_engagement(id, time [, start, end], inner window, outer window [, dimensions...])`. */
export function activityEngagement(call: PluginCall): Relation {
  const { settings, dimensions } = splitDimensions(call, 2);
  const [innerNode, outerNode] = settings.slice(-2);
  if (
    (settings.length !== 2 && settings.length !== 4) ||
    innerNode === undefined ||
    outerNode === undefined
  ) {
    throw invalid(
      call.node,
      'activity_engagement() takes an inner and an outer window, and start and end before them.',
    );
  }
  const line = timelineOf(call, dimensions);
  const limited = periodOf(line, call, settings.slice(0, -2));
  const period: Period = { ...limited, lookback: placeOn(line, call, outerNode, true).sql };
  const windows = windowsOf(line, call, innerNode, period.start);
  const spread = spreadEvents(line, call, windows, period);
  const counts = call.context.tables.add(
    'engagement',
    `SELECT "$window", ${line.keys()}count(DISTINCT "$id") FILTER (WHERE "$bin" = "$window") AS "$inner", count(DISTINCT "$id") AS "$outer" FROM ${spread} GROUP BY ALL`,
  );
  const sql = `SELECT ${timeSql(line, '"$window"')}, ${line.keys()}"$inner", "$outer", "$inner" / CAST("$outer" AS DOUBLE) FROM ${counts} ORDER BY "$window"`;
  return timelineResult(
    line,
    call,
    sql,
    [line.time.name],
    [
      { name: 'dcount_activities_inner', type: 'long' },
      { name: 'dcount_activities_outer', type: 'long' },
      { name: 'activity_ratio', type: 'real' },
    ],
  );
}

interface Period extends AnalysisPeriod {
  readonly lookback: string;
}

/** A step with a row for each id, its own window (`"$bin"`) and each window whose time of looking back holds that one. */
function spreadEvents(
  line: Timeline,
  call: PluginCall,
  windows: Windows,
  { events, start, end, edges, lookback }: Period,
): string {
  const grouped = call.context.tables.add(
    'grouped',
    `SELECT ${line.keys()}${edges}"$id", ${windows.of('"$time"')} AS "$bin", count(*) AS "$count" FROM ${events} WHERE "$time" BETWEEN ${start} - ${lookback} AND ${end} GROUP BY ALL`,
  );
  const spread = `SELECT *, unnest(${windows.from('"$bin"', lookback)}) AS "$window" FROM ${grouped}`;
  return call.context.tables.add(
    'spread',
    `FROM (${spread}) WHERE "$window" BETWEEN ${windows.of(start)} AND ${end}`,
  );
}
