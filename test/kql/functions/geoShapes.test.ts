/** Unions, intersections, buffers and simplified shapes; values from the documentation and properties of the sphere. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { bufferOfLines, bufferOfPoint, reachOf } from '../../../src/kql/functions/geo/buffer.ts';
import { boxesOfPolygons } from '../../../src/kql/functions/geo/boxes.ts';
import { areaOf, isInside } from '../../../src/kql/functions/geo/measures.ts';
import { commonOfPolygons, unionOf } from '../../../src/kql/functions/geo/overlay.ts';
import { polygonsOf } from '../../../src/kql/functions/geo/shapes.ts';
import { alongArc, coordinatesOf, pointAt } from '../../../src/kql/functions/geo/sphere.ts';
import { spheroidDistance } from '../../../src/kql/functions/geo/spheroid.ts';
import { kqlRow, openDatabase } from './database.ts';

const polygon = (rings: string): string => `dynamic({"type":"Polygon","coordinates":[${rings}]})`;
const line = (points: string): string => `dynamic({"type":"LineString","coordinates":[${points}]})`;
const triangle = polygon('[[2,45],[0,45],[1,44],[2,45]]');
const collection = '{"type":"GeometryCollection","geometries":[]}';

const cases: readonly (readonly [expression: string, expected: unknown])[] = [
  [
    `tostring(geo_intersection_2polygons(${triangle}, ${polygon('[[3,44],[2,45],[2,43],[3,44]]')}))`,
    '{"type":"Point","coordinates":[2,45]}',
  ],
  [
    `tostring(geo_intersection_2polygons(${triangle}, ${polygon('[[3,44],[3,45],[2,43],[3,44]]')}))`,
    collection,
  ],
  [`isnull(geo_intersection_2polygons(dynamic({"type":"Polygon"}), ${triangle}))`, true],
  [
    `tostring(geo_intersection_2lines(${line('[0,0],[10,0]')}, ${line('[5,-5],[5,5]')}).coordinates)`,
    '[5,0]',
  ],
  [`tostring(geo_intersection_2lines(${line('[1,1],[2,2]')}, ${line('[3,3],[4,4]')}))`, collection],
  [
    `tostring(geo_intersection_line_with_polygon(${line('[0,0],[10,0]')}, ${polygon('[[2,-5],[4,-5],[4,5],[2,5],[2,-5]]')}).coordinates)`,
    '[[2,0],[4,0]]',
  ],
  [
    `tostring(geo_union_lines_array(pack_array(${line('[0,0],[1,0]')}, ${line('[1,0],[2,1]')}, ${line('[0,0],[1,0]')})).coordinates)`,
    '[[0,0],[1,0],[2,1]]',
  ],
  [`isnull(geo_union_lines_array(pack_array(${line('[0,0],[1,0]')}, ${line('[1,1]')})))`, true],
  [`isnull(geo_polygon_area(${polygon('[[0,0],[10,10],[10,0],[0,10],[0,0]]')}))`, true],
  [`tostring(geo_line_densify(${line('[50,50],[50.5,50.5]')}).coordinates[1])`, '[50.125,50.125]'],
  [`array_length(geo_line_densify(${line('[179,60],[-179,60]')}, 100, true).coordinates) < 20`, true],
  [`isnull(geo_polygon_densify(${triangle}, 0))`, true],
  [`tostring(geo_line_simplify(${line('[0,0],[1,0],[2,0]')}).coordinates)`, '[[0,0],[2,0]]'],
  [`isnull(geo_line_simplify(${line('[1.1,1.1],[1.2,1.2]')}, 100000))`, true],
  [`isnull(geo_polygon_simplify(${triangle}, -0.1))`, true],
  [`isnull(geo_polygon_simplify(${triangle}, 1000000))`, true],
  [`isnull(geo_simplify_polygons_array(pack_array(${triangle}), -1))`, true],
  ['isnull(geo_point_buffer(200, 1, 0.1))', true],
  ['isnull(geo_point_buffer(10, 10, -1))', true],
  [`isnull(geo_line_buffer(${line('[0,0],[1,1]')}, 0))`, true],
  [`geo_point_in_polygon(0.5, 0.005, geo_line_buffer(${line('[0,0],[1,0]')}, 1000))`, true],
  [`geo_point_in_polygon(1, 45.01, geo_polygon_buffer(${triangle}, 10000))`, true],
  ['isnull(geo_azimuth(0, 0, 180, 0))', true],
  ['round(geo_angle(0, 10, 0, 5, 3, -10), 9)', 2.944938434],
  ['isnull(geo_angle(0, 10, 0, 10, 3, -10))', true],
  ['round(geo_distance_2points(0, 0, 1, 0, true), 3)', 111319.491],
  [`round(geo_line_locate_point(${line('[0,0],[10,0]')}, 2.5, 1, true), 6)`, 0.25],
];

describe('geo functions of shapes', () => {
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
});

/** Triangles of a few degrees around a place, the corners in turn. */
const triangles = fc
  .tuple(
    fc.integer({ min: -5, max: 5 }),
    fc.integer({ min: -5, max: 5 }),
    fc.integer({ min: 3, max: 8 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([x, y, size, turn]) => {
    const corners = [0, 1, 2].map((corner) => {
      const angle = 2 * Math.PI * (corner / 3 + turn);
      return [x + size * Math.cos(angle), y + size * Math.sin(angle)];
    });
    const polygons = polygonsOf({ type: 'Polygon', coordinates: [[...corners, ...corners.slice(0, 1)]] });
    assert.ok(polygons !== undefined);
    return polygons;
  });

describe('overlays on the sphere', () => {
  it('keep the area: two polygons are their union and what they share', () => {
    fc.assert(
      fc.property(triangles, triangles, (a, b) => {
        const whole = areaOf(unionOf([...a, ...b])) + areaOf(commonOfPolygons(a, b).polygons);
        assert.ok(Math.abs(whole - areaOf(a) - areaOf(b)) < 1e-9);
      }),
    );
  });

  it('hold all points within the radius of a buffer', () => {
    const bearing = fc.double({ min: 0, max: 359, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: -170, max: 170 }),
        fc.integer({ min: -80, max: 80 }),
        bearing,
        (x, y, turn) => {
          const centre = pointAt(x, y);
          const reach = reachOf(20_000, 10);
          assert.ok(reach !== undefined);
          const towards = pointAt(x + Math.cos(turn) / 10, y + Math.sin(turn) / 10);
          const within = alongArc(centre, towards, reach.radius * 0.9999);
          assert.ok(isInside(within, [bufferOfPoint(centre, reach)]));
          assert.ok(isInside(within, bufferOfLines([[centre, towards]], reach)));
        },
      ),
    );
  });

  it('put shapes that cross the antimeridian into a box on each side of it', () => {
    const ring = [[170, -5], [-170, -5], [-170, 5], [170, 5], [170, -5]]; // prettier-ignore
    const polygons = polygonsOf({ type: 'Polygon', coordinates: [ring] }) ?? [];
    const boxes = boxesOfPolygons(polygons, 0).map((box) => box.map(Math.round));
    assert.deepEqual(boxes, [
      [170, -5, 180, 5],
      [-180, -5, -170, 5],
    ]);
    assert.deepEqual(coordinatesOf(pointAt(-180, 0)), [-180, 0]);
  });

  it('measure a quarter of a meridian of the spheroid', () => {
    assert.ok(Math.abs(spheroidDistance([0, 0], [0, 90]) - 10_001_965.729) < 0.01);
  });
});
