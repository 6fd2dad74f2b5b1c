/** The one place that writes names into SQL. */

/**
 * Returns the name as a quoted SQL identifier. NUL, which no SQL text can hold, becomes U+2400 (its visible symbol);
 * a lone surrogate, which has no UTF-8 form, becomes U+FFFD; an empty name, which SQL does not have, a single space.
 */
export function identifier(name: string): string {
  return `"${writable(name).replaceAll('"', '""')}"`;
}

function writable(name: string): string {
  return name === '' ? ' ' : wellFormed(name).replaceAll('\0', '\u2400');
}

/** Returns the text with each lone surrogate, which has no UTF-8 form, as U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, (match) =>
    match.length === 2 ? match : '\uFFFD',
  );
}

/**
 * Returns the physical names of columns with these Kusto names: the same, except that a name which SQL cannot tell
 * from an earlier one gets a suffix: DuckDB's names ignore case and Kusto's do not, and some characters have no form.
 */
export function physicalNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const written = writable(name);
    let physical = written;
    for (let n = 2; taken.has(physical.toLowerCase()); n++) physical = `${written}~${n}`;
    taken.add(physical.toLowerCase());
    return physical;
  });
}
