/** The grid's rows in view. Row and cell elements are reused; only what changed is written. */
import type { Column } from '../../kql/types.ts';
import { cellText, isRightAligned, severityOf } from '../cellText.ts';
import { element, pooled, setText } from '../dom.ts';
import type { Row } from './pagedRows.ts';
import type { Selection } from './selection.ts';
import { activeCell, isRowSelected, isSelected } from './selection.ts';

export interface BodyState {
  readonly columns: readonly Column[];
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly firstRow: number;
  readonly endRow: number;
  readonly row: (index: number) => Row | undefined;
  readonly selection: Selection;
  /** Id that the active cell carries for assistive technology. */
  readonly activeId: string;
}

/** What a body or number cell stands for; column is undefined for the row's number. */
export interface DrawnPlace {
  readonly row: number;
  readonly column: number | undefined;
}

export class Body {
  readonly element = element('div', { class: 'hunt-body', attributes: { role: 'rowgroup' } });
  #firstRow = 0;
  #firstColumn = 0;

  /** Draws rows `[firstRow, endRow)` and columns `[firstColumn, endColumn)`. */
  draw(state: BodyState): void {
    this.#firstRow = state.firstRow;
    this.#firstColumn = state.firstColumn;
    const rows = pooled(this.element, state.endRow - state.firstRow, makeRow);
    rows.forEach((row, offset) => drawRow(row, state.firstRow + offset, state));
  }

  /** Returns the place of the cell under a pointer event, if it is on one. */
  placeOf(target: EventTarget | null): DrawnPlace | undefined {
    if (!(target instanceof Element)) return undefined;
    const cell = target.closest('.hunt-cell, .hunt-gutter');
    const row = cell?.closest('.hunt-brow');
    if (!cell || !row) return undefined;
    const rowIndex = this.#firstRow + [...this.element.children].indexOf(row);
    if (cell.classList.contains('hunt-gutter')) return { row: rowIndex, column: undefined };
    const column = this.#firstColumn + [...(cell.parentElement?.children ?? [])].indexOf(cell);
    return { row: rowIndex, column };
  }
}

function makeRow(): HTMLElement {
  return element('div', {
    class: 'hunt-row hunt-brow',
    attributes: { role: 'row' },
    children: [
      element('div', { class: 'hunt-gutter', attributes: { role: 'rowheader' } }),
      element('div', { class: 'hunt-skip', attributes: { role: 'presentation' } }),
      element('div', { class: 'hunt-cells', attributes: { role: 'presentation' } }),
    ],
  });
}

function makeCell(): HTMLElement {
  return element('div', { class: 'hunt-cell', attributes: { role: 'gridcell' } });
}

function drawRow(rowElement: HTMLElement, index: number, state: BodyState): void {
  const [gutter, , cells] = rowElement.children;
  if (!(gutter instanceof HTMLElement) || !(cells instanceof HTMLElement)) return;
  const row = state.row(index);
  rowElement.setAttribute('aria-rowindex', String(index + 2));
  rowElement.classList.toggle('is-waiting', !row);
  rowElement.classList.toggle('is-odd', index % 2 === 1);
  setText(gutter, String(index + 1));
  gutter.classList.toggle('is-selected', isRowSelected(state.selection, index));
  const drawn = pooled(cells, state.endColumn - state.firstColumn, makeCell);
  drawn.forEach((cell, offset) =>
    drawCell(cell, { row: index, column: state.firstColumn + offset }, row, state),
  );
}

function drawCell(
  cell: HTMLElement,
  place: { readonly row: number; readonly column: number },
  row: Row | undefined,
  state: BodyState,
): void {
  const column = state.columns[place.column];
  if (!column) return;
  const shown = row ? cellText(row[place.column] ?? null, column.type) : undefined;
  setText(cell, shown?.text ?? '');
  const selected = isSelected(state.selection, place.row, place.column);
  const active = activeCell(state.selection);
  const severity = row && severityOf(column, row[place.column] ?? null);
  const isActive = active?.row === place.row && active.column === place.column;
  const className = [
    'hunt-cell',
    shown && `is-${shown.kind}`,
    isRightAligned(column) && 'is-right',
    severity && `is-severe is-${severity}`,
    selected && 'is-selected',
    isActive && 'is-active',
  ]
    .filter(Boolean)
    .join(' ');
  if (cell.className !== className) cell.className = className;
  cell.setAttribute('aria-colindex', String(place.column + 2));
  cell.setAttribute('aria-selected', String(selected));
  if (isActive) cell.id = state.activeId;
  else if (cell.id) cell.removeAttribute('id');
}
