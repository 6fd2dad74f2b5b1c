/**
 * The result grid: only the cells in view are in the page, rows come from {@link PagedRows}.
 *
 * The scrolling element is the ARIA grid and keeps the focus; the active cell is named by `aria-activedescendant`,
 * so focus survives the reuse of cell elements.
 */
import type { Column } from '../../kql/types.ts';
import { cellText, severityOf } from '../cellText.ts';
import { element } from '../dom.ts';
import { Body } from './body.ts';
import { columnEdges, fittingWidth, grownWidths, visibleColumns } from './columnWidths.ts';
import { Header } from './header.ts';
import type { PagedRows } from './pagedRows.ts';
import type { CellPlace, GridSize, Selection } from './selection.ts';
import { activeCell, addCell, extendTo, moved, nothingSelected, selectAll, selectCell } from './selection.ts';
import { toggledSort } from './sortKeys.ts';
import { rowPx, Viewport, type View } from './viewport.ts';

/** In CSS pixels; `styles.css` has the same. */
const headRowPx = 28;
/** Rows drawn beyond the view, so that a small scroll shows rows at once. */
const overscanRows = 4;
const widestFitPx = 1600;

export interface GridActions {
  /** Sort or filter by column changed; the owner adds its own filters and asks for rows. */
  readonly reorder: () => void;
  readonly openCell: (place: CellPlace) => void;
  readonly selectionChanged: () => void;
  readonly copy: () => void;
  readonly focusQuickFilter: () => void;
}

/** As wide as the mark before a severity. */
const severityMark = '  ';

export class Grid {
  readonly element: HTMLElement;
  readonly #canvas = element('div', { class: 'hunt-canvas', attributes: { role: 'presentation' } });
  readonly #header: Header;
  readonly #body = new Body();
  readonly #resizeObserver: ResizeObserver;
  readonly #activeId = `hunt-active-${crypto.randomUUID()}`;
  readonly #viewport: Viewport;
  #widths: number[] = [];
  /** Columns whose width the hunter chose. */
  readonly #resized = new Set<number>();
  #edges: number[] = [0];
  #charPx = 7.2;
  #frame = 0;
  #selection: Selection = nothingSelected;
  #sort: ReturnType<typeof toggledSort> = [];
  readonly #filterTexts = new Map<number, string>();
  #hasFilterRow = false;

