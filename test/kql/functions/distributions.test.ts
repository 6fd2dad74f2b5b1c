/** The beta distribution and Welch's test against known values, volumes, and combined hashes. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DuckDBConnection } from '@duckdb/node-api';
import { betaCumulative, betaInverse } from '../../../src/kql/functions/numeric/beta.ts';
import { kqlRow, openDatabase } from './database.ts';

describe('distributions', () => {
  let connection: DuckDBConnection;
  before(async function () {
    this.timeout(60_000);
    connection = await openDatabase();
  });
  after(() => connection.closeSync());

  // The values of Kusto's pages; of Welch's test, those that tables of Student's distribution give.
  const values: readonly (readonly [string, number | null])[] = [
    ['beta_cdf(0.9, 10.0, 20.0)', 0.999999999999959],
    ['beta_inv(0.1, 10.0, 20.0)', 0.226415022388749],
    ['beta_pdf(0.5, 10.0, 20.0)', 0.746176019310951],
    ['beta_pdf(0.0, 1.0, 3.0)', 3],
    ['beta_cdf(1.5, 10.0, 20.0)', NaN],
    ['beta_cdf(-10.0, 10.0, 20.0)', NaN],
    ['beta_inv(0.1, -1.0, 20.0)', NaN],
    ['beta_cdf(real(null), 1.0, 1.0)', null],
    ['welch_test(0.0, 1.0, 2, 0.0, 1.0, 2)', 1],
    // Student's t of 4.303 at two degrees of freedom leaves 5 % on both sides together.
    ['welch_test(4.302652729911275, 1.0, 2, 0.0, 1.0, 2)', 0.05],
    ["convert_volume(1.2, 'CubicMeter', 'AcreFoot')", 0.0009728568],
    ["convert_volume(1, 'UsGallon', 'Liter')", 3.785411784],
  ];
  for (const [text, expected] of values) {
    it(text, async () => {
      const [actual] = await kqlRow(connection, `print ${text}`);
      if (expected === null || Number.isNaN(expected)) assert.equal(actual, expected === null ? null : 'NaN');
      else assert(Math.abs(Number(actual) - expected) <= 1e-9 * Math.abs(expected), String(actual));
    });
  }

  it('finds the place of a share', () => {
    const shape = fc.double({ min: 0.5, max: 50, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), shape, shape, (share, a, b) => {
        assert(Math.abs(betaCumulative(betaInverse(share, a, b), a, b) - share) < 1e-9);
      }),
    );
  });

  it('combines hashes as it hashes many values', async () => {
    const row = await kqlRow(
      connection,
      `print v = 'Hello', w = 2 | project hash_many(v, w) == hash_combine(hash(v), hash(w)), hash_many(v, w) == hash_many('Hello', 3)`,
    );
    assert.deepEqual(row, [true, false]);
  });
});
