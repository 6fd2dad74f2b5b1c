/**
 * Kusto's clock: a datetime is a count of 100 ns ticks since 0001-01-01T00:00:00Z, a timespan a count of ticks.
 * Pure conversions between ticks, calendar fields and the wire's texts.
 */

export const ticksPer = {
  microsecond: 10n,
  millisecond: 10_000n,
  second: 10_000_000n,
  minute: 600_000_000n,
  hour: 36_000_000_000n,
  day: 864_000_000_000n,
  week: 6_048_000_000_000n,
} as const;

/** 1970-01-01T00:00:00Z. */
export const unixEpochTicks = 621_355_968_000_000_000n;
/** 9999-12-31T23:59:59.9999999Z, the last datetime. */
export const maxDatetimeTicks = 3_155_378_975_999_999_999n;
export const minTimespanTicks = -(2n ** 63n);
export const maxTimespanTicks = 2n ** 63n - 1n;

/** A moment's calendar fields in UTC; `month` and `day` from 1, `fraction` in ticks. */
export interface CalendarFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly fraction: number;
}

const daysBefore1970 = 719_162;

/** Ticks of the given fields, or null when a field is out of its range or the year is not 1 to 9999. */
export function ticksFromFields(fields: CalendarFields): bigint | null {
  const { year, month, day, hour, minute, second, fraction } = fields;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month))
    return null;
  if (hour > 23 || minute > 59 || second > 59 || fraction > 9_999_999) return null;
  const days = daysFromCivil(year, month, day);
  const seconds = BigInt(days) * 86_400n + BigInt(hour * 3600 + minute * 60 + second);
  return seconds * ticksPer.second + BigInt(fraction);
}

/** Calendar fields of a datetime's ticks. */
export function fieldsFromTicks(ticks: bigint): CalendarFields {
  const days = floorDivide(ticks, ticksPer.day);
  const inDay = ticks - days * ticksPer.day;
  const seconds = Number(inDay / ticksPer.second);
  return {
    ...civilFromDays(Number(days)),
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    fraction: Number(inDay % ticksPer.second),
  };
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** ISO text with 7 fraction digits and `Z`. */
export function formatDatetime(ticks: bigint): string {
  const { year, month, day, hour, minute, second, fraction } = fieldsFromTicks(ticks);
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  return `${date}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.${pad(fraction, 7)}Z`;
}

/** Kusto text: `[-][d.]hh:mm:ss[.fffffff]`. */
export function formatTimespan(ticks: bigint): string {
  const size = ticks < 0n ? -ticks : ticks;
  const days = size / ticksPer.day;
  const seconds = Number((size / ticksPer.second) % 86_400n);
  const fraction = Number(size % ticksPer.second);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return [
    ticks < 0n ? '-' : '',
    days > 0n ? `${days}.` : '',
    clock.map((part) => pad(part, 2)).join(':'),
    fraction > 0 ? `.${pad(fraction, 7)}` : '',
  ].join('');
}

/** Ticks of a JavaScript time value (ms since 1970); a fraction of a millisecond is kept to the tick. */
export function ticksFromEpochMilliseconds(milliseconds: number): bigint {
  const whole = Math.floor(milliseconds);
  return (
    unixEpochTicks +
    BigInt(whole) * ticksPer.millisecond +
    BigInt(Math.round((milliseconds - whole) * 10_000))
  );
}

/** Milliseconds since 1970, with the sub-millisecond ticks as a fraction. */
export function epochMillisecondsFromTicks(ticks: bigint): number {
  const sinceEpoch = ticks - unixEpochTicks;
  const whole = floorDivide(sinceEpoch, ticksPer.millisecond);
  return Number(whole) + Number(sinceEpoch - whole * ticksPer.millisecond) / 10_000;
}

/** Days from 0001-01-01 to a date of the proleptic Gregorian calendar. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468 + daysBefore1970;
}

// Both directions follow Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days - daysBefore1970 + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
