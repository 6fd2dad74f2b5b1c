/** The one place where text becomes KQL literals and identifiers. */

/** A KQL string literal, safe whatever the text holds. */
export function kqlString(text: string): string {
  const escaped = text.replace(/[\\"'\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    if (character === '\\' || character === '"') return `\\${character}`;
    if (character === "'") return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
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
