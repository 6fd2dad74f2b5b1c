import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Column } from '../../src/kql/types.ts';
import { cellText, detailText, severityOf } from '../../src/renderer/cellText.ts';
import { formatRows } from '../../src/renderer/copyFormats.ts';
import { columnEdges, fittingWidth, visibleColumns } from '../../src/renderer/grid/columnWidths.ts';
import { localPage } from '../../src/renderer/grid/localPage.ts';
import { PagedRows } from '../../src/renderer/grid/pagedRows.ts';
import { maxCanvasPx, scrollScale } from '../../src/renderer/grid/scrollScale.ts';
import {
  addCell,
  extendTo,
  moved,
  selectCell,
  selectedColumns,
  selectedRowSpans,
} from '../../src/renderer/grid/selection.ts';
import { toggledSort } from '../../src/renderer/grid/sortKeys.ts';
import { isExtensionMessage, isResultOutput } from '../../src/renderer/guards.ts';
import { durationText } from '../../src/renderer/statusLine.ts';

describe('cell texts', () => {
  it('reads times without needless digits and leaves other text alone', () => {
    const text = (value: string, type: Column['type']) => cellText(value, type).text;
    assert.equal(text('2025-05-07T12:37:46.0000000Z', 'datetime'), '2025-05-07 12:37:46');
    assert.equal(text('2025-05-07T12:37:46.1200000Z', 'datetime'), '2025-05-07 12:37:46.120');
    assert.equal(text('2025-05-07T12:37:46.1234567Z', 'datetime'), '2025-05-07 12:37:46.1234567');
    assert.equal(text('2025-05-07T12:37:46.5803200Z', 'datetime'), '2025-05-07 12:37:46.580320');
    assert.equal(text('-1.02:03:04.5000000', 'timespan'), '-1.02:03:04.500');
    assert.equal(text('00:10:00', 'timespan'), '00:10:00');
    assert.equal(text('2025-05-07T12:37:46.0000000Z', 'string'), '2025-05-07T12:37:46.0000000Z');
  });

  it('knows a severity by the column and the word', () => {
    const severity = { name: 'Severity', type: 'string' } as const;
    const level = { name: 'Level', type: 'string' } as const;
    assert.equal(severityOf(severity, 'High'), 'high');
    assert.equal(severityOf(level, 'critical'), 'high');
    assert.equal(severityOf(severity, 'informational'), undefined);
    assert.equal(severityOf(severity, null), undefined);
    assert.equal(severityOf({ name: 'Message', type: 'string' }, 'high'), undefined);
    assert.equal(severityOf({ name: 'Level', type: 'long' }, 4), undefined);
  });

  it('shows control and direction characters, and cuts very long text', () => {
    assert.equal(cellText('a\r\nb\u0000\u001b\u007f\u202e', 'string').text, 'a↵b␀␛␡⟨U+202E⟩');
    assert.equal(cellText('x'.repeat(5000), 'string').text.length, 1001);
  });

  it('tells null from the text null', () => {
    assert.deepEqual(cellText(null, 'string'), { text: 'null', kind: 'null' });
    assert.deepEqual(cellText('null', 'string'), { text: 'null', kind: 'text' });
  });

  it('indents JSON, also inside text', () => {
    assert.equal(detailText({ a: [1] }), '{\n  "a": [\n    1\n  ]\n}');
    assert.equal(detailText('{"a":1}'), '{\n  "a": 1\n}');
    assert.equal(detailText('{not json'), '{not json');
  });
});

