/** The `geo_...` functions of GeoJSON geometries; distances in metres. */
import type { ScalarFunction } from '../../scalarFunction.ts';
import type { JsonValue } from '../../types.ts';
import { cellOf, geohashOf, neighboursOf } from '../geo/geohash.ts';
import {
  arcsIntersect,
  areaOf,
  centreOfArcs,
  centreOfPolygons,
  isInside,
  lengthOf,
  linesArcs,
  nearestOf,
  polygonsArcs,
  polygonsIntersect,
} from '../geo/measures.ts';
import { arcsOf, linesOf, pointOf, polygonsOf } from '../geo/shapes.ts';
import type { Line, Polygon } from '../geo/shapes.ts';
import { angle, coordinatesOf, earthRadius, plus, times, unit } from '../geo/sphere.ts';
import type { Vector } from '../geo/sphere.ts';
import { geometryOfText } from '../geo/wellKnownText.ts';
import { jsonTextFunction } from './textFunction.ts';

function point(vector: Vector): JsonValue {
  return { type: 'Point', coordinates: coordinatesOf(vector) };
}

/** A function of a geometry that `read` understands; null for any other. */
function ofShape<T>(
  name: string,
  read: (geometry: JsonValue) => T | undefined,
  compute: (shape: T) => JsonValue,
): ScalarFunction {
  return jsonTextFunction(`kql_geo_${name}`, 1, (geometry = null) => {
    const shape = read(geometry);
    return shape === undefined ? null : compute(shape);
  });
}

/** A function of longitude, latitude and a geometry. */
function ofPointAnd<T>(
  name: string,
  read: (geometry: JsonValue) => T | undefined,
  compute: (p: Vector, shape: T) => JsonValue,
): ScalarFunction {
  return jsonTextFunction(`kql_geo_${name}`, 3, (longitude, latitude, geometry = null) => {
    const [p, shape] = [pointOf(longitude, latitude), read(geometry)];
    return p === undefined || shape === undefined ? null : compute(p, shape);
  });
}

function ofTwo<A, B>(
  name: string,
  readLeft: (geometry: JsonValue) => A | undefined,
  readRight: (geometry: JsonValue) => B | undefined,
  compute: (left: A, right: B) => JsonValue,
): ScalarFunction {
  return jsonTextFunction(`kql_geo_${name}`, 2, (left = null, right = null) => {
    const [a, b] = [readLeft(left), readRight(right)];
    return a === undefined || b === undefined ? null : compute(a, b);
  });
}

/** Kusto measures the union of a MultiPolygon's parts; where they overlap, that is not the sum of the parts. */
function disjoint(polygons: readonly Polygon[], name: string): readonly Polygon[] {
  const isOverlapping = polygons.some((polygon, index) =>
    polygons.slice(index + 1).some((other) => polygonsIntersect([polygon], [other])),
  );
  if (isOverlapping) {
    throw new Error(
      `${name}() of a MultiPolygon whose polygons overlap is not supported by the local engine.`,
    );
  }
  return polygons;
}

function onlyLine(geometry: JsonValue): Line | undefined {
  const lines = linesOf(geometry);
  return lines?.length === 1 ? lines[0] : undefined;
}

/** The point at a share of the line's length. */
function interpolated(line: Line, part: number): Vector | undefined {
  let rest = lengthOf(arcsOf(line)) * part;
  for (const [a, b] of arcsOf(line)) {
    const size = angle(a, b);
    if (rest <= size) {
      const t = [Math.sin(size - rest) / Math.sin(size), Math.sin(rest) / Math.sin(size)] as const;
      return unit(plus(times(a, t[0]), times(b, t[1])));
    }
    rest -= size;
  }
  return line.at(-1);
}

/** The share of the line's length that lies before its point nearest to `p`. */
function located(p: Vector, line: Line): number {
  const arcs = arcsOf(line);
  const nearest = nearestOf(p, arcs);
  let before = 0;
  for (const [a, b] of arcs) {
    if (angle(nearest, nearestOf(nearest, [[a, b]])) < 1e-13)
      return (before + angle(a, nearest)) / lengthOf(arcs);
    before += angle(a, b);
  }
  return 1;
}

