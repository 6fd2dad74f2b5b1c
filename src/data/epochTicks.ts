/** Seconds in texts as Kusto's ticks, in SQL. */
import { unixEpochTicks } from '../kql/time/ticks.ts';

/**
 * Returns SQL for the ticks of a number of seconds, exact to the digit; NULL for what is no number. A decimal of up to 18
 * digits is read many times as fast as a longer one, and holds 3,000 years.
 */
export function ticksOfSeconds(text: string): string {
  return `(TRY_CAST(${text} AS DECIMAL(18, 7))::DECIMAL(28, 7) * 10000000)::BIGINT`;
}

/** Returns SQL for the datetime of a text with seconds since 1970; NULL for what is no number or before the year 1. */
export function epochTicks(text: string): string {
  return `nullif(greatest(${ticksOfSeconds(text)} + ${unixEpochTicks}, -1), -1)`;
}

/** Returns SQL for a time in seconds since 1970 as ISO 8601, to the tick; another text as it is. */
export function epochAsIso(text: string): string {
  const ticks = `(${epochTicks(text)})`;
  const iso = `strftime(make_timestamp((${ticks} - ${unixEpochTicks}) // 10), '%Y-%m-%dT%H:%M:%S.%f') || ${ticks} % 10 || 'Z'`;
  return `CASE WHEN regexp_full_match(${text}, '-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?') THEN coalesce(${iso}, ${text}) ELSE ${text} END`;
}
