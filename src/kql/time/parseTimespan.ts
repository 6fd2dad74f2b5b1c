/** Timespan text to ticks, as Kusto's `timespan()` literal and `totimespan()` read it. */
import { maxTimespanTicks, minTimespanTicks, ticksPer } from './ticks.ts';

/** Ticks of one unit, by every name that Kusto accepts; a nanosecond is a fraction of a tick. */
const units: Readonly<Record<string, number>> = unitNames([
  [['d', 'day', 'days'], Number(ticksPer.day)],
  [['h', 'hr', 'hrs', 'hour', 'hours'], Number(ticksPer.hour)],
  [['m', 'min', 'mins', 'minute', 'minutes'], Number(ticksPer.minute)],
  [['s', 'sec', 'secs', 'second', 'seconds'], Number(ticksPer.second)],
  [['ms', 'milli', 'millis', 'millisec', 'millisecond', 'milliseconds'], Number(ticksPer.millisecond)],
  [['us', 'micro', 'micros', 'microsec', 'microsecond', 'microseconds'], Number(ticksPer.microsecond)],
  [['ns', 'nano', 'nanos', 'nanosec', 'nanosecond', 'nanoseconds'], 0.01],
  [['tick', 'ticks'], 1],
]);

const withUnit = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)\s*([a-z]+)$/i;
/** The days end with a point, or with a colon where three more parts follow. */
const clock = /^([+-]?)(?:(\d+)(?:\.|:(?=\d+:\d+:\d)))?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;
const wholeDays = /^([+-]?)(\d+)$/;

/** Ticks of `text`, or null when it is no timespan or too long for one. */
export function parseTimespan(text: string): bigint | null {
  const trimmed = text.trim();
  const ticks = fromUnit(trimmed) ?? fromClock(trimmed) ?? fromDays(trimmed);
  return ticks !== null && ticks >= minTimespanTicks && ticks <= maxTimespanTicks ? ticks : null;
}

function fromUnit(text: string): bigint | null {
  const [, sign, amount, unit] = withUnit.exec(text) ?? [];
  const size = units[unit?.toLowerCase() ?? ''];
  if (amount === undefined || size === undefined) return null;
  const ticks =
    size >= 1 && !amount.includes('.')
      ? BigInt(amount) * BigInt(size)
      : BigInt(Math.round(Number(amount) * size));
  return signed(sign, ticks);
}

function fromClock(text: string): bigint | null {
  const match = clock.exec(text);
  if (!match) return null;
  const [, sign, days, hours, minutes, seconds, fraction] = match;
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds ?? 0)];
  if (h > 23 || m > 59 || s > 59) return null;
  const ticks =
    BigInt(days ?? 0) * ticksPer.day +
    BigInt(h * 3600 + m * 60 + s) * ticksPer.second +
    BigInt((fraction ?? '').padEnd(7, '0'));
  return signed(sign, ticks);
}

function fromDays(text: string): bigint | null {
  const [, sign, days] = wholeDays.exec(text) ?? [];
  return days === undefined ? null : signed(sign, BigInt(days) * ticksPer.day);
}

function signed(sign: string | undefined, ticks: bigint): bigint {
  return sign === '-' ? -ticks : ticks;
}

function unitNames(table: readonly (readonly [readonly string[], number])[]): Record<string, number> {
  return Object.fromEntries(table.flatMap(([names, size]) => names.map((name) => [name, size])));
}
