/** Functions of datetimes and timespans. */
import type { Call, ScalarTranslator, SqlExpression } from '../expression.ts';
import { jsonLiteral, longLiteral } from '../sql/literal.ts';
import { datetimePatternSql, timespanPatternSql } from '../time/format.ts';
import {
  addUnits,
  datetimeParts,
  datetimeUnits,
  dayOfWeek,
  endOf,
  startOf,
  unitsBetween,
} from '../time/sql.ts';
import type { DatetimeUnit, Period } from '../time/sql.ts';
import { ticksPer, unixEpochTicks } from '../time/ticks.ts';
import { convert, longOf, realOf, textOf } from './convert.ts';
import { differing, exact, ofFirst, typed } from './entry.ts';
import type { ScalarEntry, ScalarTable } from './entry.ts';
import type { ScalarType } from '../types.ts';

const ticksOf = (value: SqlExpression): string => convert(value, 'datetime');

const now: ScalarTranslator = ([offset], call) =>
  offset === undefined
    ? longLiteral(call.nowTicks)
    : `kql_datetime(${longLiteral(call.nowTicks)} + ${offset.sql})`;

const ago: ScalarTranslator = ofFirst((span, _rest, call) =>
  typeof span.constant === 'bigint'
    ? longLiteral(call.nowTicks - span.constant)
    : `kql_datetime(${longLiteral(call.nowTicks)} - ${convert(span, 'timespan')})`,
);

function period(bound: typeof startOf, unit: Period): ScalarEntry {
  return typed(['datetime', 'long'], (ticks, offset = '0') => bound(unit, ticks, offset));
}

function part(name: keyof typeof datetimeParts): ScalarEntry {
  return typed(['datetime'], (ticks) => `CAST(${datetimeParts[name]?.(ticks) ?? 'NULL'} AS INTEGER)`);
}

function unitOf(value: SqlExpression | undefined, call: Call): DatetimeUnit {
  const name =
    typeof value?.constant === 'string' ? value.constant.toLowerCase().replace(/s$/, '') : undefined;
  const unit = datetimeUnits.find((candidate) => candidate === name);
  return (
    unit ?? call.invalid(`${call.name}() needs one of these constant units: ${datetimeUnits.join(', ')}.`, 0)
  );
}

const datetimePart: ScalarTranslator = ([name, value], call) => {
  const known = typeof name?.constant === 'string' ? datetimeParts[name.constant.toLowerCase()] : undefined;
  if (known === undefined || value === undefined) {
    return call.invalid(
      `datetime_part() needs one of these constant parts: ${Object.keys(datetimeParts).join(', ')}.`,
      0,
    );
  }
  return `CAST(${known(ticksOf(value))} AS BIGINT)`;
};

const datetimeAdd: ScalarTranslator = ([unit, amount, value], call) => {
  if (amount === undefined || value === undefined)
    return call.invalid('datetime_add() needs a unit, an amount and a datetime.');
  return addUnits(unitOf(unit, call), longOf(amount), ticksOf(value));
};

const datetimeDiff: ScalarTranslator = ([unit, to, from], call) => {
  if (to === undefined || from === undefined)
    return call.invalid('datetime_diff() needs a unit and two datetimes.');
  const between = unitsBetween(unitOf(unit, call), ticksOf(to), ticksOf(from));
  return convert({ sql: between, type: 'long' }, call.type);
};

/** Weeks are counted as a real, all other units as a long. */
function differenceType([unit]: readonly SqlExpression[]): ScalarType {
  return typeof unit?.constant === 'string' && /^weeks?$/i.test(unit.constant) ? 'real' : 'long';
}

function pattern(
  constantSql: (pattern: string, ticks: string) => string,
  reader: string,
  type: 'datetime' | 'timespan',
): ScalarEntry {
  return exact(
    ofFirst((value, [format], call) => {
      if (format === undefined) return call.invalid(`${call.name}() needs a pattern.`, 1);
      const ticks = convert(value, type);
      return typeof format.constant === 'string'
        ? constantSql(format.constant, ticks)
        : `coalesce(${reader}(${ticks}, ${textOf(format)}), '')`;
    }),
  );
}