describe('copied rows', () => {
  const columns: Column[] = [
    { name: 'Text', type: 'string' },
    { name: 'N', type: 'long' },
  ];

  it('quotes what would break a cell, and disarms formulas in log text but not numbers', () => {
    const rows = [
      ['a\tb "c"', -1],
      ['=cmd|calc', null],
      ['line\nbreak', 2],
    ];
    assert.equal(
      formatRows('tsv', columns, rows),
      'Text\tN\n"a\tb ""c"""\t-1\n\'=cmd|calc\t\n"line\nbreak"\t2',
    );
    assert.equal(formatRows('csv', columns, [['a,b', 1]]), 'Text,N\r\n"a,b",1');
  });

  it('escapes Markdown and HTML, and links nothing', () => {
    const text = formatRows('markdown', columns, [['<b>|*x* https://evil.example', 1]]);
    assert.equal(text.split('\n')[2], '| &lt;b&gt;\\|\\*x\\* https&#58;//evil.example | 1 |');
  });

  it('keeps every cell in its place, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (texts) => {
        const rows = texts.map((text) => [text, 1]);
        assert.equal(formatRows('markdown', columns, rows).split('\n').length, texts.length + 2);
        const parsed: unknown = JSON.parse(formatRows('json', columns, rows));
        assert.deepEqual(
          parsed,
          texts.map((text) => ({ Text: text, N: 1 })),
        );
      }),
    );
  });
});

describe('scrolling', () => {
  it('reaches the first and the last row at any size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000_000 }),
        fc.integer({ min: 24, max: 900 }),
        (rows, viewPx) => {
          const scale = scrollScale(rows, 24, viewPx);
          assert.ok(scale.canvasPx <= maxCanvasPx);
          assert.equal(scale.topAt(0), 0);
          const maxScroll = Math.max(0, scale.canvasPx - viewPx);
          assert.ok(Math.abs(scale.topAt(maxScroll) - Math.max(0, rows * 24 - viewPx)) < 1e-3);
          assert.ok(Math.abs(scale.topAt(scale.scrollFor(scale.maxTopPx / 3)) - scale.maxTopPx / 3) < 1e-3);
        },
      ),
    );
  });

  it('finds the columns in view', () => {
    const edges = columnEdges([100, 50, 200]);
    assert.deepEqual(visibleColumns(edges, 0, 100), { first: 0, end: 1 });
    assert.deepEqual(visibleColumns(edges, 99, 151), { first: 0, end: 3 });
    assert.deepEqual(visibleColumns(edges, 150, 1000), { first: 2, end: 3 });
    assert.deepEqual(visibleColumns(columnEdges([]), 0, 100), { first: 0, end: 0 });
  });

  it('fits widths within bounds', () => {
    assert.equal(fittingWidth('N', ['1'], 7), 48);
    assert.equal(fittingWidth('Name', ['x'.repeat(20)], 7), 160);
    assert.equal(fittingWidth('Name', ['x'.repeat(500)], 7), 420);
  });
});

describe('selection', () => {
  const size = { rows: 100, columns: 4, pageRows: 10 };

  it('moves by keys and stays inside', () => {
    const at = selectCell({ row: 5, column: 1 });
    const head = (key: string, isFar = false) =>
      moved(at, key, size, { isFar, isExtending: false })?.ranges[0]?.head;
    assert.deepEqual(head('PageUp'), { row: 0, column: 1 });
    assert.deepEqual(head('PageDown'), { row: 15, column: 1 });
    assert.deepEqual(head('End'), { row: 5, column: 3 });
    assert.deepEqual(head('Home', true), { row: 0, column: 0 });
    assert.equal(head('constructor'), undefined);
  });

  it('merges overlapping row ranges in order', () => {
    let selection = selectCell({ row: 10, column: 2 });
    selection = extendTo(selection, { row: 8, column: 3 });
    selection = addCell(selection, { row: 2, column: 0 }, true);
    selection = addCell(selection, { row: 9, column: 2 }, false);
    assert.deepEqual(selectedRowSpans(selection), [
      { first: 2, end: 3 },
      { first: 8, end: 11 },
    ]);
    assert.deepEqual(selectedColumns(selection, 4), [0, 1, 2, 3]);
  });

  it('cycles a column through ascending, descending and none', () => {
    const once = toggledSort([], 'A', false);
    const twice = toggledSort(once, 'A', false);
    assert.deepEqual(
      [once, twice, toggledSort(twice, 'A', false)],
      [[{ column: 'A', descending: false }], [{ column: 'A', descending: true }], []],
    );
    assert.deepEqual(toggledSort([...twice, { column: 'B', descending: false }], 'A', true), [
      { column: 'B', descending: false },
    ]);
  });
});

