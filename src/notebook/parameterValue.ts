/** Values of notebook parameters: from front matter and from `--param name=value`, checked against their type. */
import type { JsonValue, ScalarType, WireValue } from '../kql/types.ts';

export type ParsedValue =
  { readonly ok: true; readonly value: WireValue } | { readonly ok: false; readonly message: string };

/**
 * Reads `input` (text of an override, or a YAML value) as a value of `type`, in the form of {@link WireValue}.
 * The message of a refusal says what was expected.
 */
export function parseParameterValue(type: ScalarType, input: JsonValue): ParsedValue {
  if (type === 'dynamic') return dynamicValue(input);
  if (input === null || typeof input === 'object')
    return refuse(`expected a ${type}, such as ${examples[type]}`);
  const value = readers[type](String(input).trim(), String(input));
  return value === undefined
    ? refuse(`\`${shorten(String(input))}\` is not a ${type}; write for example ${examples[type]}`)
    : { ok: true, value };
}

const examples: Record<Exclude<ScalarType, 'dynamic'>, string> = {
  bool: '`true`',
  int: '`443`',
  long: '`443`',
  real: '`0.5`',
  decimal: '`0.5`',
  string: '`windows-target-1`',
  guid: '`74be27de-1e4e-49d9-b579-fe0b331d3642`',
  datetime: '`2025-05-07T12:37:46Z`',
  timespan: '`10m`, `1h` or `1.02:03:04`',
};

const readers: Record<
  Exclude<ScalarType, 'dynamic'>,
  (trimmed: string, text: string) => WireValue | undefined
> = {
  bool: (text) => ({ true: true, false: false, 1: true, 0: false })[text.toLowerCase()],
  int: (text) => integer(text, 31),
  long: (text) => integer(text, 63),
  real: (text) => (/^(?:nan|-?infinity)$/i.test(text) ? specialReal(text) : finite(text)),
  decimal: (text) => (/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text) ? text : undefined),
  string: (_, text) => text,
  guid: (text) => (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? text.toLowerCase() : undefined),
  datetime: datetimeText,
  timespan: timespanText,
};

function integer(text: string, bits: number): WireValue | undefined {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  if (value < -(2n ** BigInt(bits)) || value >= 2n ** BigInt(bits)) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

function finite(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
    ? Number(text)
    : undefined;
}

function specialReal(text: string): string {
  if (text.toLowerCase() === 'nan') return 'NaN';
  return text.startsWith('-') ? '-Infinity' : 'Infinity';
}

/** ISO text with 7 fraction digits and `Z`; a value without a zone is UTC, as everywhere in Kusto. */
function datetimeText(text: string): string | undefined {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(
      text,
    );
  if (match === null) return undefined;
  const [
    ,
    year = '',
    month = '',
    day = '',
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '',
    zone = 'Z',
  ] = match;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const utc = new Date(`${local}Z`);
  // `Date` rolls 31 February over instead of refusing it.
  if (Number.isNaN(utc.getTime()) || utc.toISOString().slice(0, 19) !== local) return undefined;
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  const offsetMinutes = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const instant = new Date(utc.getTime() - offsetMinutes * 60_000);
  const whole = instant.toISOString();
  return /^\d{4}-/.test(whole) ? `${whole.slice(0, 19)}.${fraction.padEnd(7, '0')}Z` : undefined;
}

const ticksPerUnit: Readonly<Record<string, bigint>> = {
  d: 864_000_000_000n,
  h: 36_000_000_000n,
  m: 600_000_000n,
  s: 10_000_000n,
  ms: 10_000n,
  microsecond: 10n,
  tick: 1n,
};
const ticksPerDay = 864_000_000_000n;
const maxTicks = 2n ** 63n - 1n;

/** Kusto's own text of the timespan: `[-][d.]hh:mm:ss[.fffffff]`. */
function timespanText(text: string): string | undefined {
  const ticks = unitTicks(text) ?? clockTicks(text);
  if (ticks === undefined) return undefined;
  const size = ticks < 0n ? -ticks : ticks;
  if (size > maxTicks) return undefined;
  const two = (value: bigint): string => value.toString().padStart(2, '0');
  const days = size / ticksPerDay;
  const clock = [(size / 36_000_000_000n) % 24n, (size / 600_000_000n) % 60n, (size / 10_000_000n) % 60n]
    .map(two)
    .join(':');
  const fraction = size % 10_000_000n;
  return (
    (ticks < 0n ? '-' : '') +
    (days > 0n ? `${days.toString()}.` : '') +
    clock +
    (fraction > 0n ? `.${fraction.toString().padStart(7, '0')}` : '')
  );
}

function unitTicks(text: string): bigint | undefined {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,7}))?\s*(d|h|m|s|ms|microsecond|tick)s?$/i.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', unit = ''] = match;
  const perUnit = ticksPerUnit[unit.toLowerCase()];
  if (perUnit === undefined) return undefined;
  const ticks = (BigInt(whole + fraction.padEnd(7, '0')) * perUnit) / 10_000_000n;
  return sign === '-' ? -ticks : ticks;
}

function clockTicks(text: string): bigint | undefined {
  const match = /^(-?)(?:(\d{1,8})\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', days = '0', hours = '', minutes = '', seconds = '0', fraction = ''] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const wholeSeconds = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  const ticks = wholeSeconds * 10_000_000n + BigInt(fraction.padEnd(7, '0'));
  return sign === '-' ? -ticks : ticks;
}

function dynamicValue(input: JsonValue): ParsedValue {
  if (typeof input !== 'string') return { ok: true, value: input };
  try {
    // JSON.parse gives JSON values and nothing else.
    return { ok: true, value: JSON.parse(input) as JsonValue };
  } catch {
    return refuse(`\`${shorten(input)}\` is not JSON; write for example \`["10.0.0.5", "10.0.0.6"]\``);
  }
}

function refuse(message: string): ParsedValue {
  return { ok: false, message };
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
