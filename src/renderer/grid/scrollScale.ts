/**
 * Where rows are on a scroll bar that is shorter than the rows. Browsers cap an element's height (Firefox near
 * 17.8 million pixels, Chromium near 33.5), so past {@link maxCanvasPx} the scroll position is scaled.
 */
export const maxCanvasPx = 10_000_000;

export interface ScrollScale {
  /** Height of the element that stands for all rows. */
  readonly canvasPx: number;
  /** Furthest position of the top edge, in row pixels. */
  readonly maxTopPx: number;
  readonly isScaled: boolean;
  /** Row pixels at the top edge for a scroll position. */
  topAt(scrollTop: number): number;
  /** Scroll position that shows these row pixels at the top edge. */
  scrollFor(topPx: number): number;
}

/** Returns the scale for `rows` rows of `rowPx` in a viewport whose rows take `viewPx`. */
export function scrollScale(rows: number, rowPx: number, viewPx: number): ScrollScale {
  const allPx = rows * rowPx;
  const canvasPx = Math.min(allPx, maxCanvasPx);
  const maxTopPx = Math.max(0, allPx - viewPx);
  const maxScroll = Math.max(0, canvasPx - viewPx);
  const ratio = maxScroll === 0 ? 1 : maxTopPx / maxScroll;
  return {
    canvasPx,
    maxTopPx,
    isScaled: allPx > maxCanvasPx,
    topAt: (scrollTop) => Math.min(maxTopPx, Math.max(0, scrollTop * ratio)),
    scrollFor: (topPx) => Math.min(maxScroll, Math.max(0, topPx / ratio)),
  };
}
