/** One result in a cell's output: bar, notices, chart or grid, value panel and status line. */
import type { WireValue } from '../kql/types.ts';
import { visibleText } from './cellText.ts';
import { ChartView, hasChart } from './chart/chartView.ts';
import type { CopyFormat } from './copyFormats.ts';
import { formatRows } from './copyFormats.ts';
import { copyMenu } from './copyMenu.ts';
import { detailPanel } from './detail.ts';
import { drawing } from './drawingView.ts';
import { button, element, keepKeys, setText, withCode } from './dom.ts';
import { Grid } from './grid/grid.ts';
import { localPage } from './grid/localPage.ts';
import type { FetchPage } from './grid/pagedRows.ts';
import { PagedRows } from './grid/pagedRows.ts';
import type { CellPlace } from './grid/selection.ts';
import { selectedColumns, selectedRowSpans } from './grid/selection.ts';
import type { Messaging, PageRequests } from './messaging.ts';
import { copyText } from './messaging.ts';
import type { DescribedResult, ResultOutput, View } from './protocol.ts';
import { countText, noticesOf, statusText } from './statusLine.ts';

/** Rows that one copy takes at most; the status line says so when there were more. */
const maxCopiedRows = 100_000;
/** As many rows as a finding holds. */
const maxPinnedRows = 200;
const filterDelayMs = 200;

const drawingNames = { matrix: 'ATT&CK matrix', tree: 'Tree' } as const;

