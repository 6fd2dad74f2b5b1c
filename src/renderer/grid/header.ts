/** The grid's header: names, sort marks, resize handles and, on demand, one filter box a column. */
import type { SortKey } from '../../engine/result.ts';
import type { Column } from '../../kql/types.ts';
import { isRightAligned, visibleText } from '../cellText.ts';
import { element, keepKeys, pooled, setText } from '../dom.ts';
import { draggedWidth } from './columnWidths.ts';

export interface HeaderActions {
  readonly sort: (column: number, isAdding: boolean) => void;
  readonly resize: (column: number, widthPx: number) => void;
  readonly fit: (column: number) => void;
  readonly filter: (column: number, text: string) => void;
}

export interface HeaderState {
  readonly columns: readonly Column[];
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly widths: readonly number[];
  readonly sort: readonly SortKey[];
  readonly filterTexts: ReadonlyMap<number, string>;
  readonly hasFilterRow: boolean;
}

/** Where a header cell belongs; kept beside the element since cells are reused while scrolling. */
const columnOfCell = new WeakMap<Element, number>();

export class Header {
  readonly element = element('div', { class: 'hunt-head', attributes: { role: 'rowgroup' } });
  readonly #names = headerRow();
  readonly #filters = headerRow();
  #widths: readonly number[] = [];

  constructor(private readonly actions: HeaderActions) {
    this.element.append(this.#names.row);
  }

  /** Draws the columns in view. */
  draw(state: HeaderState): void {
    this.#widths = state.widths;
    const count = state.endColumn - state.firstColumn;
    const cells = pooled(this.#names.cells, count, () => this.#makeName());
    cells.forEach((cell, index) => drawName(cell, state.firstColumn + index, state));
    if (!state.hasFilterRow) this.#filters.row.remove();
    else {
      if (!this.#filters.row.isConnected) this.element.append(this.#filters.row);
      const boxes = pooled(this.#filters.cells, count, () => this.#makeFilter());
      boxes.forEach((cell, index) => drawFilter(cell, state.firstColumn + index, state));
    }
  }

  /** Puts the cursor into the first filter box in view. */
  focusFilter(): void {
    this.#filters.cells.querySelector('input')?.focus();
  }

  #makeName(): HTMLElement {
    const handle = element('span', { class: 'hunt-resize', attributes: { 'aria-hidden': 'true' } });
    const cell = element('div', {
      class: 'hunt-hcell',
      attributes: { role: 'columnheader' },
      children: [
        element('span', { class: 'hunt-name' }),
        element('span', { class: 'hunt-sort', attributes: { 'aria-hidden': 'true' } }),
        handle,
      ],
    });
    cell.addEventListener('click', (event) => {
      const column = columnOfCell.get(cell);
      if (column !== undefined && event.target !== handle) this.actions.sort(column, event.shiftKey);
    });
    handle.addEventListener('dblclick', () => {
      const column = columnOfCell.get(cell);
      if (column !== undefined) this.actions.fit(column);
    });
    handle.addEventListener('pointerdown', (event) => this.#drag(event, handle, columnOfCell.get(cell)));
    return cell;
  }

  #drag(start: PointerEvent, handle: HTMLElement, column: number | undefined): void {
    if (column === undefined || start.button !== 0) return;
    start.preventDefault();
    handle.setPointerCapture(start.pointerId);
    const startPx = this.#widths[column] ?? 0;
    const move = (event: PointerEvent) =>
      this.actions.resize(column, draggedWidth(startPx, event.clientX - start.clientX));
    const end = () => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('lostpointercapture', end);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', end);
  }

  #makeFilter(): HTMLElement {
    const input = element('input', {
      class: 'hunt-input hunt-column-filter',
      attributes: { type: 'search', spellcheck: 'false', placeholder: 'filter' },
    });
    const cell = element('div', { class: 'hunt-hcell', attributes: { role: 'gridcell' }, children: [input] });
    keepKeys(input);
    input.addEventListener('input', () => {
      const column = columnOfCell.get(cell);
      if (column !== undefined) this.actions.filter(column, input.value);
    });
    return cell;
  }
}

function headerRow(): { readonly row: HTMLElement; readonly cells: HTMLElement } {
  // `display: contents`, so that the pool of cells and the fixed first cells share one grid.
  const cells = element('div', { class: 'hunt-cells', attributes: { role: 'presentation' } });
  const row = element('div', {
    class: 'hunt-row hunt-hrow',
    attributes: { role: 'row' },
    children: [
      element('div', { class: 'hunt-gutter', attributes: { role: 'presentation' } }),
      element('div', { class: 'hunt-skip', attributes: { role: 'presentation' } }),
      cells,
    ],
  });
  return { row, cells };
}

function drawName(cell: HTMLElement, index: number, state: HeaderState): void {
  const column = state.columns[index];
  if (!column) return;
  columnOfCell.set(cell, index);
  const [name, mark] = cell.children;
  const name_ = visibleText(column.name);
  if (name instanceof HTMLElement) setText(name, name_);
  const place = state.sort.findIndex((key) => key.column === column.name);
  const key = state.sort[place];
  const arrow = key ? (key.descending ? '▾' : '▴') : '';
  if (mark instanceof HTMLElement)
    setText(mark, state.sort.length > 1 && key ? `${arrow}${place + 1}` : arrow);
  cell.classList.toggle('is-right', isRightAligned(column));
  cell.classList.toggle('is-filtered', Boolean(state.filterTexts.get(index)));
  cell.setAttribute('aria-sort', key ? (key.descending ? 'descending' : 'ascending') : 'none');
  cell.setAttribute('aria-colindex', String(index + 2));
  const unit = column.type === 'datetime' ? 'datetime, UTC' : column.type;
  cell.title = `${name_} (${unit})\nClick to sort, Shift+click to sort by several columns`;
}

function drawFilter(cell: HTMLElement, index: number, state: HeaderState): void {
  columnOfCell.set(cell, index);
  const input = cell.firstElementChild;
  const column = state.columns[index];
  if (!(input instanceof HTMLInputElement) || !column) return;
  const text = state.filterTexts.get(index) ?? '';
  if (input.value !== text) input.value = text;
  input.setAttribute('aria-label', `Filter ${visibleText(column.name)}`);
  cell.setAttribute('aria-colindex', String(index + 2));
}
