import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { DescribedResult, RendererMessage } from '../../src/renderer/protocol.ts';
import type { Harness } from './chromium.ts';
import { openHarness } from './chromium.ts';

const describeNow = async (page: Page): Promise<DescribedResult> => {
  const results = await page.evaluate<DescribedResult[]>('hunt.describe()');
  const [first] = results;
  assert.ok(first);
  return first;
};
const sent = (page: Page) => page.evaluate<RendererMessage[]>('hunt.sent');
const clipboard = (page: Page) => page.evaluate<string>('navigator.clipboard.readText()');
/** Waits until the first cell in view reads so. */
const untilFirstCell = (page: Page, text: string) =>
  page.waitForFunction(`hunt.describe()[0].cells[0]?.[0] === ${JSON.stringify(text)}`);

const small = {
  resultId: 'small',
  columns: [
    { name: 'Name', type: 'string' },
    { name: 'Port', type: 'int' },
    { name: 'Detail', type: 'dynamic' },
  ],
  rowCount: 3,
  firstRows: [
    ['<img src=x onerror="window.hacked=true">', 22, { a: ['<b>'] }],
    ['', null, null],
    ['evil\u202egpj.exe\nsecond', 3389, 'text'],
  ],
  provenance: {
    query: '',
    language: 'kql',
    engine: 'local',
    sources: [],
    startedAt: '',
    durationMs: 3,
    rowCount: 3,
  },
  notices: ['<i>a notice</i>'],
  isRestored: false,
  isStale: false,
};

