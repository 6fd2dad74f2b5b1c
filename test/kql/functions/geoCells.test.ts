/** Cells of S2, H3 and geohashes; expected values from the functions' documentation. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { inHashOrder } from '../../../src/kql/functions/geo/hashOrder.ts';
import { kqlRow, openDatabase } from './database.ts';

const triangle = 'dynamic({"type":"Polygon","coordinates":[[[0,0],[0,50],[100,50],[0,0]]]})';
const line = 'dynamic({"type":"LineString","coordinates":[[0,0],[0.01,0]]})';
const madrid =
  'dynamic({"type":"Polygon","coordinates":[[[-3.659,40.553],[-3.913,40.409],[-3.729,40.273],[-3.524,40.440],[-3.659,40.553]]]})';

const cases: readonly (readonly [expression: string, expected: unknown])[] = [
  ['geo_point_to_s2cell(-80.195829, 25.802215, 8)', '88d9b'],
  ['geo_point_to_s2cell(300, 1, 8)', ''],
  ['geo_point_to_s2cell(1, 1, 31)', ''],
  ['strlen(geo_point_to_s2cell(1, 1)) > 0', true],
  [
    "strcat_array(geo_s2cell_neighbors('89c259'), ',')",
    '89c25d,89c2f9,89c251,89c257,89c25f,89c25b,89c2f7,89c2f5',
  ],
  ["isnull(geo_s2cell_neighbors('a'))", true],
  ["round(toreal(geo_s2cell_to_central_point('1234567').coordinates[0]), 9)", 9.868307319],
  ["array_length(geo_s2cell_to_polygon('89c259').coordinates[0])", 5n],
  [`array_length(geo_polygon_to_s2cells(${triangle}, 5))`, 286n],
  [`isnull(geo_polygon_to_s2cells(${triangle}, 30))`, true],
  [`isnull(geo_polygon_to_s2cells(${triangle}, 5, -1))`, true],
  [
    `array_length(geo_line_to_s2cells(${line}, 10, 0)) < array_length(geo_line_to_s2cells(${line}, 10, 50000))`,
    true,
  ],
  ['geo_point_to_h3cell(-74.04450446039874, 40.689250859314974)', '862a1072fffffff'],
  ['geo_point_to_h3cell(1, 1, 16)', ''],
  ["geo_h3cell_level('862a1072fffffff')", 6],
  ["isnull(geo_h3cell_level('abc'))", true],
  ["geo_h3cell_parent('862a1072fffffff')", '852a1073fffffff'],
  ["geo_h3cell_parent('862a1072fffffff', 1)", '812a3ffffffffff'],
  ["geo_h3cell_parent('862a1072fffffff', 15)", ''],
  ["array_length(geo_h3cell_children('862a1072fffffff', 9))", 343n],
  ["isnull(geo_h3cell_children('862a1072fffffff', 12))", true],
  ["array_length(geo_h3cell_neighbors('862a1072fffffff'))", 6n],
  ["array_length(geo_h3cell_rings('861f8894fffffff', 2)[2])", 12n],
  ["isnull(geo_h3cell_rings('861f8894fffffff', 150))", true],
  [`geo_polygon_to_h3cells(${madrid})[1]`, '"86390cb0fffffff"'],
  [`array_length(geo_polygon_to_h3cells(${madrid}))`, 13n],
  [`isnull(geo_polygon_to_h3cells(${triangle}, 15))`, true],
  ["strcat_array(geo_geohash_neighbors('sunny'), ',')", 'sunnt,sunpj,sunnx,sunpn,sunnv,sunpp,sunnz,sunnw'],
];

describe('geo functions of cells', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => {
    connection.closeSync();
  });

  for (const [expression, expected] of cases) {
    it(`${expression} is ${String(expected)}`, async () => {
      const [value] = await kqlRow(connection, `print v = ${expression}`);
      assert.deepEqual(value, expected);
    });
  }

  it('list cells of a hash set once each', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 200 }), (texts) => {
        assert.deepEqual(inHashOrder(texts).toSorted(), texts.toSorted());
      }),
    );
  });
});
