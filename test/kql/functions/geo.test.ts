import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { cellOf, geohashOf } from '../../../src/kql/functions/geo/geohash.ts';
import { kqlRow, openDatabase } from './database.ts';

const square =
  'dynamic({"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[4,4],[6,4],[6,6],[4,6],[4,4]]]})';
const line = 'dynamic({"type":"LineString","coordinates":[[0,0],[10,0],[20,0]]})';

/** Expected values from the functions' documentation and from hand counts on the equator. */
const cases: readonly (readonly [expression: string, expected: unknown])[] = [
  ['round(geo_distance_2points(-122.407628, 47.578557, -118.275287, 34.019056), 5)', 1546754.35197],
  ['isnull(geo_distance_2points(300, 0, 0, 0))', true],
  ['round(geo_azimuth(5, 10, 10, -40), 6)', 3.054599],
  ['isnull(geo_azimuth(5, 10, 5, 10))', true],
  ['geo_point_in_circle(-122.143564, 47.535677, -122.100896, 47.527351, 3500)', true],
  ['geo_point_in_circle(-122.137575, 47.630683, -122.100896, 47.527351, 3500)', false],
  ['isnull(geo_point_in_circle(1, 1, 1, 1, -1))', true],
  [`geo_point_in_polygon(2, 2, ${square})`, true],
  [`geo_point_in_polygon(5, 5, ${square})`, false],
  [`geo_point_in_polygon(11, 5, ${square})`, false],
  [`geo_point_in_polygon(-178, -2, ${square})`, false],
  [
    "isnull(geo_point_in_polygon(1, 1, dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,10],[0,0]]]})))",
    true,
  ],
  [`round(geo_line_length(${line}) / geo_distance_2points(0, 0, 20, 0), 9)`, 1],
  [`round(toreal(geo_line_interpolate_point(${line}, 0.75).coordinates[0]), 9)`, 15],
  [`round(geo_line_locate_point(${line}, 15, 3), 6)`, 0.75],
  [`round(geo_distance_point_to_line(5, 1, ${line}) / geo_distance_2points(5, 0, 5, 1), 6)`, 1],
  [`geo_distance_point_to_polygon(2, 2, ${square})`, 0],
  ["tostring(geo_from_wkt('MULTIPOINT ((1 2), 3 4)').coordinates)", '[[1,2],[3,4]]'],
  ["isnull(geo_from_wkt('LINESTRING'))", true],
  ['geo_point_to_geohash(-80.195829, 25.802215, 8)', 'dhwfz15h'],
  ['geo_point_to_geohash(0, 91)', ''],
  ["isnull(geo_geohash_to_polygon('a'))", true],
  ["array_length(geo_geohash_neighbors('sunny'))", 8n],
  ["isnull(geo_info_from_ip_address('20.53.203.50'))", true],
];

describe('geo functions', () => {
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

  it('put a point into the cell of its geohash', () => {
    const longitude = fc.double({ min: -180, max: 179.9, noNaN: true });
    const latitude = fc.double({ min: -90, max: 89.9, noNaN: true });
    fc.assert(
      fc.property(longitude, latitude, fc.integer({ min: 1, max: 12 }), (x, y, length) => {
        const cell = cellOf(geohashOf(x, y, length));
        assert.ok(cell !== undefined);
        assert.ok(cell.west <= x && x <= cell.east && cell.south <= y && y <= cell.north);
      }),
    );
  });
});
