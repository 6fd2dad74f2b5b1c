/** `geo_polygon_lookup` and `geo_line_lookup` on small tables, with matches counted by hand. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase, runKql } from '../conformance/database.ts';

const areas = `let Areas = datatable(area: string, shape: dynamic)[
  'west', dynamic({"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]]]}),
  'east', dynamic({"type":"Polygon","coordinates":[[[5,0],[20,0],[20,10],[5,10],[5,0]]]}),
  'sea', dynamic({"type":"Polygon","coordinates":[[[170,-5],[-170,-5],[-170,5],[170,5],[170,-5]]]}),
  'nonsense', dynamic({"type":"Polygon"})];
let Roads = datatable(road: string, shape: dynamic)['equator', dynamic({"type":"LineString","coordinates":[[0,0],[20,0]]})];
let Places = datatable(place: string, x: real, y: real)['a', 1, 1, 'b', 7, 1, 'c', -175, 1, 'd', 30, 30, 'e', real(null), 1, 'b2', 7, 1];
`;

const goldens: readonly (readonly [query: string, names: string, rows: readonly (readonly unknown[])[]])[] = [
  [
    'Places | evaluate geo_polygon_lookup(Areas, shape, x, y) | project place, area | sort by place asc, area asc',
    'place area',
    [
      ['a', 'west'],
      ['b', 'east'],
      ['b', 'west'],
      ['b2', 'east'],
      ['b2', 'west'],
      ['c', 'sea'],
    ],
  ],
  [
    "Places | where place in ('d', 'e') | evaluate geo_polygon_lookup(Areas, shape, x, y, return_unmatched = true) | sort by place asc",
    'place x y area',
    [
      ['d', 30, 30, ''],
      ['e', null, 1, ''],
    ],
  ],
  [
    "Places | where place == 'd' | evaluate geo_polygon_lookup(Areas, shape, x, y, return_unmatched = true, return_lookup_key = true)",
    'place x y area shape',
    [['d', 30, 30, '', null]],
  ],
  [
    'print x = 21.0, y = 5.0 | evaluate geo_polygon_lookup(Areas, shape, x, y, radius = 120000)',
    'x y area',
    [[21, 5, 'east']],
  ],
  [
    'print x = 21.0, y = 5.0 | evaluate geo_polygon_lookup(Areas, shape, x, y, radius = 100000)',
    'x y area',
    [],
  ],
  [
    'Places | evaluate geo_line_lookup(Roads, shape, x, y, 112000) | project place, road | sort by place asc',
    'place road',
    [
      ['a', 'equator'],
      ['b', 'equator'],
      ['b2', 'equator'],
    ],
  ],
  ['Places | evaluate geo_line_lookup(Roads, shape, x, y, 110000) | project place', 'place', []],
];

describe('lookup of places', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => {
    connection.closeSync();
  });

  for (const [query, names, rows] of goldens) {
    it(query, async () => {
      const outcome = await runKql(connection, areas + query);
      assert.ok(outcome.ok, outcome.ok ? '' : outcome.error.message);
      const table = outcome.tables.at(-1);
      assert.equal(table?.columns.map(({ name }) => name).join(' '), names);
      assert.deepEqual(table.rows, rows);
    });
  }
});
