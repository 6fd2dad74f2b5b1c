/** Widths and places of columns, from the texts that they hold. */

const minWidthPx = 48;
const maxInitialWidthPx = 420;
/** Padding on both sides, the column's line, and a pixel against rounding. */
const paddingPx = 20;
/** Room for the sort mark beside the name. */
const sortMarkPx = 20;

/** Returns the width that fits the header and the texts, within bounds that keep other columns in sight. */
export function fittingWidth(
  header: string,
  texts: readonly string[],
  charPx: number,
  maxPx: number = maxInitialWidthPx,
): number {
  const longest = texts.reduce((length, text) => Math.max(length, displayLength(text)), 0);
  const wanted = Math.max(displayLength(header) * charPx + sortMarkPx, longest * charPx) + paddingPx;
  return Math.round(Math.min(maxPx, Math.max(minWidthPx, wanted)));
}

/** Characters of East Asian scripts and emoji are two columns wide. */
function displayLength(text: string): number {
  let length = 0;
  for (const character of text.slice(0, 200)) length += (character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1;
  return length;
}

/** Returns a dragged width within bounds. */
export function draggedWidth(startPx: number, movedPx: number): number {
  return Math.max(minWidthPx, Math.round(startPx + movedPx));
}

/** Returns the left edge of every column, and the right edge of the last as one more entry. */
export function columnEdges(widths: readonly number[]): number[] {
  const edges = [0];
  let edge = 0;
  for (const width of widths) edges.push((edge += width));
  return edges;
}

/** Returns the columns `[first, end)` that touch the pixels `[leftPx, rightPx)`. */
export function visibleColumns(
  edges: readonly number[],
  leftPx: number,
  rightPx: number,
): { readonly first: number; readonly end: number } {
  const count = edges.length - 1;
  let first = 0;
  while (first < count - 1 && (edges[first + 1] ?? 0) <= leftPx) first++;
  let end = Math.min(count, first + 1);
  while (end < count && (edges[end] ?? 0) < rightPx) end++;
  return { first: Math.min(first, count), end };
}

/**
 * Returns widths in which columns whose texts do not fit take from the room that is left over, the leftmost first. No
 * column gets narrower.
 */
export function grownWidths(widths: readonly number[], wanted: readonly number[], roomPx: number): number[] {
  let spare = roomPx - widths.reduce((sum, width) => sum + width, 0);
  return widths.map((width, index) => {
    const growth = Math.min(Math.max(0, spare), Math.max(0, (wanted[index] ?? 0) - width));
    spare -= growth;
    return width + growth;
  });
}