describe('a small result in the renderer', () => {
  const columns: Column[] = [
    { name: 'Span', type: 'timespan' },
    { name: 'Big', type: 'long' },
  ];
  const rows = [
    ['1.00:00:00', '9007199254740993'],
    [null, 5],
    ['-00:00:01', '9007199254740992'],
    ['00:00:02.5000000', null],
  ];

  it('sorts by value rather than by text, nulls lowest', () => {
    const sorted = (column: string, descending: boolean) =>
      localPage(columns, rows, { offset: 0, limit: 10, sort: [{ column, descending }] }).rows;
    assert.deepEqual(
      sorted('Span', false).map((row) => row[0]),
      [null, '-00:00:01', '00:00:02.5000000', '1.00:00:00'],
    );
    assert.deepEqual(
      sorted('Big', true).map((row) => row[1]),
      ['9007199254740993', '9007199254740992', 5, null],
    );
  });

  it('filters by any column or one, whatever the case, and counts', () => {
    const page = (column: string | undefined) =>
      localPage(columns, rows, {
        offset: 0,
        limit: 1,
        filters: [{ text: '00:', ...(column ? { column } : {}) }],
      });
    assert.equal(page(undefined).matchingRows, 3);
    assert.equal(page('Big').matchingRows, 0);
    assert.equal(page('Span').rows.length, 1);
  });
});

describe('paged rows', () => {
  const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

  it('asks for missing pages only, keeps old rows while reordering, and drops late answers', async () => {
    const asked: string[] = [];
    const rows = new PagedRows(
      ({ offset, limit, sort }) => {
        asked.push(`${offset}${sort?.length ? ' sorted' : ''}`);
        return Promise.resolve({
          offset,
          matchingRows: 1000,
          rows: Array.from({ length: limit }, (_, index) => [sort?.length ? -index : offset + index]),
        });
      },
      () => undefined,
      { rows: [[0], [1]], rowCount: 1000 },
    );
    rows.show(0, 10);
    assert.deepEqual([rows.row(1), rows.row(5)], [[1], undefined]);
    await settle();
    assert.deepEqual(rows.row(5), [5]);
    rows.show(5, 12);
    rows.show(600, 610);
    await settle();
    assert.deepEqual(asked, ['0', '600']);
    rows.reorder({ sort: [{ column: 'A', descending: true }], filters: [] });
    assert.deepEqual(rows.row(600), [600]);
    assert.equal(rows.isReordering, true);
    await settle();
    assert.deepEqual([rows.row(3), rows.isReordering], [[-3], false]);
    assert.deepEqual((await rows.collect(2, 2)).length, 2);
  });

  it('says why rows are missing and asks again only when the view moves', async () => {
    let count = 0;
    const rows = new PagedRows(
      () => {
        count++;
        return Promise.reject(new Error('gone'));
      },
      () => undefined,
      { rows: [], rowCount: 1000 },
    );
    rows.show(0, 10);
    await settle();
    assert.deepEqual([rows.error, count], ['gone', 1]);
  });
});

describe('what enters the renderer', () => {
  const result = {
    resultId: 'r',
    columns: [{ name: 'A', type: 'int' }],
    rowCount: 1,
    firstRows: [[1]],
    provenance: { engine: 'local', durationMs: 1 },
    notices: [],
    isRestored: false,
    isStale: false,
  };

  it('is a result only with its full shape', () => {
    assert.ok(isResultOutput(result));
    for (const bad of [
      null,
      [],
      { ...result, columns: [{ name: 'A', type: 'constructor' }] },
      { ...result, rowCount: -1 },
      { ...result, firstRows: [1] },
      { ...result, render: { kind: 'piechart', properties: { title: 1 } } },
    ]) {
      assert.equal(isResultOutput(bad), false);
    }
  });

  it('is a message only of a known kind', () => {
    assert.ok(isExtensionMessage({ kind: 'describe', requestId: '1' }));
    assert.equal(isExtensionMessage({ kind: 'page', requestId: '1', page: { offset: 0, rows: 'x' } }), false);
    assert.equal(isExtensionMessage({ kind: 'other', requestId: '1' }), false);
  });

  it('reads durations at a glance', () => {
    assert.deepEqual([0.2, 56.4, 1234, 185_000].map(durationText), ['< 1 ms', '56 ms', '1.2 s', '3 min 5 s']);
  });
});
