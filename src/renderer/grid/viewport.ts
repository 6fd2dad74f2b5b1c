/** Which rows a grid shows: the scroll position in row pixels, exact also where the scroll bar is too coarse for that. */
import { scrollScale, type ScrollScale } from './scrollScale.ts';

/** Height of a row in CSS pixels; `styles.css` has the same. */
export const rowPx = 24;
/** What a grid that is not laid out (an output scrolled away) counts as its view. */
const unseenView = { widthPx: 1200, heightPx: 400 } as const;

/** What surrounds the rows, and how many there are. */
export interface Frame {
  readonly rows: number;
  readonly headPx: number;
  readonly gutterPx: number;
}

export interface View {
  readonly scale: ScrollScale;
  /** Height that rows have. */
  readonly rowsPx: number;
  /** Row pixels at the top edge. */
  readonly topPx: number;
  /** Rows `[firstRow, endRow)` are in view. */
  readonly firstRow: number;
  readonly endRow: number;
  readonly leftPx: number;
  /** Width that columns have. */
  readonly columnsPx: number;
}

export class Viewport {
  readonly #element: HTMLElement;
  readonly #frame: () => Frame;
  #topPx = 0;
  #ownScrollTop = 0;

  /** `element` scrolls; `frame` is asked whenever the view is. */
  constructor(element: HTMLElement, frame: () => Frame) {
    this.#element = element;
    this.#frame = frame;
  }

  view(): View {
    const { rows, headPx, gutterPx } = this.#frame();
    const { clientHeight, clientWidth, scrollLeft } = this.#element;
    const isSeen = clientHeight > 0;
    const rowsPx = Math.max(rowPx, (isSeen ? clientHeight : unseenView.heightPx) - headPx);
    const scale = scrollScale(rows, rowPx, rowsPx);
    this.#topPx = Math.min(this.#topPx, scale.maxTopPx);
    return {
      scale,
      rowsPx,
      topPx: this.#topPx,
      firstRow: Math.floor(this.#topPx / rowPx),
      endRow: Math.min(rows, Math.ceil((this.#topPx + rowsPx) / rowPx)),
      leftPx: scrollLeft,
      columnsPx: (isSeen ? clientWidth : unseenView.widthPx) - gutterPx,
    };
  }

  scrollTo(topPx: number): void {
    this.#topPx = topPx;
    this.#element.scrollTop = this.view().scale.scrollFor(topPx);
    this.#ownScrollTop = this.#element.scrollTop;
  }

  /** Scrolls as little as brings the row into view. */
  reveal(row: number): void {
    const { rowsPx, topPx } = this.view();
    const rowTopPx = row * rowPx;
    if (rowTopPx < topPx) this.scrollTo(rowTopPx);
    else if (rowTopPx + rowPx > topPx + rowsPx) this.scrollTo(rowTopPx + rowPx - rowsPx);
  }

  /** Takes over where the element was scrolled to. */
  follow(): void {
    const { scrollTop } = this.#element;
    // A scroll that this grid made itself must not round its exact place away.
    if (Math.abs(scrollTop - this.#ownScrollTop) <= 1) return;
    this.#topPx = this.view().scale.topAt(scrollTop);
    this.#ownScrollTop = scrollTop;
  }

  /** With a scaled scroll bar a wheel step would skip rows; it moves by its own pixels instead. Returns whether it did. */
  wheel(event: WheelEvent): boolean {
    const { scale, topPx } = this.view();
    if (!scale.isScaled || event.deltaY === 0 || event.ctrlKey || event.shiftKey) return false;
    const unitPx = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? rowPx : 1;
    const next = Math.min(scale.maxTopPx, Math.max(0, topPx + event.deltaY * unitPx));
    if (next === topPx) return false;
    event.preventDefault();
    this.scrollTo(next);
    return true;
  }
}
