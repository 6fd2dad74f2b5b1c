/**
 * The patterns of `format_datetime` and `format_timespan`, read once and then written either as SQL (a constant
 * pattern) or as text in JavaScript (a pattern that comes from the data). Letters outside Kusto's list stand for
 * themselves, like the delimiters.
 */
import { stringLiteral } from '../sql/literal.ts';
import { fieldsFromTicks, ticksPer } from './ticks.ts';

interface PatternPart {
  /** The letter of the field, or '' for literal text. */
  readonly letter: string;
  readonly text: string;
}

const datetimeToken = /f{1,7}|F{1,7}|d{1,2}|H{1,2}|h{1,2}|m{1,2}|M{1,2}|s{1,2}|y{4}|y{1,2}|tt/g;
const timespanToken = /d{1,8}|f{1,7}|F{1,7}|H{1,2}|h{1,2}|m{1,2}|s{1,2}/g;

function readPattern(pattern: string, token: RegExp): PatternPart[] {
  const parts: PatternPart[] = [];
  let at = 0;
  for (const match of pattern.matchAll(token)) {
    if (match.index > at) parts.push({ letter: '', text: pattern.slice(at, match.index) });
    parts.push({ letter: match[0].charAt(0), text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < pattern.length) parts.push({ letter: '', text: pattern.slice(at) });
  return parts;
}

/** SQL text of the datetime `ticks` by a constant pattern. */
export function datetimePatternSql(pattern: string, ticks: string): string {
  return concatenation(readPattern(pattern, datetimeToken).map((part) => datetimePartSql(part, ticks)));
}

/** SQL text of the timespan `ticks` by a constant pattern; a negative one starts with `-`. */
export function timespanPatternSql(pattern: string, ticks: string): string {
  const size = `abs(CAST(${ticks} AS HUGEINT))`;
  const sign = `CASE WHEN ${ticks} < 0 THEN '-' ELSE '' END`;
  return concatenation([
    sign,
    ...readPattern(pattern, timespanToken).map((part) => timespanPartSql(part, size)),
  ]);
}

/** The datetime's text by a pattern. */
export function formatDatetimePattern(pattern: string, ticks: bigint): string {
  const { year, month, day, hour, minute, second, fraction } = fieldsFromTicks(ticks);
  const write = ({ letter, text }: PatternPart): string => {
    switch (letter) {
      case 'y':
        return text.length === 4 ? pad(year, 4) : pad(year % 100, text.length);
      case 'M':
        return pad(month, text.length);
      case 'd':
        return pad(day, text.length);
      case 'H':
        return pad(hour, text.length);
      case 'h':
        return pad(((hour + 11) % 12) + 1, text.length);
      case 'm':
        return pad(minute, text.length);
      case 's':
        return pad(second, text.length);
      case 't':
        return hour < 12 ? 'AM' : 'PM';
      case 'f':
        return pad(fraction, 7).slice(0, text.length);
      case 'F':
        return pad(fraction, 7).slice(0, text.length).replace(/0+$/, '');
      default:
        return text;
    }
  };
  return readPattern(pattern, datetimeToken).map(write).join('');
}

/** The timespan's text by a pattern. */
export function formatTimespanPattern(pattern: string, ticks: bigint): string {
  const size = ticks < 0n ? -ticks : ticks;
  const seconds = Number((size / ticksPer.second) % 86_400n);
  const fraction = pad(Number(size % ticksPer.second), 7);
  const write = ({ letter, text }: PatternPart): string => {
    switch (letter) {
      case 'd':
        return String(size / ticksPer.day).padStart(text.length, '0');
      case 'H':
      case 'h':
        return pad(Math.floor(seconds / 3600), text.length);
      case 'm':
        return pad(Math.floor(seconds / 60) % 60, text.length);
      case 's':
        return pad(seconds % 60, text.length);
      case 'f':
        return fraction.slice(0, text.length);
      case 'F':
        return fraction.slice(0, text.length).replace(/0+$/, '');
      default:
        return text;
    }
  };
  return (ticks < 0n ? '-' : '') + readPattern(pattern, timespanToken).map(write).join('');
}

function datetimePartSql({ letter, text }: PatternPart, ticks: string): string {
  const date = `kql_date(${ticks})`;
  const hour = `${ticks} // ${ticksPer.hour} % 24`;
  switch (letter) {
    case 'y':
      return text.length === 4 ? padSql(`year(${date})`, 4) : padSql(`year(${date}) % 100`, text.length);
    case 'M':
      return padSql(`month(${date})`, text.length);
    case 'd':
      return padSql(`day(${date})`, text.length);
    case 'H':
      return padSql(hour, text.length);
    case 'h':
      return padSql(`(${hour} + 11) % 12 + 1`, text.length);
    case 't':
      return `CASE WHEN ${hour} < 12 THEN 'AM' ELSE 'PM' END`;
    default:
      return clockPartSql({ letter, text }, ticks);
  }
}

function timespanPartSql({ letter, text }: PatternPart, size: string): string {
  switch (letter) {
    case 'd':
      return padSql(`${size} // ${ticksPer.day}`, text.length);
    case 'H':
    case 'h':
      return padSql(`${size} // ${ticksPer.hour} % 24`, text.length);
    default:
      return clockPartSql({ letter, text }, size);
  }
}

function clockPartSql({ letter, text }: PatternPart, ticks: string): string {
  const fraction = `left(lpad(CAST(${ticks} % ${ticksPer.second} AS VARCHAR), 7, '0'), ${text.length})`;
  switch (letter) {
    case 'm':
      return padSql(`${ticks} // ${ticksPer.minute} % 60`, text.length);
    case 's':
      return padSql(`${ticks} // ${ticksPer.second} % 60`, text.length);
    case 'f':
      return fraction;
    case 'F':
      return `rtrim(${fraction}, '0')`;
    default:
      return stringLiteral(text);
  }
}

/** A whole number in SQL with at least `width` digits; `lpad` alone would cut a longer one. */
function padSql(number: string, width: number): string {
  return width === 1 ? `CAST(${number} AS VARCHAR)` : `format('{:0${width}d}', CAST(${number} AS BIGINT))`;
}

function concatenation(parts: readonly string[]): string {
  return `coalesce(${parts.length === 0 ? "''" : parts.join(' || ')}, '')`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
