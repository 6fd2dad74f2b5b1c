/** `session_count`: how many sessions begin in each window. */
import type { Relation } from '../relation.ts';
import { requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';
import { placeOn, timelineOf, timelineResult, timeSql, windowsOf } from './timeline.ts';

/**
 * `evaluate session_count(id, time, start, end, window, lookback [, dimensions...])`. An event begins a session when the
 * same id had none within the time of looking back.
 */
export function sessionCount(call: PluginCall): Relation {
  const line = timelineOf(call, call.args.slice(6));
  const place = (index: number, isLength = false): string =>
    placeOn(line, call, requiredArgument(call, index), isLength).sql;
  const [start, end, lookback] = [place(2), place(3), place(5, true)];
  const windows = windowsOf(line, call, requiredArgument(call, 4), start);
  const gaps = call.context.tables.add(
    'gaps',
    `SELECT *, "$time" - lag("$time") OVER (PARTITION BY ${line.keys()}"$id" ORDER BY "$time") AS "$gap" FROM ${line.events} WHERE "$time" BETWEEN ${start} - ${lookback} AND ${end}`,
  );
  const sql = `SELECT ${timeSql(line, windows.of('"$time"'))}, ${line.keys()}count(*) FILTER (WHERE "$gap" IS NULL OR "$gap" > ${lookback})
    FROM ${gaps} WHERE "$time" >= ${start} GROUP BY ALL ORDER BY 1`;
  return timelineResult(line, call, sql, [line.time.name], [{ name: 'count_sessions', type: 'long' }]);
}