describe('the result grid in a browser', () => {
  let harness: Harness;
  let page: Page;
  before(async () => {
    harness = await openHarness();
  });
  after(() => harness.close());
  beforeEach(async () => {
    page = await harness.open();
  });
  afterEach(() => page.context().close());

  const showMillion = (extraColumns = 0) => page.evaluate(`hunt.render(hunt.million(${extraColumns}))`);

  it('shows a million rows with few elements, and reaches the last row', async () => {
    await showMillion();
    const drawn = await page.locator('.hunt-brow').count();
    assert.ok(drawn > 5 && drawn < 60, `${drawn} rows drawn`);
    await page.evaluate("{ const g = document.querySelector('.hunt-grid'); g.scrollTop = g.scrollHeight; }");
    await page.waitForFunction("hunt.describe()[0].cells.at(-1)?.[0] === '999999'");
    const described = await describeNow(page);
    assert.equal(described.firstRow + described.cells.length, 1_000_000);
    assert.match(described.status, /^1,000,000 rows · 56 ms · local$/);
  });

  it('jumps to the middle with placeholders until the rows arrive, asking for the rows in view only', async () => {
    await showMillion();
    await page.evaluate('hunt.delayMs = 150');
    await page.evaluate(
      "{ const g = document.querySelector('.hunt-grid'); g.scrollTop = g.scrollHeight / 2; }",
    );
    await page.waitForSelector('.hunt-brow.is-waiting');
    await page.waitForFunction("!document.querySelector('.hunt-brow.is-waiting')");
    const described = await describeNow(page);
    assert.ok(Math.abs(described.firstRow - 500_000) < 1000, `row ${described.firstRow}`);
    assert.equal(described.cells[0]?.[0], String(described.firstRow));
    const pages = (await sent(page)).filter((message) => message.kind === 'page');
    assert.ok(pages.length <= 4, `${pages.length} requests`);
  });

  it('moves by the wheel’s own pixels where the scroll bar is scaled', async () => {
    await showMillion();
    await page.locator('.hunt-grid').hover();
    await page.mouse.wheel(0, 240);
    await page.waitForFunction('hunt.describe()[0].firstRow === 10');
  });

  it('draws only the columns in view of a wide table', async () => {
    await showMillion(300);
    assert.ok((await page.locator('.hunt-hcell').count()) < 40);
    await page.evaluate("document.querySelector('.hunt-grid').scrollLeft = 1e9");
    await page.waitForFunction("hunt.describe()[0].headers.at(-1) === 'Extra299'");
    assert.equal((await describeNow(page)).cells[0]?.at(-1), 'r0c299');
  });

  it('sorts by a click on the header, by several with Shift, and marks the order', async () => {
    await showMillion();
    await page.getByRole('columnheader', { name: 'Row' }).click();
    await page.getByRole('columnheader', { name: 'Row' }).click();
    await untilFirstCell(page, '999999');
    await page.getByRole('columnheader', { name: 'DeviceName' }).click({ modifiers: ['Shift'] });
    await page.waitForFunction(
      'hunt.sent.at(-1).request?.sort.length === 2 || hunt.sent.some((m) => m.request?.sort?.length === 2)',
    );
    const orders = (await sent(page)).flatMap((message) =>
      message.kind === 'page' ? [message.request.sort] : [],
    );
    assert.deepEqual(orders.at(-1), [
      { column: 'Row', descending: true },
      { column: 'DeviceName', descending: false },
    ]);
    assert.equal(
      await page.getByRole('columnheader', { name: 'Row' }).getAttribute('aria-sort'),
      'descending',
    );
  });

  it('filters over all columns and per column, and counts what matches', async () => {
    await showMillion();
    await page.getByPlaceholder('Filter rows').fill('host-7');
    await untilFirstCell(page, '5000000');
    assert.match((await describeNow(page)).status, /^1,000 of 1,000,000 rows/);
    await page.getByRole('button', { name: 'Show or hide a filter box' }).click();
    await page.getByLabel('Filter Timestamp').fill('2025-05-07 12');
    await page.waitForFunction('hunt.sent.some((m) => m.request?.filters?.length === 2)');
    const last = (await sent(page)).filter((message) => message.kind === 'page').at(-1);
    assert.deepEqual(last?.request.filters, [
      { text: 'host-7' },
      { column: 'Timestamp', text: '2025-05-07T12' },
    ]);
  });

  it('keeps hostile text as text, and makes deceiving characters visible', async () => {
    await page.evaluate(`hunt.render(${JSON.stringify(small)})`);
    const described = await describeNow(page);
    assert.deepEqual(described.cells, [
      ['<img src=x onerror="window.hacked=true">', '22', '{"a":["<b>"]}'],
      ['', 'null', 'null'],
      ['evil⟨U+202E⟩gpj.exe↵second', '3389', 'text'],
    ]);
    assert.match(described.status, /<i>a notice<\/i>/);
    assert.equal(await page.locator('img, i, b').count(), 0);
    assert.equal(await page.evaluate('window.hacked'), undefined);
  });

  it('tells null from empty, aligns numbers right, and shows a small result at its natural height', async () => {
    await page.evaluate(`hunt.render(${JSON.stringify(small)})`);
    const cell = (row: number, column: number) =>
      page.locator('.hunt-brow').nth(row).locator('.hunt-cell').nth(column);
    assert.match((await cell(1, 1).getAttribute('class')) ?? '', /is-null/);
    assert.doesNotMatch((await cell(1, 0).getAttribute('class')) ?? '', /is-null/);
    assert.match((await cell(0, 1).getAttribute('class')) ?? '', /is-right/);
    const box = await page.locator('.hunt-grid').boundingBox();
    assert.ok(box && box.height < 120, `${box?.height}px`);
  });

  it('sorts and filters a small result without asking the extension', async () => {
    await page.evaluate(`hunt.render(${JSON.stringify(small)})`);
    await page.getByRole('columnheader', { name: 'Port' }).click();
    await untilFirstCell(page, '');
    await page.getByPlaceholder('Filter rows').fill('EVIL');
    await page.waitForFunction('hunt.describe()[0].matchingRows === 1');
    assert.equal((await sent(page)).filter((message) => message.kind === 'page').length, 0);
  });

  it('moves by keyboard and names the active cell to assistive technology', async () => {
    await showMillion();
    await page.locator('.hunt-grid').focus();
    await page.keyboard.press('ArrowDown');
    for (const key of ['ArrowDown', 'ArrowRight', 'PageDown', 'Control+End']) await page.keyboard.press(key);
    await page.waitForFunction("hunt.describe()[0].cells.at(-1)?.[0] === '999999'");
    const id = await page.locator('.hunt-grid').getAttribute('aria-activedescendant');
    const active = page.locator(`[id="${id}"]`);
    assert.equal(await active.textContent(), String(999_999 % 65536));
    assert.equal(await active.getAttribute('aria-selected'), 'true');
    assert.equal(await page.locator('.hunt-grid').getAttribute('aria-rowcount'), '1000001');
  });

  it('copies the selection with headers on Ctrl+C', async () => {
    await showMillion();
    const cell = (row: number, column: number) =>
      page.locator('.hunt-brow').nth(row).locator('.hunt-cell').nth(column);
    await cell(1, 2).click();
    await cell(2, 3).click({ modifiers: ['Shift'] });
    await page.keyboard.press('Control+c');
    await page.getByText('Copied 2 rows').waitFor();
    assert.equal(
      await clipboard(page),
      'DeviceName\tRemotePort\nhost-1.corp.example\t1\nhost-2.corp.example\t2',
    );
  });

  it('copies all rows as JSON by the menu when nothing is selected', async () => {
    await page.evaluate(`hunt.render(${JSON.stringify(small)})`);
    await page.getByRole('button', { name: 'Copy the selection' }).click();
    await page.getByRole('menuitem', { name: 'Copy as JSON' }).click();
    await page.getByText('Copied 3 rows').waitFor();
    const rows: unknown = JSON.parse(await clipboard(page));
    assert.deepEqual(Array.isArray(rows) && rows[0], {
      Name: '<img src=x onerror="window.hacked=true">',
      Port: 22,
      Detail: { a: ['<b>'] },
    });
  });

  it('lets the extension write the clipboard where the webview may not', async () => {
    await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('denied'))");
    await page.evaluate(`hunt.render(${JSON.stringify(small)})`);
    await page.locator('.hunt-cell').first().click();
    await page.keyboard.press('Control+c');
    await page.getByText('Copied 1 row').waitFor();
    assert.equal((await sent(page)).filter((message) => message.kind === 'copy').length, 1);
  });

  it('expands a value as indented JSON and closes on Escape', async () => {
    await page.evaluate(`hunt.render(${JSON.stringify(small)})`);
    await page.locator('.hunt-brow').first().locator('.hunt-cell').nth(2).dblclick();
    assert.equal(await page.locator('.hunt-detail-text').textContent(), '{\n  "a": [\n    "<b>"\n  ]\n}');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.hunt-detail').count(), 0);
  });

  it('pins the selected rows with their values, or the whole result', async () => {
    await page.evaluate(`hunt.render(${JSON.stringify(small)})`);
    await page.getByRole('button', { name: 'Pin the whole result' }).click();
    await page.locator('.hunt-brow .hunt-gutter').nth(1).click();
    await page.getByRole('button', { name: 'Pin the selected rows' }).click();
    const pinsOf = async () => (await sent(page)).filter((message) => message.kind === 'pin');
    const deadlineMs = Date.now() + 30_000;
    while ((await pinsOf()).length < 2 && Date.now() < deadlineMs) await page.waitForTimeout(20);
    const pins = await pinsOf();
    assert.deepEqual(pins, [
      { kind: 'pin', resultId: 'small' },
      { kind: 'pin', resultId: 'small', rows: [['', null, null]] },
    ]);
  });

  it('resizes a column by dragging and fits it on a double click', async () => {
    await showMillion();
    const header = page.getByRole('columnheader', { name: 'DeviceName' });
    const before = await header.boundingBox();
    const handle = await header.locator('.hunt-resize').boundingBox();
    assert.ok(before && handle);
    await page.mouse.move(handle.x + 4, handle.y + 5);
    await page.mouse.down();
    await page.mouse.move(handle.x + 104, handle.y + 5);
    await page.mouse.up();
    await page.waitForTimeout(50);
    const dragged = await header.boundingBox();
    assert.equal(dragged?.width, before.width + 100);
    await header.locator('.hunt-resize').dblclick();
    await page.waitForTimeout(50);
    assert.ok(((await header.boundingBox())?.width ?? 0) < dragged.width);
    assert.equal(await header.getAttribute('aria-sort'), 'none');
  });

  it('shows the cut, a failed page and staleness, and takes the stale mark away again', async () => {
    await page.evaluate(
      "hunt.render({ ...hunt.million(), cut: { atLeastRows: 2000000, limit: '1,000,000 rows a result' } })",
    );
    assert.match((await describeNow(page)).status, /1,000,000 of at least 2,000,000 rows/);
    await page.evaluate("hunt.source = () => 'The rows are no longer held. Run the cell again.'");
    await page.evaluate("document.querySelector('.hunt-grid').scrollTop = 5e6");
    await page.getByText('The rows are no longer held').waitFor();
    await page.evaluate("hunt.receive({ kind: 'stale', resultId: 'million', isStale: true })");
    assert.match((await describeNow(page)).status, /Stale/);
    await page.evaluate("hunt.receive({ kind: 'stale', resultId: 'million', isStale: false })");
    assert.doesNotMatch((await describeNow(page)).status, /Stale/);
  });

  it('draws a chart for render, with the table one tab away', async () => {
    const chart = {
      ...small,
      columns: [
        { name: 'Device<b>', type: 'string' },
        { name: 'Failures', type: 'long' },
      ],
      firstRows: [
        ['<img src=x onerror="window.hacked=true">', 5],
        ['b', 7],
        ['c', null],
      ],
      render: { kind: 'barchart', properties: { title: 'Failures by device' } },
    };
    await page.evaluate(`hunt.render(${JSON.stringify(chart)})`);
    await page.waitForFunction("hunt.describe()[0].chartText?.includes('Failures by device')");
    assert.equal((await describeNow(page)).view, 'chart');
    assert.equal(await page.evaluate('window.hacked'), undefined);
    await page.getByRole('tab', { name: 'Show as table' }).click();
    const described = await describeNow(page);
    assert.equal(described.view, 'table');
    assert.equal(described.cells[1]?.[1], '7');
  });

  it('shows the ATT&CK matrix of techniques one tab away', async () => {
    const legend = [{ mark: 'confirmed', label: 'Confirmed', color: '#d1242f' }];
    const cell = {
      id: 'T1046',
      name: '<img src=x onerror="window.hacked=true">',
      isSub: false,
      mark: 'confirmed',
      note: 'a scan',
    };
    const columns = [
      { tactic: 'Discovery', cells: [cell], unmarked: 30 },
      { tactic: 'Impact', cells: [], unmarked: 15 },
    ];
    const result = { ...small, drawing: { kind: 'matrix', columns, legend } };
    await page.evaluate(`hunt.render(${JSON.stringify(result)})`);
    assert.equal((await describeNow(page)).view, 'table');
    await page.getByRole('tab', { name: 'ATT&CK matrix' }).click();
    const described = await describeNow(page);
    assert.equal(described.view, 'matrix');
    assert.match(described.chartText ?? '', /Confirmed[\s\S]*Discovery\s+T1046 <img[\s\S]*30 without a mark/);
    assert.match(described.chartText ?? '', /other tactics: Impact \(15\)/);
    assert.equal(await page.evaluate('window.hacked'), undefined);
    assert.equal(await page.locator('.hunt-grid').isVisible(), false);
  });

  it('shows a process tree one tab away', async () => {
    const leaf = { text: 'whoami.exe', note: 'pc1', isChosen: true, children: [] };
    const roots = [{ text: 'explorer.exe\u202e', note: '', isChosen: false, children: [leaf] }];
    const result = { ...small, drawing: { kind: 'tree', roots } };
    await page.evaluate(`hunt.render(${JSON.stringify(result)})`);
    await page.getByRole('tab', { name: 'Tree' }).click();
    assert.match((await describeNow(page)).chartText ?? '', /explorer\.exe⟨U\+202E⟩\s+whoami\.exe\s*pc1/);
    assert.equal(await page.locator('.hunt-node.is-chosen').innerText(), 'whoami.exe');
  });

  it('draws no drawing of another shape', async () => {
    for (const drawing of [
      { kind: 'matrix', columns: [{}], legend: [] },
      { kind: 'tree', roots: [{ text: 1 }] },
      { kind: 'matrix', columns: [], legend: [{ mark: 'x', label: 'x', color: 'red;x:y' }] },
    ]) {
      await page.evaluate(`hunt.render(${JSON.stringify({ ...small, drawing })})`);
      assert.equal(await page.locator('.hunt-output').count(), 0, JSON.stringify(drawing));
    }
  });

  it('describes several results in page order and forgets disposed ones', async () => {
    await page.evaluate(`hunt.render(${JSON.stringify(small)}, 'one')`);
    await page.evaluate(`hunt.render({ ...${JSON.stringify(small)}, resultId: 'other' }, 'two')`);
    await page.evaluate(`hunt.render(${JSON.stringify(small)}, 'one')`);
    const ids = async () =>
      (await page.evaluate<DescribedResult[]>('hunt.describe()')).map(({ resultId }) => resultId);
    assert.deepEqual(await ids(), ['small', 'other']);
    await page.evaluate("hunt.dispose('one')");
    assert.deepEqual(await ids(), ['other']);
  });

  it('says so when a stored result cannot be read', async () => {
    await page.evaluate("hunt.render({ resultId: 'x', columns: 'no' })");
    await page.getByText('This stored result cannot be read').waitFor();
  });
});
