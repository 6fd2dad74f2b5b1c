/** Plugins that find frequent patterns, on rows counted by hand. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createTable, openDatabase, runKql } from '../../conformance/database.ts';
import { testGoldens, testRefusals } from '../goldens.ts';
import type { TitledGolden } from '../goldens.ts';

const storms = `let Storms = datatable(State: string, Kind: string, Damage: string, Crops: int)[
  'TX', 'Hail', 'NO', 0, 'TX', 'Hail', 'NO', 0, 'CA', 'Hail', 'NO', 0, 'NY', 'Hail', 'YES', 0,
  'TX', 'Wind', 'YES', 5, 'CA', 'Wind', 'YES', 0, 'FL', 'Wind', 'NO', 0, 'GA', 'Fire', 'NO', 0];\n`;
const shown = 'SegmentId:long Count:long Percent:real State:string Kind:string Damage:string Crops:int';

const goldens: readonly TitledGolden[] = [
  [
    'basket shows each frequent pattern with all that comes with it',
    `${storms}Storms | evaluate basket(0.3)`,
    shown,
    [
      [0, 7, 87.5, '', '', '', 0],
      [1, 5, 62.5, '', '', 'NO', 0],
      [2, 4, 50, '', 'Hail', '', 0],
      [3, 3, 37.5, '', 'Hail', 'NO', 0],
      [4, 3, 37.5, 'TX', '', '', null],
      [5, 3, 37.5, '', 'Wind', '', null],
      [6, 3, 37.5, '', '', 'YES', null],
    ],
  ],
  [
    'basket combines no more dimensions than it may, and shows the given wildcards',
    `${storms}Storms | evaluate basket(0.3, '~', 1, '*', int(-1)) | where Kind == 'Hail'`,
    shown,
    [[2, 4, 50, '*', 'Hail', '*', 0]],
  ],
  [
    'basket weighs rows',
    `datatable(a: string, w: long)['x', 10, 'y', 1, 'z', 1] | evaluate basket(0.2, w)`,
    'SegmentId:long Count:long Percent:real a:string w:long',
    [[0, 10, 83.3, 'x', null]],
  ],
  [
    'basket of no rows',
    `datatable(a: string)[] | evaluate basket()`,
    'SegmentId:long Count:long Percent:real a:string',
    [],
  ],
  [
    'autocluster takes wide patterns when size weighs all',
    `${storms}Storms | evaluate autocluster(1.0, '~', 3)`,
    shown,
    [
      [0, 7, 87.5, '', '', '', 0],
      [1, 3, 37.5, 'TX', '', '', null],
    ],
  ],
  [
    'autocluster takes narrow patterns when size weighs nothing',
    `${storms}Storms | evaluate autocluster(0.0, '~', 1)`,
    shown,
    [[0, 2, 25, 'TX', 'Hail', 'NO', 0]],
  ],
  [
    'diffpatterns shows what tells the sets apart, of patterns within one another the one that does best',
    `${storms}Storms | evaluate diffpatterns(Damage, 'NO', 'YES')`,
    'SegmentId:long CountA:long CountB:long PercentA:real PercentB:real PercentDiffAB:real State:string Kind:string Crops:int',
    [
      [0, 1, 2, 20, 66.67, 46.67, '', 'Wind', null],
      [1, 2, 0, 40, 0, 40, 'TX', 'Hail', 0],
      [2, 0, 1, 0, 33.33, 33.33, 'NY', 'Hail', 0],
    ],
  ],
  [
    'diffpatterns_text shows words at their places',
    `datatable(text: string, bad: bool)['login failed for eve', true, 'login failed for bob', true, 'login ok for eve', false, 'login ok for bob', false]
    | evaluate diffpatterns_text(text, bad)`,
    'Count_of_True:long Count_of_False:long Percent_of_True:real Percent_of_False:real Pattern:string',
    [
      [2, 0, 100, 0, 'login failed for'],
      [0, 2, 0, 100, 'login ok for'],
    ],
  ],
];

describe('plugins of frequent patterns', () => {
  testGoldens(goldens);
  testRefusals([
    ['datatable(a: string)[] | evaluate basket(0.001)', 'semantic', /0\.015 to 1/],
    ['datatable(a: string)[] | evaluate basket(0.5, a)', 'semantic', /numbers/],
  ]);
});

describe('basket', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => connection.closeSync());

  it('counts each pattern as a filter would, and finds every frequent pair of values', async function () {
    this.timeout(60_000);
    const value = fc.constantFrom('p', 'q', 'r');
    const rows = fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 12 });
    const columns = ['a', 'b', 'c'] as const;
    const table = { name: 'Rows', columns: columns.map((name) => ({ name, type: 'string' as const })) };
    await fc.assert(
      fc.asyncProperty(rows, async (data) => {
        await createTable(connection, table);
        await connection.run(
          `INSERT INTO "Rows" VALUES ${data.map((row) => `('${row.join("', '")}')`).join(', ')}`,
        );
        const outcome = await runKql(connection, 'Rows | evaluate basket(0.4)', { tables: [table] });
        assert(outcome.ok);
        const patterns = (outcome.tables[0]?.rows ?? []).map((row) => ({
          count: Number(row[1]),
          values: row.slice(3).map(String),
        }));
        const matching = (values: readonly string[]): number =>
          data.filter((row) => row.every((cell, at) => values[at] === '' || values[at] === cell)).length;
        for (const { count, values } of patterns) assert.equal(count, matching(values));
        for (const [a, b] of data) {
          const count = matching([a, b, '']);
          if (count < 0.4 * data.length) continue;
          const found = patterns.some(
            ({ count: n, values }) => n === count && values[0] === a && values[1] === b,
          );
          assert(found, `no pattern for ${a} and ${b}`);
        }
      }),
      { numRuns: 10 },
    );
  });
});
