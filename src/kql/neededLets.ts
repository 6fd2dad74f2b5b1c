/** Which `let` statements of earlier cells a text needs: one over a table that is elsewhere must not fail a text that never names it. */

/** Returns the statements whose names the text or another needed statement uses, in their order. */
export function neededLets(text: string, lets: readonly string[]): readonly string[] {
  const needed = new Set<string>();
  let words = wordsOf(text);
  for (let before = -1; before !== needed.size;) {
    before = needed.size;
    for (const statement of lets) {
      const name = /^\s*let\s+([A-Za-z_]\w*)/.exec(statement)?.[1];
      if (name === undefined || words.has(name)) needed.add(statement);
    }
    words = new Set([...words, ...wordsOf([...needed].join('\n'))]);
  }
  return lets.filter((statement) => needed.has(statement));
}

/** Returns what may be names in the text. */
export function wordsOf(text: string): Set<string> {
  return new Set(text.match(/[A-Za-z_]\w*/g) ?? []);
}
