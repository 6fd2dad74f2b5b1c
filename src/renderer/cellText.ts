/** How a value reads in a cell: one line of text and what kind of value it is. */
import type { Column, ScalarType, WireValue } from '../kql/types.ts';

/** Longest text that a cell draws; the rest is behind cell expansion. */
const maxCellText = 1000;

export type CellKind = 'null' | 'number' | 'time' | 'bool' | 'json' | 'text';

export interface CellText {
  readonly text: string;
  readonly kind: CellKind;
}

const kindOfType: Record<ScalarType, CellKind> = {
  bool: 'bool',
  int: 'number',
  long: 'number',
  real: 'number',
  decimal: 'number',
  string: 'text',
  guid: 'text',
  datetime: 'time',
  timespan: 'time',
  dynamic: 'json',
};

/** How much a value of a column such as `Severity` or Sigma's `Level` asks for attention. */
export type Severity = 'high' | 'medium' | 'low';

const severities = new Map<string, Severity>([
  ['critical', 'high'],
  ['high', 'high'],
  ['medium', 'medium'],
  ['low', 'low'],
]);

/** Returns the severity that a cell names; undefined for other columns and other texts. */
export function severityOf({ name, type }: Column, value: WireValue): Severity | undefined {
  if (type !== 'string' || typeof value !== 'string' || !/severity|^level$/i.test(name)) return undefined;
  return severities.get(value.toLowerCase());
}

/** Whether the column's values read best against the right edge. */
export function isRightAligned(column: Column): boolean {
  return kindOfType[column.type] === 'number' || column.type === 'timespan';
}

/** Returns one visible line for a value; null is told apart from the text `null` by its kind. */
export function cellText(value: WireValue, type: ScalarType): CellText {
  if (value === null) return { text: 'null', kind: 'null' };
  const whole = readable(plainText(value), type);
  const cut = whole.length > maxCellText ? `${whole.slice(0, maxCellText)}…` : whole;
  return { text: visibleText(cut), kind: kindOfType[type] };
}

/** Returns the value's exact text: what is copied, and what a filter is matched against. Null is empty. */
export function plainText(value: WireValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Returns the whole value for reading: dynamic as indented JSON, and so is text that holds a JSON object or array. */
export function detailText(value: WireValue): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return JSON.stringify(value, null, 2);
  if (typeof value !== 'string') return String(value);
  return reindented(value) ?? value;
}

function reindented(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

/**
 * `2025-05-07T12:37:46.1200000Z` reads as `2025-05-07 12:37:46.120` (the header says that times are UTC), the timespan
 * `00:00:01.5000000` as `00:00:01.500`; other values as they are. Fractions have 3, 6 or 7 digits, so that they stand in line.
 */
function readable(text: string, type: ScalarType): string {
  if (type !== 'datetime' && type !== 'timespan') return text;
  const match = /^(?:(\d{4}-\d\d-\d\d)T)?(-?[\d.]*\d\d:\d\d:\d\d)(?:\.(\d+))?Z?$/.exec(text);
  if (!match) return text;
  const [, date, time = '', digits = ''] = match;
  const fraction = digits.replace(/0+$/, '');
  return `${date ? `${date} ` : ''}${time}${fraction && `.${fraction.padEnd(fraction.length > 3 ? 6 : 3, '0')}`}`;
}

/**
 * Shows what would otherwise deceive the reader: line breaks as `↵`, other control characters as their symbols, and
 * invisible or direction-changing characters (which disguise file names) by their code points.
 */
export function visibleText(text: string): string {
  return text
    .replace(/\r\n|\n|\r/g, '↵')
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/\u007f/g, '␡')
    .replace(
      /[\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
      (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
    );
}
