/** Each operator on small tables: what the language definition says of the rows. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase, runKql } from '../conformance/database.ts';
import type { JsonValue } from '../../src/kql/types.ts';

const sales =
  'let Sales = datatable(shop:string, item:string, n:long)["a","x",1, "a","y",5, "b","x",3, "b","z",long(null)];\n';
const shops = 'let Shops = datatable(shop:string, city:string)["a","Oslo", "c","Rome"];\n';

/** The query, the names of its columns, and its rows. */
const goldens: readonly (readonly [string, string, readonly (readonly JsonValue[])[]])[] = [
  [`${sales}Sales | where n > 2 | project item`, 'item', [['y'], ['x']]],
  [`${sales}Sales | where isnull(n) | project item, n`, 'item n', [['z', null]]],
  [`${sales}Sales | extend m = n * 2 | project-away shop, n | where item == "y"`, 'item m', [['y', 10]]],
  [`${sales}Sales | project-rename what = item | project-keep wh* | take 1`, 'what', [['x']]],
  [`${sales}Sales | project-reorder n, item | take 1`, 'n item shop', [[1, 'x', 'a']]],
  [`${sales}Sales | count`, 'Count', [[4]]],
  [`${sales}Sales | distinct shop | sort by shop asc`, 'shop', [['a'], ['b']]],
  [`${sales}Sales | sort by n | project n`, 'n', [[5], [3], [1], [null]]],
  [`${sales}Sales | sort by n asc | project n`, 'n', [[null], [1], [3], [5]]],
  [`${sales}Sales | top 2 by n | project n`, 'n', [[5], [3]]],
  [
    `${sales}Sales | summarize count(), sum(n) by shop | sort by shop asc`,
    'shop count_ sum_n',
    [
      ['a', 2, 6],
      ['b', 2, 3],
    ],
  ],
  [
    `${sales}Sales | summarize arg_max(n, *) by shop | sort by shop asc`,
    'shop n item',
    [
      ['a', 5, 'y'],
      ['b', 3, 'x'],
    ],
  ],
  [`${sales}Sales | where n > 100 | summarize count(), max(item)`, 'count_ max_item', [[0, '']]],
  [`${sales}Sales | summarize by shop | sort by shop asc`, 'shop', [['a'], ['b']]],
  [
    `${sales}${shops}Sales | join kind=leftouter Shops on shop | where item != "x" | sort by item asc | project item, shop1, city`,
    'item shop1 city',
    [
      ['y', 'a', 'Oslo'],
      ['z', '', ''],
    ],
  ],
  [`${sales}${shops}Shops | join Sales on shop | count`, 'Count', [[2]]],
  [`${sales}${shops}Sales | join Shops on $left.shop == $right.shop | count`, 'Count', [[1]]],
  [`${sales}${shops}Shops | join kind=leftanti Sales on shop`, 'shop city', [['c', 'Rome']]],
  [
    `${sales}${shops}Shops | join kind=rightanti Sales on shop | sort by item asc | project item`,
    'item',
    [['x'], ['z']],
  ],
  [
    `${sales}${shops}Sales | lookup Shops on shop | where item == "z"`,
    'shop item n city',
    [['b', 'z', null, '']],
  ],
  [
    'union withsource=from (print a = 1), (print a = 2, b = "q") | sort by a asc',
    'from a b',
    [
      ['union_arg0', 1, ''],
      ['union_arg1', 2, 'q'],
    ],
  ],
  ['union kind=inner (print a = 1, c = 3), (print a = 2, b = "q") | sort by a asc', 'a', [[1], [2]]],
  [
    'let f = (t:(v:long), times:long = 10) { t | extend w = v * times }; print v = 4 | invoke f()',
    'v w',
    [[4, 40]],
  ],
  ['let total = toscalar(range i from 1 to 4 step 1 | summarize sum(i)); print total', 'print_0', [[10]]],
  [
    'range t from datetime(2020-01-01) to datetime(2020-01-02) step 12h',
    't',
    [['2020-01-01T00:00:00.0000000Z'], ['2020-01-01T12:00:00.0000000Z'], ['2020-01-02T00:00:00.0000000Z']],
  ],
  [
    'print d = dynamic([1, "b"]), k = "r" | mv-expand with_itemindex=i d to typeof(string)',
    'd k i',
    [
      ['1', 'r', 0],
      ['b', 'r', 1],
    ],
  ],
  ['print d = dynamic({"p": 1}) | mv-expand d | project d.p', 'd_p', [['1']]],
  ['print d = dynamic([3, 1, 2]) | mv-apply x = d to typeof(long) on (top 1 by x)', 'd x', [['[3,1,2]', 3]]],
  [
    'print s = "user=bob id=7" | parse s with "user=" user " id=" id:long',
    's user id',
    [['user=bob id=7', 'bob', 7]],
  ],
  [
    'print s = "user=bob id=x" | parse s with "user=" user " id=" id:long | project user, id',
    'user id',
    [['', null]],
  ],
  ['datatable(s:string)["a=1", "b"] | parse-where s with "a=" v:long', 's v', [['a=1', 1]]],
  [
    'print s = "a=1;b=x y" | parse-kv s as (a:long, b:string) with (pair_delimiter=";", kv_delimiter="=") | project a, b',
    'a b',
    [[1, 'x y']],
  ],
  [
    'range i from 1 to 3 step 1 | serialize p = prev(i), r = row_number(), c = row_cumsum(i)',
    'i p r c',
    [
      [1, null, 1, 1],
      [2, 1, 2, 3],
      [3, 2, 3, 6],
    ],
  ],
  [
    'range x from 1 to 4 step 1 | make-series s = sum(x) on x from 1 to 5 step 2',
    's x',
    [['[3,7]', '[1,3]']],
  ],
  [
    `${sales}Sales | partition by shop (top 1 by n) | sort by shop asc | project shop, n`,
    'shop n',
    [
      ['a', 5],
      ['b', 3],
    ],
  ],
  [
    `${sales}Sales | top-nested 1 of shop by sum(n), top-nested 1 of item by max(n)`,
    'shop aggregated_shop item aggregated_item',
    [['a', 6, 'y', 5]],
  ],
  [
    `${sales}Sales | getschema | project ColumnName, ColumnType | take 1`,
    'ColumnName ColumnType',
    [['shop', 'string']],
  ],
  [`${sales}Sales | search "y" | project item`, 'item', [['y']]],
  ['print a = 1, A = 2 | extend a = a + A', 'a A', [[3, 2]]],
  ['print x = 5 | where x in (range i from 4 to 6 step 1)', 'x', [[5]]],
  ['declare query_parameters(q:long = 7); print q', 'print_0', [[7]]],
  [
    'print d = dynamic({"a b": [10, {"c": "z"}]}) | project d["a b"][1].c, d["a b"][-2]',
    'd_a b_1_c d_a b_',
    [['"z"', '10']],
  ],
];

describe('KQL operators', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => connection.closeSync());

  for (const [query, names, rows] of goldens) {
    it(query.split('\n').at(-1) ?? query, async () => {
      const outcome = await runKql(connection, query);
      assert(outcome.ok, outcome.ok ? '' : `${outcome.error.message}\n${outcome.sql ?? ''}`);
      const [table] = outcome.tables;
      assert.equal(table?.columns.map(({ name }) => name).join(' '), names);
      const wire = table.rows.map((row) =>
        row.map((value) => (typeof value === 'bigint' ? Number(value) : value)),
      );
      assert.deepEqual(wire, rows);
    });
  }
});
