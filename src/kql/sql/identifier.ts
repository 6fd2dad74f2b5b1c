/** The one place that writes names into SQL. */

/**
 * Returns the name as a quoted SQL identifier. NUL, which no SQL text can hold, becomes U+2400 (its visible symbol);
 * an empty name, which SQL does not have, becomes a single space.
 */
export function identifier(name: string): string {
  const text = name === '' ? ' ' : name.replaceAll('\0', '\u2400');
  return `"${text.replaceAll('"', '""')}"`;
}

/**
 * Returns the physical names of columns with these Kusto names: the same, except that a name which differs from an
 * earlier one only in case gets a suffix, since DuckDB's names ignore case and Kusto's do not.
 */
export function physicalNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let physical = name;
    for (let n = 2; taken.has(physical.toLowerCase()); n++) physical = `${name}~${n}`;
    taken.add(physical.toLowerCase());
    return physical;
  });
}