  constructor(
    private readonly columns: readonly Column[],
    private readonly rows: PagedRows,
    private readonly actions: GridActions,
    label: string,
  ) {
    this.#header = new Header({
      sort: (column, isAdding) => this.#sortBy(column, isAdding),
      resize: (column, widthPx) => this.#resize(column, widthPx),
      fit: (column) => this.#resize(column, this.#fit(column, widestFitPx)),
      filter: (column, text) => this.#filterBy(column, text),
    });
    this.#canvas.append(this.#header.element, this.#body.element);
    this.element = element('div', {
      class: 'hunt-grid',
      attributes: {
        role: 'grid',
        tabindex: '0',
        'aria-label': label,
        'aria-multiselectable': 'true',
        'aria-colcount': String(columns.length + 1),
      },
      children: [this.#canvas],
    });
    this.#viewport = new Viewport(this.element, () => ({
      rows: this.rows.matchingRows,
      headPx: this.#headPx(),
      gutterPx: this.#gutterPx(),
    }));
    this.#listen();
    this.#resizeObserver = new ResizeObserver(() => this.#schedule());
    this.#resizeObserver.observe(this.element);
  }

  /** Measures the font and gives columns their first widths; call once the element is in the page. */
  layOut(): void {
    const probe = element('div', { class: 'hunt-cell hunt-probe', text: '0'.repeat(50) });
    this.element.append(probe);
    this.#charPx = probe.getBoundingClientRect().width / 50 || this.#charPx;
    probe.remove();
    this.#widths = this.columns.map((_, column) => this.#fit(column));
    this.#edges = columnEdges(this.#widths);
    this.draw();
  }

  get selection(): Selection {
    return this.#selection;
  }

  get sort(): ReturnType<typeof toggledSort> {
    return this.#sort;
  }

  /** Column filters that are not empty. */
  get columnFilters(): { readonly column: string; readonly text: string }[] {
    return [...this.#filterTexts].flatMap(([index, text]) => {
      const column = this.columns[index];
      return column && text ? [{ column: column.name, text: filterText(column, text) }] : [];
    });
  }

  get hasFilterRow(): boolean {
    return this.#hasFilterRow;
  }

  /** Shows or hides the filter boxes; hiding clears them. */
  toggleFilterRow(): void {
    this.#hasFilterRow = !this.#hasFilterRow;
    const hadFilters = this.columnFilters.length > 0;
    if (!this.#hasFilterRow) this.#filterTexts.clear();
    this.draw();
    if (this.#hasFilterRow) this.#header.focusFilter();
    else if (hadFilters) this.actions.reorder();
  }

  /** Back to the first row and no selection: the rows are in another order now. */
  reset(): void {
    this.#selection = nothingSelected;
    this.#viewport.scrollTo(0);
    this.draw();
    this.actions.selectionChanged();
  }

  /** Draws what is in view and asks for rows that are not here. */
  draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const view = this.#viewport.view();
    this.rows.show(view.firstRow, view.endRow);
    this.#grow(view);
    this.#layOutCanvas(view);
    const columns = visibleColumns(this.#edges, view.leftPx, view.leftPx + view.columnsPx);
    const firstRow = Math.max(0, view.firstRow - overscanRows);
    const endRow = Math.min(this.rows.matchingRows, view.endRow + overscanRows);
    const shared = { columns: this.columns, firstColumn: columns.first, endColumn: columns.end };
    const tracks = this.#widths.slice(columns.first, columns.end).map((width) => `${width}px`);
    this.#canvas.style.setProperty('--tracks', [`${this.#edges[columns.first] ?? 0}px`, ...tracks].join(' '));
    this.#header.draw({
      ...shared,
      widths: this.#widths,
      sort: this.#sort,
      filterTexts: this.#filterTexts,
      hasFilterRow: this.#hasFilterRow,
    });
    this.#body.draw({
      ...shared,
      firstRow,
      endRow,
      row: (index) => this.rows.row(index),
      selection: this.#selection,
      activeId: this.#activeId,
    });
    const topOnCanvas = this.element.scrollTop + firstRow * rowPx - view.topPx;
    this.#body.element.style.transform = `translateY(${topOnCanvas}px)`;
    this.element.setAttribute('aria-rowcount', String(this.rows.matchingRows + 1));
    this.element.setAttribute('aria-busy', String(this.rows.isReordering));
    if (activeCell(this.#selection)) this.element.setAttribute('aria-activedescendant', this.#activeId);
    else this.element.removeAttribute('aria-activedescendant');
  }

  /** Returns the texts in view. */
  describe(): { headers: string[]; cells: string[][]; firstRow: number } {
    const view = this.#viewport.view();
    const { first, end } = visibleColumns(this.#edges, view.leftPx, view.leftPx + view.columnsPx);
    const columns = this.columns.slice(first, end);
    const cells: string[][] = [];
    for (let index = view.firstRow; index < view.endRow; index++) {
      const row = this.rows.row(index);
      cells.push(
        columns.map((column, offset) => (row ? cellText(row[first + offset] ?? null, column.type).text : '')),
      );
    }
    return { headers: columns.map((column) => column.name), cells, firstRow: view.firstRow };
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#resizeObserver.disconnect();
  }

  #headPx(): number {
    return headRowPx * (this.#hasFilterRow ? 2 : 1);
  }

  #gutterPx(): number {
    return Math.ceil(String(this.rows.matchingRows).length * this.#charPx) + 18;
  }

  #layOutCanvas({ scale }: View): void {
    const gutterPx = this.#gutterPx();
    this.#canvas.style.setProperty('--gutter', `${gutterPx}px`);
    this.#canvas.style.setProperty('--head-height', `${this.#headPx()}px`);
    this.#canvas.style.width = `${gutterPx + (this.#edges.at(-1) ?? 0)}px`;
    this.#canvas.style.height = `${this.#headPx() + scale.canvasPx}px`;
  }

  #fit(column: number, maxPx?: number): number {
    const definition = this.columns[column];
    if (!definition) return 0;
    const view = this.#viewport.view();
    const texts: string[] = [];
    for (let index = view.firstRow; index < Math.min(view.firstRow + 100, this.rows.matchingRows); index++) {
      const value = this.rows.row(index)?.[column];
      if (value === undefined) continue;
      const mark = severityOf(definition, value) === undefined ? '' : severityMark;
      texts.push(mark + cellText(value, definition.type).text);
    }
    return fittingWidth(definition.name, texts, this.#charPx, maxPx);
  }

  #resize(column: number, widthPx: number): void {
    this.#resized.add(column);
    this.#widths[column] = widthPx;
    this.#edges = columnEdges(this.#widths);
    this.#schedule();
  }

  /** Widths come from the first rows; where later rows need more and there is room, columns take it. */
  #grow({ columnsPx }: View): void {
    if ((this.#edges.at(-1) ?? 0) >= columnsPx) return;
    const wanted = this.columns.map((_, column) => (this.#resized.has(column) ? 0 : this.#fit(column)));
    this.#widths = grownWidths(this.#widths, wanted, columnsPx);
    this.#edges = columnEdges(this.#widths);
  }

  #sortBy(column: number, isAdding: boolean): void {
    const name = this.columns[column]?.name;
    if (name === undefined) return;
    this.#sort = toggledSort(this.#sort, name, isAdding);
    this.actions.reorder();
    this.draw();
  }

  #filterBy(column: number, text: string): void {
    if (text) this.#filterTexts.set(column, text);
    else this.#filterTexts.delete(column);
    this.actions.reorder();
  }

  #listen(): void {
    this.element.addEventListener(
      'scroll',
      () => {
        this.#viewport.follow();
        this.#schedule();
      },
      { passive: true },
    );
    this.element.addEventListener(
      'wheel',
      (event) => {
        if (this.#viewport.wheel(event)) this.#schedule();
      },
      { passive: false },
    );
    this.element.addEventListener('keydown', (event) => this.#pressed(event));
    this.#body.element.addEventListener('pointerdown', (event) => this.#pointed(event));
    this.#body.element.addEventListener('pointermove', (event) => this.#dragged(event));
    this.#body.element.addEventListener('dblclick', (event) => {
      const place = this.#body.placeOf(event.target);
      if (place?.column !== undefined) this.actions.openCell({ row: place.row, column: place.column });
    });
  }

  #schedule(): void {
    this.#frame ||= requestAnimationFrame(() => this.draw());
  }

  #select(selection: Selection): void {
    this.#selection = selection;
    this.#reveal();
    this.draw();
    this.actions.selectionChanged();
  }

  #reveal(): void {
    const place = activeCell(this.#selection);
    if (!place) return;
    this.#viewport.reveal(place.row);
    const view = this.#viewport.view();
    const left = this.#edges[place.column] ?? 0;
    const right = this.#edges[place.column + 1] ?? left;
    if (right > view.leftPx + view.columnsPx) this.element.scrollLeft = right - view.columnsPx;
    if (left < this.element.scrollLeft) this.element.scrollLeft = left;
  }

  #pointed(event: PointerEvent): void {
    const drawn = this.#body.placeOf(event.target);
    if (!drawn || event.button !== 0) return;
    const wholeRows = drawn.column === undefined;
    const place = { row: drawn.row, column: drawn.column ?? 0 };
    if (event.shiftKey) this.#select(extendTo(this.#selection, place));
    else if (event.ctrlKey || event.metaKey) this.#select(addCell(this.#selection, place, wholeRows));
    else this.#select(selectCell(place, wholeRows));
  }

  #dragged(event: PointerEvent): void {
    if ((event.buttons & 1) === 0 || !activeCell(this.#selection)) return;
    const drawn = this.#body.placeOf(event.target);
    const active = activeCell(this.#selection);
    if (!drawn || !active) return;
    const place = { row: drawn.row, column: drawn.column ?? active.column };
    if (place.row !== active.row || place.column !== active.column)
      this.#select(extendTo(this.#selection, place));
  }

  #pressed(event: KeyboardEvent): void {
    if (event.target !== this.element || event.altKey) return;
    if (!this.#act(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Acts on a key and says whether it was one of the grid's. */
  #act(event: KeyboardEvent): boolean {
    const isCommand = event.ctrlKey || event.metaKey;
    const size: GridSize = {
      rows: this.rows.matchingRows,
      columns: this.columns.length,
      pageRows: Math.max(1, Math.floor(this.#viewport.view().rowsPx / rowPx) - 1),
    };
    const next = moved(this.#selection, event.key, size, {
      isFar: isCommand,
      isExtending: event.shiftKey,
    });
    if (next) {
      this.#select(next);
      return true;
    }
    const active = activeCell(this.#selection);
    const key = `${isCommand ? 'Ctrl+' : ''}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
    const commands: Readonly<Record<string, (() => void) | undefined>> = {
      'Ctrl+a': () => this.#select(selectAll(size)),
      'Ctrl+c': () => this.actions.copy(),
      Enter: active && (() => this.actions.openCell(active)),
      ' ': active && (() => this.#select(selectCell(active, true))),
      s: active && (() => this.#sortBy(active.column, event.shiftKey)),
      '/': () => this.actions.focusQuickFilter(),
      Escape: active && (() => this.#select(nothingSelected)),
    };
    const command = Object.hasOwn(commands, key) ? commands[key] : undefined;
    command?.();
    return command !== undefined;
  }
}

/** A time is filtered as it reads in the grid, `2025-05-07 12:37`, though its exact text has a `T`. */
function filterText(column: Column, text: string): string {
  return column.type === 'datetime' ? text.replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T') : text;
}
