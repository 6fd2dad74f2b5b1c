/** Calendar functions as SQL on ticks: arguments and results are BIGINT ticks unless a name says otherwise. */
import { ticksPer } from './ticks.ts';

/** The units that `datetime_add`, `datetime_diff` and `datetime_part` name, in lower case. */
export const datetimeUnits = [
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
  'microsecond',
  'nanosecond',
] as const;
export type DatetimeUnit = (typeof datetimeUnits)[number];

const monthsPer: Partial<Record<DatetimeUnit, number>> = { year: 12, quarter: 3, month: 1 };

const unitTicks: Partial<Record<DatetimeUnit, bigint>> = {
  week: ticksPer.week,
  day: ticksPer.day,
  hour: ticksPer.hour,
  minute: ticksPer.minute,
  second: ticksPer.second,
  millisecond: ticksPer.millisecond,
  microsecond: ticksPer.microsecond,
};

export type Period = 'day' | 'week' | 'month' | 'year';

/** First tick of the period that holds `ticks`, moved by `offset` periods (SQL of a whole number). Weeks start on Sunday. */
export function startOf(period: Period, ticks: string, offset = '0'): string {
  return `kql_datetime(${rawStart(period, ticks, offset)})`;
}

/** Last tick of the period that holds `ticks`, moved by `offset` periods. */
export function endOf(period: Period, ticks: string, offset = '0'): string {
  return `kql_datetime(${rawStart(period, ticks, `(${offset} + 1)`)} - 1)`;
}

function rawStart(period: Period, ticks: string, offset: string): string {
  switch (period) {
    case 'day':
      return `((${ticks} // ${ticksPer.day} + ${offset}) * ${ticksPer.day})`;
    case 'week':
      // 0001-01-01 is a Monday, so the week of day 0 began on day -1.
      return `((((${ticks} // ${ticksPer.day} + 1) // 7 + ${offset}) * 7 - 1) * ${ticksPer.day})`;
    case 'month':
    case 'year': {
      const start = `date_trunc('${period}', kql_date(${ticks}))`;
      const moved = offset === '0' ? start : `${start} + to_${period}s(CAST(${offset} AS INTEGER))`;
      return `kql_date_ticks(CAST(${moved} AS DATE))`;
    }
  }
}

/** `ticks` moved by `amount` units; a month's end stays within the month. Null outside the years 1 to 9999. */
export function addUnits(unit: DatetimeUnit, amount: string, ticks: string): string {
  const months = monthsPer[unit];
  if (months !== undefined) {
    const moved = `CAST(kql_date(${ticks}) + to_months(CAST(${amount} * ${months} AS INTEGER)) AS DATE)`;
    return `kql_datetime(kql_date_ticks(${moved}) + ${ticks} % ${ticksPer.day})`;
  }
  if (unit === 'nanosecond') return `kql_datetime(${ticks} + ${amount} // 100)`;
  return `kql_datetime(TRY(${ticks} + ${amount} * ${unitTicks[unit] ?? 1n}))`;
}

/** How many boundaries of the unit lie between `from` and `to`, as BIGINT: `datetime_diff(unit, to, from)`. */
export function unitsBetween(unit: DatetimeUnit, to: string, from: string): string {
  if (unit === 'nanosecond') return `((${to} - ${from}) * 100)`;
  return `(${unitNumber(unit, to)} - ${unitNumber(unit, from)})`;
}

/** Number of the unit that holds `ticks`, counted from a fixed origin. */
function unitNumber(unit: DatetimeUnit, ticks: string): string {
  switch (unit) {
    case 'year':
      return `CAST(year(kql_date(${ticks})) AS BIGINT)`;
    case 'quarter':
      return `(year(kql_date(${ticks})) * 4 + quarter(kql_date(${ticks})))`;
    case 'month':
      return `(year(kql_date(${ticks})) * 12 + month(kql_date(${ticks})))`;
    case 'week':
      return `((${ticks} // ${ticksPer.day} + 1) // 7)`;
    case 'day':
    case 'hour':
    case 'minute':
    case 'second':
    case 'millisecond':
    case 'microsecond':
    case 'nanosecond':
      return `(${ticks} // ${unitTicks[unit] ?? 1n})`;
  }
}

/** Day of the week since Sunday, as BIGINT days. */
export function dayOfWeek(ticks: string): string {
  return `((${ticks} // ${ticksPer.day} + 1) % 7)`;
}

/** The parts of `datetime_part`, by lower-case name, as whole numbers. */
export const datetimeParts: Readonly<Record<string, (ticks: string) => string>> = {
  year: (t) => `year(kql_date(${t}))`,
  quarter: (t) => `quarter(kql_date(${t}))`,
  month: (t) => `month(kql_date(${t}))`,
  week_of_year: (t) => `weekofyear(kql_date(${t}))`,
  weekofyear: (t) => `weekofyear(kql_date(${t}))`,
  day: (t) => `day(kql_date(${t}))`,
  dayofyear: (t) => `dayofyear(kql_date(${t}))`,
  hour: (t) => `(${t} // ${ticksPer.hour} % 24)`,
  minute: (t) => `(${t} // ${ticksPer.minute} % 60)`,
  second: (t) => `(${t} // ${ticksPer.second} % 60)`,
  millisecond: (t) => `(${t} // ${ticksPer.millisecond} % 1000)`,
  microsecond: (t) => `(${t} // ${ticksPer.microsecond} % 1000000)`,
  nanosecond: (t) => `(${t} % ${ticksPer.second} * 100)`,
};
