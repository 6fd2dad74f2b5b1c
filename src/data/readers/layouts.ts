/** Logs whose header lines stand again in the middle: the rows of a file may have several layouts. */

export interface Layouts<T> {
  readonly layouts: readonly T[];
  /**
   * SQL of the index of a line's layout, NULL before the first header; computed over all lines in their order. Undefined
   * where all rows have one layout: DuckDB may then read the file in parts.
   */
  readonly layoutOf: string | undefined;
}

/**
 * Returns the different layouts of the blocks, which are in the order of their headers. `isBlockStart` is SQL that is
 * true for the one line of each header that begins a block; `isHeaderFirst`: no row stands before the first header.
 */
export function layoutsOf<T>(blocks: readonly T[], isBlockStart: string, isHeaderFirst: boolean): Layouts<T> {
  const found = new Map<string, { readonly index: number; readonly block: T }>();
  const indexes = blocks.map((block) => {
    const key = JSON.stringify(block);
    const known = found.get(key) ?? { index: found.size, block };
    found.set(key, known);
    return known.index;
  });
  const layouts = [...found.values()].map(({ block }) => block);
  const nth = `count(*) FILTER (${isBlockStart}) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
  const isOne = layouts.length === 1 && isHeaderFirst;
  return { layouts, layoutOf: isOne ? undefined : `[${indexes.join(', ')}][${nth}]` };
}

/** SQL that differs by the layout of the line, as short as it can be. */
export function byLayout<T>(layouts: readonly T[], sql: (layout: T) => string): string {
  const all = layouts.map(sql);
  const [first = 'NULL'] = all;
  if (all.every((each) => each === first)) return first;
  return `CASE layout ${all.map((each, index) => `WHEN ${index} THEN ${each}`).join(' ')} END`;
}
