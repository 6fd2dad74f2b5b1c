import assert from 'node:assert/strict';
import type { Column, WireValue } from '../../src/kql/types.ts';
import { chartData } from '../../src/renderer/chart/chartData.ts';
import { chartOption, lightTheme } from '../../src/renderer/chart/chartOption.ts';

const columns: Column[] = [
  { name: 'When', type: 'datetime' },
  { name: 'Device', type: 'string' },
  { name: 'Failures', type: 'long' },
];
const rows: WireValue[][] = [
  ['2025-05-07T12:00:00.1234567Z', 'alpha', 1],
  ['2025-05-07T12:00:00.1234567Z', '', '9007199254740993'],
  ['2025-05-07T12:01:00.0000000Z', 'alpha', null],
];
const render = (kind: string, properties: Record<string, string> = {}) => ({ kind, properties });

describe('charts of render', () => {
  it('splits a time chart into series by text columns', () => {
    const data = chartData({ columns, rows, render: render('timechart') }, false);
    assert.equal(data?.axis, 'time');
    assert.deepEqual(
      data.series.map(({ name, points }) => [name, points.length]),
      [
        ['alpha', 2],
        ['(empty)', 1],
      ],
    );
    assert.deepEqual(data.series[0]?.points, [
      { x: '2025-05-07T12:00:00.123Z', y: 1 },
      { x: '2025-05-07T12:01:00.000Z', y: null },
    ]);
  });

  it('takes the columns that the query names', () => {
    const named = render('columnchart', { xcolumn: 'Device', ycolumns: 'Failures', series: 'When' });
    const data = chartData({ columns, rows, render: named }, true);
    assert.equal(data?.xName, 'Device');
    assert.deepEqual(
      data.series.map(({ name }) => name),
      ['2025-05-07T12:00:00.1234567Z', '2025-05-07 12:01:00'],
    );
  });

  it('draws times in their order, whatever order the rows have', () => {
    const shuffled = [...rows].reverse();
    for (const [kind, wantsCategories] of [
      ['timechart', false],
      ['columnchart', true],
    ] as const) {
      const data = chartData({ columns, rows: shuffled, render: render(kind) }, wantsCategories);
      assert.deepEqual(
        data?.series.find(({ name }) => name === 'alpha')?.points.map(({ y }) => y),
        [1, null],
        kind,
      );
    }
  });

  it('keeps the order of categories that are no times', () => {
    const byDevice = {
      columns: columns.slice(1),
      rows: [
        ['zeta', 3],
        ['alpha', 1],
      ],
      render: render('columnchart'),
    };
    assert.deepEqual(
      chartData(byDevice, true)?.series[0]?.points.map(({ x }) => x),
      ['zeta', 'alpha'],
    );
  });

  it('puts time below the bars where the first column repeats, else every kind would be one bar', () => {
    const [when, device, failures] = columns;
    assert.ok(when && device && failures);
    const byKind = {
      columns: [device, when, failures],
      rows: [
        ['alpha', '2025-05-07T12:00:00.0000000Z', 1],
        ['beta', '2025-05-07T12:00:00.0000000Z', 2],
        ['alpha', '2025-05-07T13:00:00.0000000Z', 3],
      ],
      render: render('columnchart'),
    };
    const data = chartData(byKind, true);
    assert.equal(data?.xName, 'When');
    assert.deepEqual(
      data.series.map(({ name, points }) => [name, points.length]),
      [
        ['alpha', 2],
        ['beta', 1],
      ],
    );
    assert.equal(chartData({ ...byKind, rows: byKind.rows.slice(0, 2) }, true)?.xName, 'Device');
  });

  it('splits by no column where the query names both x and y: a note beside them is no series', () => {
    const named = render('linechart', { xcolumn: 'When', ycolumns: 'Failures' });
    const data = chartData({ columns, rows, render: named }, false);
    assert.deepEqual(
      data?.series.map(({ name }) => name),
      ['Failures'],
    );
  });

  it('draws every kind it knows, and nothing for others or without numbers', () => {
    for (const kind of [
      'barchart',
      'columnchart',
      'linechart',
      'timechart',
      'areachart',
      'stackedareachart',
      'scatterchart',
      'piechart',
    ])
      assert.ok(chartOption({ columns, rows, render: render(kind) }, lightTheme), kind);
    for (const kind of ['table', 'card', 'toString'])
      assert.equal(chartOption({ columns, rows, render: render(kind) }, lightTheme), undefined);
    const texts: Column[] = [{ name: 'A', type: 'string' }];
    assert.equal(
      chartOption({ columns: texts, rows: [['x']], render: render('barchart') }, lightTheme),
      undefined,
    );
  });

  it('says what it leaves out', () => {
    const many = Array.from({ length: 6000 }, (_, index) => [null, `device ${index}`, index]);
    const option = chartOption({ columns, rows: many, render: render('linechart') }, lightTheme, 7000);
    assert.ok(option && !Array.isArray(option.title));
    assert.equal(option.title?.subtext, 'First 5000 of 7000 rows · First 40 of 5000 series');
  });
});
