/**
 * Datetime text to ticks, in every format that Kusto's `datetime()` and `todatetime()` read: ISO 8601, RFC 822,
 * RFC 850, asctime, and the month-first texts of .NET's invariant culture (day first where the month would exceed 12).
 */
import { maxDatetimeTicks, ticksFromFields, ticksPer } from './ticks.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const monthName =
  '(?<monthName>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const weekday = '(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\\s+)?';
const clock =
  '(?<hour>\\d{1,2}):(?<minute>\\d{1,2})(?::(?<second>\\d{1,2})(?:[.,](?<fraction>\\d{1,9}))?)?(?:\\s*(?<half>am|pm))?';
const zone = '(?:\\s*(?<zone>z|utc|gmt|[ecmp][sd]t|[+-]\\d{2}(?::?\\d{2})?))?';
const time = `(?:(?:\\s*t\\s*|\\s+)${clock})?${zone}`;

const formats: readonly RegExp[] = [
  // 2014-05-25T08:20:03.123456Z, 2014/5/25 08:20
  `(?<year>\\d{4})[-/.](?<month>\\d{1,2})[-/.](?<day>\\d{1,2})${time}`,
  // 20140525, 20140525T082003Z
  `(?<year>\\d{4})(?<month>\\d{2})(?<day>\\d{2})(?:t(?<hour>\\d{2})(?<minute>\\d{2})(?:(?<second>\\d{2})(?:\\.(?<fraction>\\d{1,9}))?)?)?${zone}`,
  // 2014-05, 2014
  '(?<year>\\d{4})(?:-(?<month>\\d{1,2}))?',
  // 05/25/2014 08:20:03 PM, 25-05-2014
  `(?<first>\\d{1,2})[-/.](?<other>\\d{1,2})[-/.](?<year>\\d{4})${time}`,
  // Sat, 8 Nov 14 15:05:02 GMT, 08-Nov-2014
  `${weekday}(?<day>\\d{1,2})[-\\s]${monthName}[-\\s,]\\s*(?<year>\\d{4}|\\d{2})${time}`,
  // Nov 8, 2014 3:05 PM
  `${weekday}${monthName}\\s+(?<day>\\d{1,2}),?\\s+(?<year>\\d{4})${time}`,
  // Sat Nov  8 15:05:02 2014
  `${weekday}${monthName}\\s+(?<day>\\d{1,2})\\s+${clock}\\s+(?<year>\\d{4})${zone}`,
].map((pattern) => new RegExp(`^\\s*${pattern}\\s*$`, 'i'));

const zoneHours: Readonly<Record<string, number>> = { e: -5, c: -6, m: -7, p: -8 };

/** Ticks of `text`, or null when it is no datetime or outside the years 1 to 9999. */
export function parseDatetime(text: string): bigint | null {
  for (const format of formats) {
    const groups = format.exec(text)?.groups;
    if (groups !== undefined) return ticksFromGroups(groups);
  }
  return null;
}

function ticksFromGroups(groups: Readonly<Record<string, string | undefined>>): bigint | null {
  const calendar = calendarFromGroups(groups);
  const hour = hourFromGroups(groups);
  if (hour === null) return null;
  const ticks = ticksFromFields({
    ...calendar,
    hour,
    minute: Number(groups['minute'] ?? 0),
    second: Number(groups['second'] ?? 0),
    fraction: Number((groups['fraction'] ?? '').padEnd(7, '0').slice(0, 7)),
  });
  if (ticks === null) return null;
  const utc = ticks - offsetTicks(groups['zone'] ?? '');
  return utc < 0n || utc > maxDatetimeTicks ? null : utc;
}

function calendarFromGroups(groups: Readonly<Record<string, string | undefined>>): {
  year: number;
  month: number;
  day: number;
} {
  const year = fullYear(groups['year'] ?? '');
  if (groups['first'] !== undefined) {
    const [first, other] = [Number(groups['first']), Number(groups['other'])];
    return first > 12 ? { year, month: other, day: first } : { year, month: first, day: other };
  }
  const name = groups['monthName']?.slice(0, 3).toLowerCase();
  const month = name === undefined ? Number(groups['month'] ?? 1) : months.indexOf(name) + 1;
  return { year, month, day: Number(groups['day'] ?? 1) };
}

/** Two digits mean 1930 to 2029, as in .NET's invariant culture. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year < 30 ? 2000 + year : 1900 + year;
}

function hourFromGroups(groups: Readonly<Record<string, string | undefined>>): number | null {
  const hour = Number(groups['hour'] ?? 0);
  const half = groups['half']?.toLowerCase();
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

function offsetTicks(zoneText: string): bigint {
  const numeric = /^([+-])(\d{2}):?(\d{2})?$/.exec(zoneText);
  if (numeric) {
    const minutes = BigInt(Number(numeric[2]) * 60 + Number(numeric[3] ?? 0));
    return (numeric[1] === '-' ? -minutes : minutes) * ticksPer.minute;
  }
  const name = zoneText.toLowerCase();
  const standard = zoneHours[name.charAt(0)];
  if (name.length !== 3 || standard === undefined) return 0n;
  return BigInt(name.charAt(1) === 'd' ? standard + 1 : standard) * ticksPer.hour;
}
