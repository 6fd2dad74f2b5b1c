import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { fourier } from '../../../src/kql/functions/numeric/filters.ts';
import { fitLine, fitTwoLines } from '../../../src/kql/functions/numeric/regression.ts';
import { decompose, detectPeriods, outlierScores } from '../../../src/kql/functions/numeric/seasons.ts';
import { kqlRow, openDatabase } from './database.ts';

/** A number of application requests each half day, from the documentation of `series_periods_detect`. */
const traffic = [
  80, 139, 87, 110, 68, 54, 50, 51, 53, 133, 86, 141, 97, 156, 94, 149, 95, 140, 77, 61, 50, 54, 47, 133, 72,
  152, 94, 148, 105, 162, 101, 160, 87, 63, 53, 55, 54, 151, 103, 189, 108, 183, 113, 175, 113, 178, 90, 71,
  62, 62, 65, 165, 109, 181, 115, 182, 121, 178, 114, 170,
];

const series = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 4, maxLength: 40 });

describe('models of series', () => {
  it('fit the line of the documentation', () => {
    const fit = fitLine([2, 5, 6, 8, 11, 15, 17, 18, 25, 26, 30, 30]);
    assert.equal(fit.slope.toFixed(3), '2.731');
    assert.equal(fit.rsquare.toFixed(3), '0.983');
    assert.equal(fit.variance.toFixed(3), '98.629');
    assert.equal(fit.rvariance.toFixed(3), '1.686');
  });

  it('break two lines where the residuals are smallest', () => {
    const fit = fitTwoLines([0, 1, 2, 3, 4, 20, 19, 18, 17]);
    assert.equal(fit?.splitIndex, 5);
    assert.deepEqual([fit.left.slope, fit.right.slope].map(Math.round), [1, -1]);
    assert.equal(fitTwoLines([1, 2, 3]), undefined);
  });

  it('find the documented period and no other', () => {
    assert.deepEqual(
      detectPeriods(traffic, 0, 50, 2).map(({ period, score }) => [period, score.toFixed(2)]),
      [[14, '0.84']],
    );
    assert.deepEqual(detectPeriods([1, 1, 1, 1, 1, 1, 1, 1], 0, 8, 2), []);
  });

  it('flag the points that leave a weekly rhythm, up and down', () => {
    const weeks = Array.from({ length: 70 }, (_, index) => [1, 2, 3, 4, 5, 9, 9][index % 7] ?? 0);
    const disturbed = weeks.map((value, index) => (index === 30 ? 40 : index === 50 ? -40 : value));
    const options = { seasonality: -1, trend: 'avg', testPoints: 0, threshold: 0.6 } as const;
    const { residual } = decompose(disturbed, { ...options, seasonality: 7 });
    const flagged = outlierScores(residual).flatMap((score, index) =>
      Math.abs(score) >= 1.5 ? [index] : [],
    );
    assert.deepEqual(flagged, [30, 50]);
  });

  it('decompose into parts that add up', () => {
    fc.assert(
      fc.property(
        series,
        fc.constantFrom('avg', 'linefit', 'none'),
        fc.integer({ min: 0, max: 5 }),
        (y, trend, period) => {
          const parts = decompose(y, { seasonality: period, trend, testPoints: 0, threshold: 0.6 });
          for (const [index, value] of y.entries()) {
            const sum =
              (parts.seasonal[index] ?? NaN) + (parts.trend[index] ?? NaN) + (parts.residual[index] ?? NaN);
            assert.ok(Math.abs(sum - value) < 1e-6);
          }
        },
      ),
    );
  });

  it('transform and transform back', () => {
    fc.assert(
      fc.property(series, (real) => {
        const back = fourier(fourier({ real, imaginary: real.map(() => 0) }, false), true);
        for (const [index, value] of real.entries())
          assert.ok(Math.abs((back.real[index] ?? NaN) - value) < 1e-6);
      }),
    );
  });
});

describe('series functions', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => {
    connection.closeSync();
  });

  const cases: readonly (readonly [query: string, expected: readonly unknown[]])[] = [
    ['print series_fir(dynamic([5,15,10,20]), dynamic([1,-1]), false, false)', ['[5,10,-5,10]']],
    ['print series_fir(dynamic([0,0,10,0,0]), dynamic([1,1]), true, true)', ['[0,5,5,0,0]']],
    ['print series_iir(dynamic([1,2,3]), dynamic([1]), dynamic([1,-1]))', ['[1,3,6]']],
    ['print series_seasonal(dynamic([1,3,5,1,3,5,2,4,6]), 3)', ['[1,3,5,1,3,5,1,3,5]']],
    ['print series_pearson_correlation(dynamic([1,2,3]), dynamic([6,4,2]))', [-1]],
    ['print series_product(dynamic([2,3,4])), series_magnitude(dynamic([3,4]))', [24, 5]],
    ['print y=dynamic([3,1,2]) | project series_stats(y)', [1, 1n, 3, 0n, 2, 1, 1]],
    ['print y=dynamic([1,2,3]) | extend fit=series_fit_line(y) | project-away y', [1]],
    ['print y=dynamic([1,2,3]) | extend (r,s)=series_fit_line(y) | project-away y', [1, 1]],
    [
      'print y=dynamic([1,2,1,2,9,1,2,1]) | extend (f)=series_decompose_anomalies(y, 1.5, 0) | project f',
      ['[0,0,0,0,1,0,0,0]'],
    ],
    [
      'print y=dynamic([1,2,3,4,0,0]) | extend f=series_decompose_forecast(y, 2, 0) | project f',
      ['[1,2,3,4,5,6]'],
    ],
    ["print series_fit_line(parse_json('no series'))", [null, null, null, null, null, null]],
  ];
  for (const [query, expected] of cases) {
    it(`${query} gives ${String(expected)}`, async () => {
      assert.deepEqual(await kqlRow(connection, query), expected);
    });
  }
});
