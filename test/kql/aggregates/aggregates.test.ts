import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { kqlRow, openDatabase } from '../functions/database.ts';

const numbers = 'datatable(x:long)[5, 3, long(null), 9, 3]';
const empty = 'datatable(x:long)[]';

/** Expected values from the language's documentation and from hand counts. */
const cases: readonly (readonly [table: string, aggregate: string, expected: unknown])[] = [
  [numbers, 'count()', 5n],
  [numbers, 'countif(x > 3)', 2n],
  [numbers, 'dcount(x)', 3n],
  [numbers, 'dcountif(x, x < 9)', 2n],
  [numbers, 'sum(x)', 20n],
  [numbers, 'sumif(x, x == 3)', 6n],
  [numbers, 'avg(x)', 5],
  [numbers, 'min(x)', 3n],
  [numbers, 'max(x)', 9n],
  [numbers, 'percentile(x, 50)', 3n],
  [numbers, 'make_list(x)', '[5,3,9,3]'],
  [numbers, 'make_list(x, 2)', '[5,3]'],
  [numbers, 'make_set(x)', '[5,3,9]'],
  [numbers, 'make_list_with_nulls(x)', '[5,3,null,9,3]'],
  [numbers, 'make_set_if(x, x > 3)', '[5,9]'],
  [numbers, 'make_list(x * 1s)', '["00:00:05","00:00:03","00:00:09","00:00:03"]'],
  [numbers, "make_bag(bag_pack('k', x))", '{"k":5}'],
  [numbers, 'binary_all_or(x)', 15n],
  [numbers, 'percentilew(x, x, 50)', 5n],
  [numbers, 'percentilesw_array(x, 1, 25, 100)', '[3,9]'],
  ['range x from 1 to 30000 step 1', 'percentile_tdigest(tdigest(x), 25)', '7500'],
  ['range x from 1 to 30000 step 1', 'array_length(make_set(x))', 30000n],
  [
    "datatable(x:dynamic)[dynamic({'a':1,'b':[1,'x']}), dynamic({'a':'y'})]",
    'buildschema(x)',
    '{"a":["long","string"],"b":{"`indexer`":["long","string"]}}',
  ],
  [empty, 'sum(x)', 0n],
  [empty, 'avg(x)', 'NaN'],
  [empty, 'min(x)', null],
  [empty, 'stdev(x)', 0],
  [empty, 'make_list(x)', '[]'],
  [empty, "make_bag(bag_pack('k', x))", '{}'],
  ['datatable(x:real)[1.0, real(nan)]', 'min(x)', 'NaN'],
  ['datatable(x:real)[1.0, real(+inf)]', 'stdev(x)', 'NaN'],
  ['datatable(x:long)[9223372036854775807, 1]', 'sum(x)', -9223372036854775808n],
  ['datatable(x:dynamic)[dynamic([1,2]), dynamic([2,3])]', 'make_set(x)', '[1,2,3]'],
  ['datatable(x:string)["", "a", "a"]', 'dcount(x)', 2n],
  ['range x from 1 to 1000 step 1', 'make_set(x % 100)[99]', '99'],
];

describe('aggregates', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => {
    connection.closeSync();
  });

  for (const [table, aggregate, expected] of cases) {
    it(`${aggregate} of ${table} is ${String(expected)}`, async () => {
      const [value] = await kqlRow(connection, `${table} | summarize v = ${aggregate}`);
      assert.deepEqual(value, expected);
    });
  }
});
