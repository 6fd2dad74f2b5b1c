/** Which cells are selected, as plain data; the grid draws it and the keyboard moves it. */

export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** Spreads from `anchor` to `head`, both inclusive; `wholeRows` takes every column. */
export interface SelectedRange {
  readonly anchor: CellPlace;
  readonly head: CellPlace;
  readonly wholeRows: boolean;
}

/** The last range is the one that the keyboard moves; its head is the active cell. */
export interface Selection {
  readonly ranges: readonly SelectedRange[];
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that Page Up and Page Down pass. */
  readonly pageRows: number;
}

export const nothingSelected: Selection = { ranges: [] };

/** Returns the active cell, if there is one. */
export function activeCell(selection: Selection): CellPlace | undefined {
  return selection.ranges.at(-1)?.head;
}

/** Selects one cell, or its row. */
export function selectCell(place: CellPlace, wholeRows = false): Selection {
  return { ranges: [{ anchor: place, head: place, wholeRows }] };
}

/** Adds a further range and keeps the others. */
export function addCell(selection: Selection, place: CellPlace, wholeRows: boolean): Selection {
  return { ranges: [...selection.ranges, { anchor: place, head: place, wholeRows }] };
}

/** Stretches the last range to `place`. */
export function extendTo(selection: Selection, place: CellPlace): Selection {
  const last = selection.ranges.at(-1);
  if (!last) return selectCell(place);
  return { ranges: [...selection.ranges.slice(0, -1), { ...last, head: place }] };
}

export function selectAll(size: GridSize): Selection {
  if (size.rows === 0 || size.columns === 0) return nothingSelected;
  return {
    ranges: [
      {
        anchor: { row: size.rows - 1, column: size.columns - 1 },
        head: { row: 0, column: 0 },
        wholeRows: false,
      },
    ],
  };
}

export function isSelected(selection: Selection, row: number, column: number): boolean {
  return selection.ranges.some(
    ({ anchor, head, wholeRows }) =>
      isBetween(row, anchor.row, head.row) && (wholeRows || isBetween(column, anchor.column, head.column)),
  );
}

/** Whether the row is selected across, as its number shows. */
export function isRowSelected(selection: Selection, row: number): boolean {
  return selection.ranges.some(
    ({ anchor, head, wholeRows }) => wholeRows && isBetween(row, anchor.row, head.row),
  );
}

/** Returns spans `[first, end)` of the selected rows, in order and without overlap. */
export function selectedRowSpans(selection: Selection): { readonly first: number; readonly end: number }[] {
  const spans = selection.ranges
    .map(({ anchor, head }) => ({
      first: Math.min(anchor.row, head.row),
      end: Math.max(anchor.row, head.row) + 1,
    }))
    .sort((a, b) => a.first - b.first);
  const merged: { first: number; end: number }[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && span.first <= last.end) last.end = Math.max(last.end, span.end);
    else merged.push({ ...span });
  }
  return merged;
}

/** Returns the selected columns in order. */
export function selectedColumns(selection: Selection, columns: number): number[] {
  const all = [...Array(columns).keys()];
  return all.filter((column) =>
    selection.ranges.some(
      ({ anchor, head, wholeRows }) => wholeRows || isBetween(column, anchor.column, head.column),
    ),
  );
}

const moves: Readonly<
  Record<string, (at: CellPlace, size: GridSize, isFar: boolean) => readonly [number, number]>
> = {
  ArrowUp: (at, _size, isFar) => [isFar ? 0 : at.row - 1, at.column],
  ArrowDown: (at, size, isFar) => [isFar ? size.rows : at.row + 1, at.column],
  ArrowLeft: (at, _size, isFar) => [at.row, isFar ? 0 : at.column - 1],
  ArrowRight: (at, size, isFar) => [at.row, isFar ? size.columns : at.column + 1],
  PageUp: (at, size) => [at.row - size.pageRows, at.column],
  PageDown: (at, size) => [at.row + size.pageRows, at.column],
  Home: (at, _size, isFar) => [isFar ? 0 : at.row, 0],
  End: (at, size, isFar) => [isFar ? size.rows : at.row, size.columns],
};

/** Returns the selection after a navigation key, or undefined when the key is no such key. `isFar`: Ctrl or Cmd. */
export function moved(
  selection: Selection,
  key: string,
  size: GridSize,
  options: { readonly isFar: boolean; readonly isExtending: boolean },
): Selection | undefined {
  const move = Object.hasOwn(moves, key) ? moves[key] : undefined;
  if (!move || size.rows === 0 || size.columns === 0) return undefined;
  const at = activeCell(selection);
  if (!at) return selectCell({ row: 0, column: 0 });
  const [row, column] = move(at, size, options.isFar);
  const place = { row: clamp(row, size.rows), column: clamp(column, size.columns) };
  return options.isExtending ? extendTo(selection, place) : selectCell(place);
}

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}

function isBetween(value: number, a: number, b: number): boolean {
  return value >= Math.min(a, b) && value <= Math.max(a, b);
}
