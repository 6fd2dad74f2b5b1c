/** `active_users_count`: ids that were seen in several periods of the time before. */
import { unsupportedAt } from '../queryError.ts';
import type { Relation } from '../relation.ts';
import { numberArgument } from './arguments.ts';
import { requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';
import { placeOn, timelineOf, timelineResult, timeSql, windowsOf } from './timeline.ts';

/**
 * `evaluate active_users_count(id, time, start, end, lookback, period, active periods, window [, dimensions...])`. The
 * time of looking back ends with the event itself and does not hold the instant at which it begins.
 */
export function activeUsersCount(call: PluginCall): Relation {
  const line = timelineOf(call, call.args.slice(8));
  if (!line.isWhole) throw unsupportedAt(requiredArgument(call, 1), 'A timeline of broken numbers');
  const place = (index: number, isLength = false): string =>
    placeOn(line, call, requiredArgument(call, index), isLength).sql;
  const [start, end, lookback] = [place(2), place(3), place(4, true)];
  const periods = windowsOf(line, call, requiredArgument(call, 5), start);
  const least = numberArgument(call, 6, { fallback: 1, least: 0, most: Number.MAX_SAFE_INTEGER });
  const windows = windowsOf(line, call, requiredArgument(call, 7), start);
  const seen = call.context.tables.add(
    'seen',
    `SELECT DISTINCT ${line.keys()}"$id", "$time" FROM ${line.events} WHERE "$time" BETWEEN ${start} - ${lookback} AND ${end}`,
  );
  const active = call.context.tables.add(
    'active',
    `SELECT *, count(DISTINCT ${periods.of('"$time"')}) OVER (PARTITION BY ${line.keys()}"$id" ORDER BY "$time" RANGE BETWEEN ${lookback} - 1 PRECEDING AND CURRENT ROW) AS "$periods" FROM ${seen}`,
  );
  const sql = `SELECT ${timeSql(line, windows.of('"$time"'))} AS "$window", ${line.keys()}count(DISTINCT "$id")
    FROM ${active} WHERE "$time" >= ${start} AND "$periods" >= ${least} GROUP BY ALL ORDER BY 1`;
  return timelineResult(line, call, sql, [line.time.name], [{ name: 'dcount', type: 'long' }]);
}
