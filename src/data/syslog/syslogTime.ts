/** Times of syslog and CEF in SQL. Those of RFC 3164 name neither a year nor a time zone. */
import { open, stat } from 'node:fs/promises';
import { fromText } from '../../engine/local/textConversion.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';
import { unixEpochTicks } from '../../kql/time/ticks.ts';
import { epochTicks } from '../epochTicks.ts';

/** RE2 pattern of RFC 3164's time, with the year that some devices add before or after the clock. */
export const monthTime = String.raw`(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2}(?: \d{4})? \d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?: \d{4}\b)?`;
/** RE2 pattern of RFC 3339's time, as RFC 5424 and newer daemons write it. */
export const isoTime = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[-+]\d{2}:?\d{2})?`;

/** A clock ahead of UTC writes times up to this much after the moment, and its log is no log of the year before. */
const zoneToleranceMs = 14 * 3_600_000;

/** Returns when the log was last written, as far as is known: by its file, or by the gzip file it is packed in. */
export async function writtenAt(path: string): Promise<Date> {
  const { mtime } = await stat(path);
  const packed = await gzipTime(path);
  return packed !== undefined && packed < mtime ? packed : mtime;
}

/** The time in a gzip header (RFC 1952) is that of the file before it was packed: it outlives copying. */
async function gzipTime(path: string): Promise<Date | undefined> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    if (bytesRead < 8 || buffer.readUInt16BE(0) !== 0x1f8b) return undefined;
    const seconds = buffer.readUInt32LE(4);
    return seconds === 0 ? undefined : new Date(seconds * 1000);
  } finally {
    await file.close();
  }
}

/** A time to read: the name of its column of ticks, and SQL of its text. */
export type TimeText = readonly [name: string, text: string];

/**
 * Returns the steps that read each text into a column of its name: the datetime (ticks) of a time that matches
 * {@link monthTime} or {@link isoTime}, or counts seconds or milliseconds since 1970; NULL for another text. A time without
 * a year gets the latest one that does not put it after `written`; one without a zone is UTC. One step a part of the
 * work, for DuckDB computes a column once and an expression wherever it stands.
 */
export function timeSteps(times: readonly TimeText[], written: Date): string[] {
  if (times.length === 0) return [];
  const step = (columns: (time: TimeText) => string): string => times.map(columns).join(', ');
  const parts = `'^(\\w{3}) +(\\d{1,2})(?: (\\d{4}))? ([0-9:.]+)(?: (\\d{4}))?', ['month', 'day', 'before', 'clock', 'after']`;
  return [
    step(([name, text]) => `${text} AS ${name}_text`),
    step(
      ([name]) =>
        `CASE WHEN ${name}_text[1] BETWEEN 'A' AND 'Z' THEN regexp_extract(${name}_text, ${parts}) END AS ${name}_s`,
    ),
    step(([name]) => `${monthDay(`${name}_s`)} AS ${name}_day`),
    step(([name]) => {
      const [s, day] = [`${name}_s`, `${name}_day`];
      const year = `coalesce(nullif(${s}.before, ''), nullif(${s}.after, ''), ${yearOf(`${day} || ' ' || ${s}.clock`, written)})`;
      return `CASE WHEN ${day} IS NOT NULL THEN ${year} || '-' || ${day} || ' ' || left(${s}.clock, 16) || 'Z'
        WHEN ${name}_text[5] = '-' THEN replace(${name}_text, ',', '.') END AS ${name}_iso`;
    }),
    step(
      ([name]) => `CASE WHEN ${name}_iso IS NOT NULL THEN ${fromText(`${name}_iso`, 'datetime')}
        WHEN regexp_full_match(${name}_text, '\\d{12,14}') THEN TRY_CAST(${name}_text AS BIGINT) * 10000 + ${unixEpochTicks}
        WHEN regexp_full_match(${name}_text, '\\d{9,11}([.]\\d+)?') THEN ${epochTicks(`${name}_text`)} END AS ${name}`,
    ),
  ];
}

/** SQL of month and day of the parts of a time as `MM-DD`. */
function monthDay(parts: string): string {
  const month = `(strpos('JanFebMarAprMayJunJulAugSepOctNovDec', ${parts}.month) + 2) // 3`;
  return `lpad((${month})::VARCHAR, 2, '0') || '-' || lpad(${parts}.day, 2, '0')`;
}

/** SQL of the year of a text `MM-DD hh:mm:ss`. */
function yearOf(monthDayClock: string, written: Date): string {
  const limit = new Date(written.getTime() + zoneToleranceMs);
  const latest = limit.getUTCFullYear();
  const isPast = `${monthDayClock} <= ${stringLiteral(limit.toISOString().slice(5, 19).replace('T', ' '))}`;
  return `CASE WHEN starts_with(${monthDayClock}, '02-29')
      THEN CASE WHEN ${isPast} THEN '${leapYear(latest)}' ELSE '${leapYear(latest - 1)}' END
    WHEN ${isPast} THEN '${latest}' ELSE '${latest - 1}' END`;
}

/** The last leap year up to that year. */
function leapYear(year: number): number {
  let leap = year;
  while (new Date(Date.UTC(leap, 1, 29)).getUTCMonth() !== 1) leap--;
  return leap;
}

/** Returns what the hunter should know of the times of these lines; undefined where each names its year. */
export function yearNotice(lines: readonly string[], shownPath: string, written: Date): string | undefined {
  const time = new RegExp(monthTime);
  const hasNoYear = lines.some((line) => {
    const found = time.exec(line)?.[0];
    return found !== undefined && !/\b\d{4}\b/.test(found.replace(/\.\d+/, ''));
  });
  if (!hasNoYear) return undefined;
  const day = written.toISOString().slice(0, 10);
  return (
    `The times of ${shownPath} name no year and no time zone: each got the latest year that does not put it after ${day}, ` +
    'when the file was last written, and was read as UTC.'
  );
}