const geohashFunctions: readonly ScalarFunction[] = [
  jsonTextFunction('kql_geo_point_to_geohash', 3, (longitude, latitude, accuracy) => {
    if (pointOf(longitude, latitude) === undefined || typeof accuracy !== 'number') return null;
    if (accuracy < 1 || accuracy > 18) return null;
    return geohashOf(Number(longitude), Number(latitude), accuracy);
  }),
  jsonTextFunction('kql_geo_geohash_to_central_point', 1, (hash) => {
    const cell = typeof hash === 'string' ? cellOf(hash) : undefined;
    if (cell === undefined) return null;
    return { type: 'Point', coordinates: [(cell.west + cell.east) / 2, (cell.south + cell.north) / 2] };
  }),
  jsonTextFunction('kql_geo_geohash_to_polygon', 1, (hash) => {
    const cell = typeof hash === 'string' ? cellOf(hash) : undefined;
    if (cell === undefined) return null;
    const { west, east, south, north } = cell;
    const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]; // prettier-ignore
    return { type: 'Polygon', coordinates: [ring] };
  }),
  jsonTextFunction('kql_geo_geohash_neighbors', 1, (hash) =>
    typeof hash === 'string' ? (neighboursOf(hash) ?? null) : null,
  ),
];

export const geoJsFunctions: readonly ScalarFunction[] = [
  ...geohashFunctions,
  ofPointAnd('point_in_polygon', polygonsOf, isInside),
  ofPointAnd(
    'distance_point_to_line',
    linesOf,
    (p, lines) => angle(p, nearestOf(p, linesArcs(lines))) * earthRadius,
  ),
  ofPointAnd('distance_point_to_polygon', polygonsOf, (p, polygons) =>
    isInside(p, polygons) ? 0 : angle(p, nearestOf(p, polygonsArcs(polygons))) * earthRadius,
  ),
  ofPointAnd('closest_point_on_line', linesOf, (p, lines) => point(nearestOf(p, linesArcs(lines)))),
  ofPointAnd('closest_point_on_polygon', polygonsOf, (p, polygons) =>
    point(isInside(p, polygons) ? p : nearestOf(p, polygonsArcs(polygons))),
  ),
  ofShape('line_length', linesOf, (lines) => lengthOf(linesArcs(lines)) * earthRadius),
  ofShape('line_centroid', linesOf, (lines) => point(centreOfArcs(linesArcs(lines)))),
  ofShape(
    'polygon_area',
    polygonsOf,
    (polygons) => areaOf(disjoint(polygons, 'geo_polygon_area')) * earthRadius ** 2,
  ),
  ofShape(
    'polygon_perimeter',
    polygonsOf,
    (polygons) => lengthOf(polygonsArcs(disjoint(polygons, 'geo_polygon_perimeter'))) * earthRadius,
  ),
  ofShape('polygon_centroid', polygonsOf, (polygons) =>
    point(centreOfPolygons(disjoint(polygons, 'geo_polygon_centroid'))),
  ),
  jsonTextFunction('kql_geo_line_interpolate_point', 2, (geometry = null, part) => {
    const line = onlyLine(geometry);
    if (line === undefined || typeof part !== 'number' || part < 0 || part > 1) return null;
    const at = interpolated(line, part);
    return at === undefined ? null : point(at);
  }),
  jsonTextFunction('kql_geo_line_locate_point', 3, (geometry = null, longitude, latitude) => {
    const [line, p] = [onlyLine(geometry), pointOf(longitude, latitude)];
    return line === undefined || p === undefined ? null : located(p, line);
  }),
  ofTwo('intersects_2lines', linesOf, linesOf, (a, b) => arcsIntersect(linesArcs(a), linesArcs(b))),
  ofTwo('intersects_2polygons', polygonsOf, polygonsOf, polygonsIntersect),
  ofTwo('intersects_line_with_polygon', linesOf, polygonsOf, (lines, polygons) => {
    const starts = lines.flatMap((line) => line.slice(0, 1));
    return (
      arcsIntersect(linesArcs(lines), polygonsArcs(polygons)) ||
      starts.some((start) => isInside(start, polygons))
    );
  }),
  jsonTextFunction('kql_geo_from_wkt', 1, (text) => (typeof text === 'string' ? geometryOfText(text) : null)),
];