function unixTime(ticksPerUnit: bigint): ScalarEntry {
  return exact(
    ofFirst((value) =>
      value.type === 'real' || value.type === 'decimal'
        ? `kql_datetime(TRY_CAST(round(${realOf(value)} * ${ticksPerUnit}) AS BIGINT) + ${unixEpochTicks})`
        : `kql_datetime(TRY(${longOf(value)} * ${ticksPerUnit} + ${unixEpochTicks}))`,
    ),
  );
}

const makeDatetime: ScalarTranslator = (args, call) => {
  const [first] = args;
  if (args.length === 1 && first !== undefined) return convert(first, 'datetime');
  const [year, month, day, hour, minute, second] = args;
  if (year === undefined || month === undefined || day === undefined)
    return call.invalid('make_datetime() needs a date.');
  const date = `kql_date_ticks(TRY(make_date(${longOf(year)}, ${longOf(month)}, ${longOf(day)})))`;
  const clock = `kql_clock_ticks(${wholeOr0(hour)}, ${wholeOr0(minute)}, ${second === undefined ? '0' : realOf(second)})`;
  return `kql_datetime(${date} + ${clock})`;
};

const makeTimespan: ScalarTranslator = (args, call) => {
  const parts = args.length === 4 ? args : [undefined, ...args];
  const [days, hours, minutes, seconds] = parts;
  if (hours === undefined || minutes === undefined)
    return call.invalid('make_timespan() needs hours and minutes.');
  const clock = `kql_clock_ticks(${longOf(hours)}, ${longOf(minutes)}, ${seconds === undefined ? '0' : realOf(seconds)})`;
  return days === undefined ? clock : `(${longOf(days)} * ${ticksPer.day} + ${clock})`;
};

function wholeOr0(value: SqlExpression | undefined): string {
  return value === undefined ? '0' : longOf(value);
}

/** Moves between a time zone's clock and UTC, by the IANA rules that DuckDB ships. */
function zoned(toUtc: boolean): ScalarEntry {
  return typed(
    ['datetime', 'string'],
    (ticks, zone) => `kql_${toUtc ? 'to_utc' : 'to_local'}(${ticks}, ${zone})`,
  );
}

const weekOfYear = part('week_of_year');
const monthOfYear = part('month');

export const datetimeFunctions: ScalarTable = {
  now: exact(now),
  ago: exact(ago),
  startofday: period(startOf, 'day'),
  startofweek: period(startOf, 'week'),
  startofmonth: period(startOf, 'month'),
  startofyear: period(startOf, 'year'),
  endofday: period(endOf, 'day'),
  endofweek: period(endOf, 'week'),
  endofmonth: period(endOf, 'month'),
  endofyear: period(endOf, 'year'),
  dayofweek: typed(['datetime'], (ticks) => `(${dayOfWeek(ticks)} * ${ticksPer.day})`),
  dayofmonth: part('day'),
  dayofyear: part('dayofyear'),
  weekofyear: weekOfYear,
  week_of_year: weekOfYear,
  monthofyear: monthOfYear,
  getmonth: monthOfYear,
  getyear: part('year'),
  hourofday: part('hour'),
  datetime_part: exact(datetimePart),
  datepart: exact(datetimePart),
  datetime_add: exact(datetimeAdd),
  datetime_diff: { ...exact(datetimeDiff), returns: differenceType },
  make_datetime: exact(makeDatetime),
  make_timespan: exact(makeTimespan),
  format_datetime: pattern(datetimePatternSql, 'kql_format_datetime_pattern', 'datetime'),
  format_timespan: pattern(timespanPatternSql, 'kql_format_timespan_pattern', 'timespan'),
  unixtime_seconds_todatetime: unixTime(ticksPer.second),
  unixtime_milliseconds_todatetime: unixTime(ticksPer.millisecond),
  unixtime_microseconds_todatetime: unixTime(ticksPer.microsecond),
  unixtime_nanoseconds_todatetime: typed(
    ['long'],
    (value) => `kql_datetime(${value} // 100 + ${unixEpochTicks})`,
  ),
  datetime_list_timezones: differing(
    "The names of the IANA time zones that this computer's runtime knows.",
    () => jsonLiteral(Intl.supportedValuesOf('timeZone')),
  ),
  datetime_local_to_utc: zoned(true),
  datetime_utc_to_local: zoned(false),
};
