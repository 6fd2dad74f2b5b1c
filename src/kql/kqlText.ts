/** The one place where text becomes KQL literals and identifiers. */
import type { ScalarType, WireValue } from './types.ts';

/** A KQL string literal, safe whatever the text holds. */
export function kqlString(text: string): string {
  const inner = text.replace(/[\\"'\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    if (character === '\\' || character === '"') return `\\${character}`;
    if (character === "'") return character;
    return escaped(character);
  });
  return `"${inner}"`;
}

/** A table or column name that can stand anywhere, keyword or not: `['Remote IP']`; a plain name stays plain to read well. */
export function kqlName(name: string): string {
  return isPlainName(name) ? name : `[${singleQuoted(name)}]`;
}

/** Plain and long enough a mix of cases never to be a KQL keyword (those are all lower case). */
const isPlainName = (name: string): boolean => /^[A-Z][A-Za-z0-9_]*$/.test(name) && /[a-z]/.test(name);

const singleQuoted = (text: string): string =>
  `'${kqlString(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

/** A KQL timespan literal of so many milliseconds: `10m`, `90s`, `1500ms`. */
export function kqlTimespan(milliseconds: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const;
  for (const [unit, size] of units) {
    if (milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return `${milliseconds}ms`;
}

/** A list for `in` and `in~`: `("a", "b")`. */
export function kqlStrings(texts: readonly string[]): string {
  return `(${texts.map(kqlString).join(', ')})`;
}

/** What may stand in the parentheses of each type's literal; all else becomes the type's null. */
const literalTexts: Readonly<Record<Exclude<ScalarType, 'string' | 'dynamic'>, RegExp>> = {
  bool: /^(?:true|false)$/,
  int: /^-?\d{1,10}$/,
  long: /^-?\d{1,19}$/,
  real: /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|nan|[+-]inf)$/,
  decimal: /^-?\d+(?:\.\d+)?$/,
  guid: /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
  datetime: /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?)?(?:Z|[+-]\d\d:\d\d)?$/,
  timespan:
    /^(?:-?(?:\d+\.)?\d{1,2}:\d\d(?::\d\d(?:\.\d{1,7})?)?|-?\d+(?:\.\d+)?(?:d|h|m|s|ms|microseconds?|ticks?))$/,
};

/** Texts of reals that are no numbers. */
const specialReals: Readonly<Record<string, string>> = { NaN: 'nan', Infinity: '+inf', '-Infinity': '-inf' };

/** A typed KQL literal, such as `long(5)`; a value that the type does not have becomes its null. */
export function kqlLiteral(value: WireValue, type: ScalarType): string {
  if (type === 'string') return kqlString(value === null ? '' : wireText(value));
  if (value === null) return `${type}(null)`;
  if (type === 'dynamic') {
    const json = JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029]/g, escaped);
    return `dynamic(${json})`;
  }
  const text = specialReals[wireText(value)] ?? wireText(value);
  return literalTexts[type].test(text) ? `${type}(${text})` : `${type}(null)`;
}

const wireText = (value: WireValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
