/** `activity_metrics`: the ids of each window against those of the window before it. */
import type { Relation } from '../relation.ts';
import { invalid } from './arguments.ts';
import type { PluginCall } from './plugin.ts';
import { periodOf, splitDimensions, timelineOf, timelineResult, timeSql, windowsOf } from './timeline.ts';

/** `evaluate activity_metrics(id, time [, start, end], window [, dimensions...])`. */
export function activityMetrics(call: PluginCall): Relation {
  const { settings, dimensions } = splitDimensions(call, 2);
  const windowNode = settings.at(-1);
  if ((settings.length !== 1 && settings.length !== 3) || windowNode === undefined) {
    throw invalid(call.node, 'activity_metrics() takes a window, and start and end before it.');
  }
  const line = timelineOf(call, dimensions);
  const { events, start, end } = periodOf(line, call, settings.slice(0, -1));
  const windows = windowsOf(line, call, windowNode, start);
  const { tables } = call.context;
  const seen = tables.add(
    'seen',
    `SELECT DISTINCT ${line.keys()}"$id", ${windows.of('"$time"')} AS "$window" FROM ${events} WHERE "$time" BETWEEN ${start} AND ${end}`,
  );
  const counts = tables.add(
    'windows',
    `SELECT "$window", ${line.keys()}count(*) AS "$ids" FROM ${seen} GROUP BY ALL`,
  );
  const returned = tables.add(
    'returned',
    `SELECT c."$window", ${line.keys('c')}count(*) AS "$back" FROM ${seen} AS c JOIN ${seen} AS p
    ON p."$id" = c."$id" AND p."$window" = ${windows.before('c."$window"')}${line.sameKeys('p', 'c')} GROUP BY ALL`,
  );
  const sql = `SELECT ${timeSql(line, 'c."$window"')}, ${line.keys('c')}c."$ids", c."$ids" - coalesce("$back", 0),
    coalesce(coalesce("$back", 0) / CAST(p."$ids" AS DOUBLE), CAST('NaN' AS DOUBLE)),
    coalesce((p."$ids" - coalesce("$back", 0)) / CAST(p."$ids" AS DOUBLE), CAST('NaN' AS DOUBLE))
    FROM ${counts} AS c LEFT JOIN ${counts} AS p ON p."$window" = ${windows.before('c."$window"')}${line.sameKeys('p', 'c')}
    LEFT JOIN ${returned} AS r ON r."$window" = c."$window"${line.sameKeys('r', 'c')} ORDER BY c."$window"`;
  return timelineResult(
    line,
    call,
    sql,
    [line.time.name],
    [
      { name: 'dcount_values', type: 'long' },
      { name: 'dcount_newvalues', type: 'long' },
      { name: 'retention_rate', type: 'real' },
      { name: 'churn_rate', type: 'real' },
    ],
  );
}
