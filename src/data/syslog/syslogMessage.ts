/**
 * Syslog messages in SQL: RFC 5424 (https://www.rfc-editor.org/rfc/rfc5424#section-6) and RFC 3164 as it is found, with
 * or without a priority, with the year or the ISO time that newer daemons write.
 */
import { isoTime, monthTime } from './syslogTime.ts';

/** Names of facilities and severities as Sentinel's `Syslog` table has them, in the order of their numbers. */
const facilities = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp'],
  ...['ntp', 'audit', 'alert', 'clock'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
];
const severities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
/** Greatest priority: facility 23, severity 7. */
export const maxPriority = 191;

const names = `['pri', 'time', 'host', 'app', 'pid', 'msgid', 'sd', 'msg']`;
const structuredData = String.raw`-|(?:\[(?:[^\]"\\]|\\.|"(?:[^"\\]|\\.)*")*\])+`;
const rfc5424 = String.raw`(?s)^<(\d{1,3})>1 (-|${isoTime}) (\S+) (\S+) (\S+) (\S+) (${structuredData})(?: (.*))?$`;
/** Cisco devices put a number before the time and a colon behind it. */
const rfc3164 = String.raw`(?s)^(?:<(\d{1,3})>)?(?:\d+: )?[*.]?(${monthTime}|${isoTime})(?: (?:UTC|GMT))?:? +(?:(\S*[^\s:]) +)?(?:([^\s:\[]+)(?:\[([^\]]*)\])?:(?: |$))?()()(.*)$`;

/** Whether a line begins as a message of either kind does. */
export function looksLikeSyslog(line: string): boolean {
  return /^<\d{1,3}>/.test(line) || new RegExp(`^(?:${monthTime}|${isoTime}) \\S+ `).test(line);
}

/** SQL that is true for a line that says it is RFC 5424. */
export const isRfc5424 = `regexp_matches(raw, '^<\\d{1,3}>1 (-|\\d{4}-)')`;

/** SQL of a struct with the parts of the message `raw` as text; all empty where it is none. */
export const messageParts = `CASE WHEN ${isRfc5424} THEN regexp_extract(raw, ${sql(rfc5424)}, ${names})
  ELSE regexp_extract(raw, ${sql(rfc3164)}, ${names}) END`;

/** SQL of the name of a message's facility, from the text of its priority. */
export function facilityName(priority: string): string {
  return nameAt(facilities, `TRY_CAST(${priority} AS INTEGER) // 8`);
}

/** SQL of the name of a message's severity. */
export function severityName(priority: string): string {
  return nameAt(severities, `TRY_CAST(${priority} AS INTEGER) % 8`);
}

function nameAt(list: readonly string[], index: string): string {
  return `[${list.map((name) => `'${name}'`).join(', ')}][${index} + 1]`;
}

/** SQL of a text that is `-` where there is none. */
export function orNil(text: string): string {
  return `nullif(${text}, '-')`;
}

/** SQL of structured data as an object: by element, by parameter; a parameter that occurs again as an array. */
export function structuredObject(text: string): string {
  const elements = `regexp_extract_all(${text}, ${sql(String.raw`\[((?:[^\]"\\]|\\.|"(?:[^"\\]|\\.)*")*)\]`)}, 1)`;
  const parameter = sql(String.raw`([^ =\]"]+)="((?:[^"\\]|\\.)*)"`);
  const unescaped = (value: string) =>
    `regexp_replace(${value}, ${sql(String.raw`\\(["\\\]])`)}, '\\1', 'g')`;
  const pairs = `list_zip(regexp_extract_all(e, ${parameter}, 1), regexp_extract_all(e, ${parameter}, 2))`;
  const object = `list_transform([${pairs}], lambda ps: '{' || coalesce(list_aggregate(list_transform(
      list_filter(list_transform(ps, lambda p: p[1]), lambda k, i: list_position(list_transform(ps, lambda p: p[1]), k) = i), lambda k: to_json(k) || ':' ||
        CASE WHEN len(list_filter(ps, lambda p: p[1] = k)) = 1
          THEN to_json(${unescaped('list_filter(ps, lambda p: p[1] = k)[1][2]')})
          ELSE to_json(list_transform(list_filter(ps, lambda p: p[1] = k), lambda p: ${unescaped('p[2]')})) END),
      'string_agg', ','), '') || '}')[1]`;
  return `CASE WHEN ${text} <> '-' AND ${text} <> '' THEN
    ('{' || list_aggregate(list_transform(${elements}, lambda e: to_json(split_part(e, ' ', 1)) || ':' || ${object}),
      'string_agg', ',') || '}')::JSON END`;
}

function sql(pattern: string): string {
  return `'${pattern.replaceAll("'", "''")}'`;
}