export class OutputView {
  readonly element: HTMLElement;
  readonly #rows: PagedRows;
  readonly #grid: Grid;
  readonly #chart: ChartView | undefined;
  readonly #drawing: HTMLElement | undefined;
  readonly #notices = element('div', { class: 'hunt-notices', attributes: { role: 'status' } });
  readonly #detail = element('div');
  readonly #figures = element('span');
  readonly #said = element('span', { class: 'hunt-dim', attributes: { role: 'status' } });
  readonly #quickFilter: HTMLInputElement;
  readonly #tabs: readonly HTMLButtonElement[];
  readonly #pin: HTMLButtonElement;
  #view: View = 'table';
  #isStale: boolean;
  #filterTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly result: ResultOutput,
    requests: PageRequests,
    private readonly messaging: Messaging,
  ) {
    this.#isStale = result.isStale;
    const isWhole = result.firstRows.length === result.rowCount;
    const fetchPage: FetchPage = isWhole
      ? (request) => Promise.resolve(localPage(result.columns, result.firstRows, request))
      : (request) => requests.fetch(result.resultId, request);
    this.#rows = new PagedRows(fetchPage, (change) => this.#rowsChanged(change), {
      rows: result.firstRows,
      rowCount: result.rowCount,
    });
    this.#grid = new Grid(
      result.columns,
      this.#rows,
      {
        reorder: () => this.#reorderSoon(),
        openCell: (place) => this.#openCell(place),
        selectionChanged: () => this.#selectionChanged(),
        copy: () => void this.#copy('tsv'),
        focusQuickFilter: () => this.#quickFilter.focus(),
      },
      result.publishedAs === undefined ? 'Query result' : `Result ${visibleText(result.publishedAs)}`,
    );
    this.#chart = hasChart(result) ? new ChartView(result, fetchPage) : undefined;
    this.#quickFilter = this.#makeQuickFilter();
    this.#drawing = this.#chart || !result.drawing ? undefined : drawing(result.drawing);
    this.#tabs = this.#chart
      ? [this.#tab('chart', 'Chart'), this.#tab('table', 'Table')]
      : result.drawing
        ? [this.#tab('table', 'Table'), this.#tab(result.drawing.kind, drawingNames[result.drawing.kind])]
        : [];
    this.#pin = button('Pin', 'Pin the selected rows as evidence', () => void this.#pinRows(), 'hunt-pin');
    this.element = this.#assemble();
  }

  /** Draws for the first time; call once the element is in the page. */
  start(): void {
    this.#grid.layOut();
    this.#show(this.#chart ? 'chart' : 'table');
    this.#refresh();
    this.#selectionChanged();
  }

  get resultId(): string {
    return this.result.resultId;
  }

  setStale(isStale: boolean): void {
    this.#isStale = isStale;
    this.#refresh();
  }

  /** Returns what a reader sees now. */
  describe(): DescribedResult {
    const notices = [...this.#notices.children].map((notice) => notice.textContent);
    const chartText = this.#view === 'table' ? undefined : (this.#chart?.text() ?? this.#drawing?.innerText);
    return {
      resultId: this.result.resultId,
      view: this.#view,
      ...this.#grid.describe(),
      ...(this.#rows.isReordering ? {} : { matchingRows: this.#rows.matchingRows }),
      status: [this.#figures.textContent, ...notices].join('\n'),
      ...(chartText === undefined ? {} : { chartText }),
    };
  }

  dispose(): void {
    clearTimeout(this.#filterTimer);
    this.#grid.dispose();
    this.#chart?.dispose();
    this.element.remove();
  }

  #assemble(): HTMLElement {
    const { publishedAs } = this.result;
    const name =
      publishedAs === undefined
        ? []
        : [element('span', { class: 'hunt-published', text: visibleText(publishedAs) })];
    if (name[0]) name[0].title = 'Later cells see these rows as a table of this name';
    const tabs = element('div', {
      class: 'hunt-tabs',
      attributes: { role: 'tablist' },
      children: this.#tabs,
    });
    const columnFilters = button(
      'Filter columns',
      'Show or hide a filter box for every column',
      () => this.#grid.toggleFilterRow(),
      'hunt-of-table',
    );
    return element('div', {
      class: 'hunt-output',
      children: [
        element('div', {
          class: 'hunt-bar',
          children: [
            ...(this.#tabs.length > 0 ? [tabs] : []),
            ...name,
            element('span', { class: 'hunt-space' }),
            this.#quickFilter,
            columnFilters,
            copyMenu((format) => void this.#copy(format)),
            this.#pin,
          ],
        }),
        this.#notices,
        ...(this.#chart ? [this.#chart.element] : []),
        ...(this.#drawing ? [this.#drawing] : []),
        this.#grid.element,
        this.#detail,
        element('div', { class: 'hunt-status', children: [this.#figures, this.#said] }),
      ],
    });
  }

  #makeQuickFilter(): HTMLInputElement {
    const input = element('input', {
      class: 'hunt-input hunt-of-table',
      attributes: {
        type: 'search',
        placeholder: 'Filter rows',
        'aria-label': 'Filter rows: any column contains',
        spellcheck: 'false',
      },
    });
    keepKeys(input);
    input.addEventListener('input', () => this.#reorderSoon(filterDelayMs));
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === 'ArrowDown') this.#grid.element.focus();
    });
    return input;
  }

  #tab(view: View, text: string): HTMLButtonElement {
    const tab = button(text, `Show as ${text.toLowerCase()}`, () => this.#show(view), 'hunt-tab');
    tab.setAttribute('role', 'tab');
    tab.dataset['view'] = view;
    return tab;
  }

  #show(view: View): void {
    this.#view = view;
    for (const tab of this.#tabs) tab.setAttribute('aria-selected', String(tab.dataset['view'] === view));
    this.element.classList.toggle('shows-picture', view !== 'table');
    if (view === 'chart') void this.#chart?.start();
    else if (view === 'table') this.#grid.draw();
  }

  /** Typing sorts and filters once it pauses; clicks at once. */
  #reorderSoon(delayMs = 0): void {
    clearTimeout(this.#filterTimer);
    this.#filterTimer = setTimeout(() => {
      const text = this.#quickFilter.value;
      const filters = [...(text ? [{ text }] : []), ...this.#grid.columnFilters];
      this.#rows.reorder({ sort: this.#grid.sort, filters });
      this.element.classList.add('is-busy');
    }, delayMs);
  }

  #rowsChanged(change: 'rows' | 'order'): void {
    if (change === 'order') {
      this.element.classList.toggle('is-busy', this.#rows.isReordering);
      this.#closeDetail();
      this.#grid.reset();
    } else this.#grid.draw();
    this.#refresh();
  }

  #refresh(): void {
    const notices = noticesOf(this.result, this.#isStale);
    if (this.#rows.error !== undefined) notices.unshift({ text: this.#rows.error, isWarning: true });
    this.#notices.replaceChildren(
      ...notices.map(({ text, isWarning }) =>
        element('div', {
          class: `hunt-notice${isWarning ? ' is-warning' : ''}`,
          children: withCode(visibleText(text)),
        }),
      ),
    );
    this.element.classList.toggle('is-stale', this.#isStale);
    setText(this.#figures, statusText(this.result, this.#rows.matchingRows));
  }

  #selectionChanged(): void {
    const rows = this.#selectedSpans().reduce((count, { first, end }) => count + end - first, 0);
    const columns = selectedColumns(this.#grid.selection, this.result.columns.length).length;
    const isMany = rows > 1 || columns > 1;
    this.#say(isMany ? `${countText(rows)} × ${countText(columns)} selected` : '');
    this.#pin.disabled = !this.messaging.post || this.result.rowCount === 0;
    const label = rows > 0 ? 'Pin the selected rows as evidence' : 'Pin the whole result as evidence';
    this.#pin.title = label;
    this.#pin.setAttribute('aria-label', label);
  }

  #selectedSpans() {
    return selectedRowSpans(this.#grid.selection);
  }

  #say(text: string): void {
    setText(this.#said, text);
  }

  async #copy(format: CopyFormat): Promise<void> {
    const chosen = this.#selectedSpans();
    const spans = chosen.length > 0 ? chosen : [{ first: 0, end: this.#rows.matchingRows }];
    const picked = selectedColumns(this.#grid.selection, this.result.columns.length);
    const columns = chosen.length > 0 ? picked : this.result.columns.map((_, index) => index);
    try {
      const { rows, total } = await this.#collect(spans, maxCopiedRows);
      const cells = rows.map((row) => columns.map((index) => row[index] ?? null));
      const kept = columns.flatMap((index) => this.result.columns[index] ?? []);
      await copyText(formatRows(format, kept, cells), this.messaging);
      const of = total > rows.length ? ` of ${countText(total)}: one copy takes no more` : '';
      this.#say(`Copied ${countText(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}${of}`);
    } catch (error) {
      this.#say(`Not copied: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #pinRows(): Promise<void> {
    const { post } = this.messaging;
    const spans = this.#selectedSpans();
    if (!post) return;
    if (spans.length === 0) {
      post({ kind: 'pin', resultId: this.result.resultId });
      return;
    }
    try {
      const { rows, total } = await this.#collect(spans, maxPinnedRows);
      post({ kind: 'pin', resultId: this.result.resultId, rows });
      if (total > rows.length)
        this.#say(
          `A finding holds ${countText(maxPinnedRows)} rows: the first of ${countText(total)} are taken`,
        );
    } catch (error) {
      this.#say(`Not pinned: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #collect(
    spans: readonly { readonly first: number; readonly end: number }[],
    limit: number,
  ): Promise<{ rows: (readonly WireValue[])[]; total: number }> {
    const rows: (readonly WireValue[])[] = [];
    let total = 0;
    for (const { first, end } of spans) {
      total += end - first;
      const count = Math.min(end - first, limit - rows.length);
      for (const row of await this.#rows.collect(first, count)) rows.push(row);
    }
    return { rows, total };
  }

  #openCell(place: CellPlace): void {
    const column = this.result.columns[place.column];
    const row = this.#rows.row(place.row);
    if (!column || !row) return;
    const panel = detailPanel(column, place.row + 1, row[place.column] ?? null, {
      copy: (text) => void copyText(text, this.messaging).then(() => this.#say('Copied the value')),
      close: () => {
        this.#closeDetail();
        this.#grid.element.focus();
      },
    });
    this.#detail.replaceChildren(panel);
    panel.focus();
  }

  #closeDetail(): void {
    this.#detail.replaceChildren();
  }
}
