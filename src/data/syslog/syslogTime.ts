/** Times of syslog and CEF in SQL. Those of RFC 3164 name neither a year nor a time zone. */
import { open, stat } from 'node:fs/promises';
import { maxDatetimeTicks, unixEpochTicks } from '../../kql/time/ticks.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';

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

/**
 * Returns SQL for the datetime (ticks) of a time that matches {@link monthTime} or {@link isoTime}, or counts seconds or
 * milliseconds since 1970; NULL for another text. A time without a year gets the latest one that does not put it after
 * `written`; one without a zone is UTC.
 */
export function syslogTicks(text: string, written: Date): string {
  const names = `['month', 'day', 'before', 'clock', 'after']`;
  const parts = `regexp_extract(${text}, '^(\\w{3}) +(\\d{1,2})(?: (\\d{4}))? ([0-9:.]+)(?: (\\d{4}))?', ${names})`;
  const month = `lpad(((strpos('JanFebMarAprMayJunJulAugSepOctNovDec', s.month) + 2) // 3)::VARCHAR, 2, '0')`;
  const fromMonth = `hunt_ticks(coalesce(nullif(s.before, ''), nullif(s.after, ''),
      ${yearOf(`${month} || lpad(s.day, 2, '0') || s.clock`, written)})
    || '-' || ${month} || '-' || lpad(s.day, 2, '0') || ' ' || left(s.clock, 16) || 'Z')`;
  const epoch = (scale: string) =>
    `TRY_CAST(TRY_CAST(${text} AS DECIMAL(28, 7)) * ${scale} AS BIGINT) + ${unixEpochTicks}`;
  return `CASE
    WHEN ${text}[1] BETWEEN 'A' AND 'Z' THEN list_transform([${parts}], lambda s: ${fromMonth})[1]
    WHEN ${text}[5] = '-' THEN hunt_ticks(replace(${text}, ',', '.'))
    WHEN regexp_full_match(${text}, '\\d{12,14}') AND ${epoch('10000')} <= ${maxDatetimeTicks} THEN ${epoch('10000')}
    WHEN regexp_full_match(${text}, '\\d{9,11}([.]\\d+)?') THEN ${epoch('10000000')} END`;
}

/** SQL of the year of a text `MMDDhh:mm:ss`. */
function yearOf(monthDayClock: string, written: Date): string {
  const limit = new Date(written.getTime() + zoneToleranceMs);
  const iso = limit.toISOString();
  const latest = limit.getUTCFullYear();
  const limitText = stringLiteral(`${iso.slice(5, 7)}${iso.slice(8, 10)}${iso.slice(11, 19)}`);
  const isPast = `${monthDayClock} <= ${limitText}`;
  return `CASE WHEN left(${monthDayClock}, 4) = '0229'
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
