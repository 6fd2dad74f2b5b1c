/** The `let` statements that cells without a query hand on to the cells after them. */

interface CellLets {
  readonly key: string;
  readonly lets: readonly string[];
}

/** Statements by cell, in the order in which cells first gave some. */
export class PublishedLets {
  #cells: readonly CellLets[] = [];

  /** What the cell gives now; it keeps its place among the others. */
  set(key: string, lets: readonly string[]): void {
    const isKnown = this.#cells.some((cell) => cell.key === key);
    this.#cells = isKnown
      ? this.#cells.map((cell) => (cell.key === key ? { key, lets } : cell))
      : [...this.#cells, { key, lets }];
  }

  /** The statements that a text sees: those of the other cells, without the names that the text declares itself. */
  visibleTo(key: string, text: string): readonly string[] {
    const own = new Set([...text.matchAll(/\blet\s+([A-Za-z_]\w*)\s*=/g)].map(([, name]) => name));
    const latest = new Map<string, string>();
    for (const cell of this.#cells) {
      if (cell.key === key) continue;
      for (const statement of cell.lets) {
        const name = /^\s*let\s+([A-Za-z_]\w*)\s*=/.exec(statement)?.[1];
        if (name !== undefined && own.has(name)) continue;
        latest.set(name ?? statement, statement);
      }
    }
    return [...latest.values()];
  }

  clear(): void {
    this.#cells = [];
  }
}
