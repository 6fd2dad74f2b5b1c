/** The `geo_` functions that measure, densify, intersect and unite shapes; distances in metres. */
import type { SqlValue } from '../../scalarFunction.ts';
import type { JsonValue } from '../../types.ts';
import { boxesOfLines, boxesOfPolygons } from '../geo/boxes.ts';
import { densified, toleranceRange } from '../geo/densify.ts';
import { cellOf, geohashOf, neighboursOf } from '../geo/geohash.ts';
import {
  arcsIntersect,
  areaOf,
  centreOfArcs,
  centreOfPolygons,
  interpolated,
  isInside,
  lengthOf,
  linesArcs,
  lineIntersectsPolygon,
  located,
  nearestOf,
  polygonsArcs,
  polygonsIntersect,
} from '../geo/measures.ts';
import {
  commonOfLineAndPolygon,
  commonOfLines,
  commonOfPolygons,
  unionOf,
  unionOfLines,
} from '../geo/overlay.ts';
import {
  linePositionsOf,
  linesOf,
  pointOf,
  polygonPositionsOf,
  polygonsOf,
  positionOf,
  remembering,
} from '../geo/shapes.ts';
import type { Line, Polygon, Position } from '../geo/shapes.ts';
import { lookupSignatures, shapeSignatures } from '../geo/signatures.ts';
import { angle, coordinatesOf, earthRadius } from '../geo/sphere.ts';
import type { Arc, Vector } from '../geo/sphere.ts';
import { spheroidDistance } from '../geo/spheroid.ts';
import { geometryOfText } from '../geo/wellKnownText.ts';
import { isArray } from './textFunction.ts';
import {
  commonJson,
  geoFunctions,
  linesJson,
  linesOfText,
  numberOf,
  ofText,
  pointJson,
  polygonsJson,
  polygonsOfText,
} from './geoFunction.ts';
import type { Implementation } from './geoFunction.ts';

type Read<T> = (text: SqlValue | undefined) => T | undefined;

/** Kusto takes a shape of several parts for their union. */
const unitedPolygons: Read<readonly Polygon[]> = remembering((geometry) => {
  const polygons = polygonsOf(geometry);
  return polygons === undefined ? undefined : unionOf(polygons);
});
const unitedLines: Read<readonly Line[]> = remembering((geometry) => {
  const lines = linesOf(geometry);
  return lines === undefined || lines.length < 2 ? lines : unionOfLines(lines);
});

function ofShape<T>(read: Read<T>, compute: (shape: T) => JsonValue | undefined): Implementation {
  return (text) => {
    const shape = read(text);
    return shape === undefined ? undefined : compute(shape);
  };
}

/** A function of longitude, latitude and a shape. */
function ofPointAnd<T>(read: Read<T>, compute: (p: Vector, shape: T) => JsonValue): Implementation {
  return (longitude = null, latitude = null, text = null) => {
    const [p, shape] = [pointOf(longitude, latitude), read(text)];
    return p === undefined || shape === undefined ? undefined : compute(p, shape);
  };
}

function ofTwo<A, B>(
  readLeft: Read<A>,
  readRight: Read<B>,
  compute: (left: A, right: B) => JsonValue,
): Implementation {
  return (left, right) => {
    const [a, b] = [readLeft(left), readRight(right)];
    return a === undefined || b === undefined ? undefined : compute(a, b);
  };
}

function metres(p: Vector, arcs: readonly Arc[]): number {
  return angle(p, nearestOf(p, arcs)) * earthRadius;
}

const onlyLine: Read<Line> = (text) => {
  const lines = linesOfText(text);
  return lines?.length === 1 ? lines[0] : undefined;
};

/** All shapes of an array of geometries, or undefined when there is none or one is invalid. */
function allShapes<T>(
  items: JsonValue,
  read: (geometry: JsonValue) => readonly T[] | undefined,
): T[] | undefined {
  if (!isArray(items) || items.length === 0) return undefined;
  const shapes = items.map(read);
  return shapes.some((shape) => shape === undefined) ? undefined : shapes.flatMap((shape) => shape ?? []);
}

const lineArray: Read<readonly Line[]> = remembering((items) => allShapes(items, linesOf));
const polygonArray: Read<readonly Polygon[]> = remembering((items) => allShapes(items, polygonsOf));

function asDensified<T>(
  readValid: Read<unknown>,
  readPositions: Read<T>,
  compute: (
    shape: T,
    densify: (positions: readonly Position[]) => Position[] | undefined,
  ) => JsonValue | undefined,
): Implementation {
  return (text, given, crosses) => {
    const [tolerance, shape] = [numberOf(given), readPositions(text)];
    if (readValid(text) === undefined || shape === undefined || tolerance === undefined) return undefined;
    if (tolerance < toleranceRange.least || tolerance > toleranceRange.most || crosses === null)
      return undefined;
    return compute(shape, (positions) => densified(positions, tolerance, crosses === true));
  };
}

/** The geometry of these parts, or undefined when one could not be made. */
function partsJson(
  type: 'LineString' | 'Polygon',
  parts: readonly (JsonValue | undefined)[],
): JsonValue | undefined {
  const coordinates = parts.filter((part) => part !== undefined);
  if (coordinates.length < parts.length) return undefined;
  return coordinates.length === 1
    ? { type, coordinates: coordinates[0] ?? [] }
    : { type: `Multi${type}`, coordinates };
}

function locatedOnSpheroid(p: Vector, line: Line): number {
  const share = located(p, line);
  const nearest = interpolated(line, share) ?? p;
  const before = line.findIndex(
    (_, index) => lengthOf(linesArcs([line.slice(0, index + 2)])) >= lengthOf(linesArcs([line])) * share,
  );
  const length = (points: Line): number =>
    linesArcs([points]).reduce(
      (sum, [a, b]) => sum + spheroidDistance(coordinatesOf(a), coordinatesOf(b)),
      0,
    );
  return length([...line.slice(0, before + 1), nearest]) / length(line);
}

const lookupFunctions = geoFunctions('kql_geo_shape_', lookupSignatures, {
  boxes: (text, given) => {
    const [polygons, lines, radius] = [polygonsOfText(text), linesOfText(text), numberOf(given)];
    if (radius === undefined || radius < 0) return undefined;
    if (polygons !== undefined) return boxesOfPolygons(polygons, radius);
    return lines === undefined ? undefined : boxesOfLines(lines, radius);
  },
});

const shapeFunctions = geoFunctions('kql_geo_shape_', shapeSignatures, {
  point_to_geohash: (longitude = null, latitude = null, accuracy) => {
    const [position, length] = [positionOf(longitude, latitude), numberOf(accuracy)];
    if (position === undefined || length === undefined || length < 1 || length > 18) return undefined;
    return geohashOf(...position, length);
  },
  geohash_to_central_point: ofText((hash) => {
    const cell = cellOf(hash);
    if (cell === undefined) return undefined;
    return { type: 'Point', coordinates: [(cell.west + cell.east) / 2, (cell.south + cell.north) / 2] };
  }),
  geohash_to_polygon: ofText((hash) => {
    const cell = cellOf(hash);
    if (cell === undefined) return undefined;
    const { west, east, south, north } = cell;
    const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]; // prettier-ignore
    return { type: 'Polygon', coordinates: [ring] };
  }),
  geohash_neighbors: ofText(neighboursOf),
  spheroid_distance: (x1 = null, y1 = null, x2 = null, y2 = null) => {
    const [from, to] = [positionOf(x1, y1), positionOf(x2, y2)];
    return from === undefined || to === undefined ? undefined : spheroidDistance(from, to);
  },
  point_in_polygon: ofPointAnd(polygonsOfText, isInside),
  distance_point_to_line: ofPointAnd(linesOfText, (p, lines) => metres(p, linesArcs(lines))),
  distance_point_to_polygon: ofPointAnd(polygonsOfText, (p, polygons) =>
    isInside(p, polygons) ? 0 : metres(p, polygonsArcs(polygons)),
  ),
  closest_point_on_line: ofPointAnd(linesOfText, (p, lines) => pointJson(nearestOf(p, linesArcs(lines)))),
  closest_point_on_polygon: ofPointAnd(polygonsOfText, (p, polygons) =>
    pointJson(isInside(p, polygons) ? p : nearestOf(p, polygonsArcs(polygons))),
  ),
  line_length: ofShape(unitedLines, (lines) => lengthOf(linesArcs(lines)) * earthRadius),
  line_centroid: ofShape(unitedLines, (lines) => pointJson(centreOfArcs(linesArcs(lines)))),
  line_densify: asDensified(linesOfText, remembering(linePositionsOf), (lines, densify) =>
    partsJson('LineString', lines.map(densify)),
  ),
  line_interpolate_point: (text, given) => {
    const [line, part] = [onlyLine(text), numberOf(given)];
    if (line === undefined || part === undefined || part < 0 || part > 1) return undefined;
    const at = interpolated(line, part);
    return at === undefined ? undefined : pointJson(at);
  },
  line_locate_point: (text, longitude = null, latitude = null, onSpheroid) => {
    const [line, p] = [onlyLine(text), pointOf(longitude, latitude)];
    if (line === undefined || p === undefined) return undefined;
    return onSpheroid === true ? locatedOnSpheroid(p, line) : located(p, line);
  },
  polygon_area: ofShape(unitedPolygons, (polygons) => areaOf(polygons) * earthRadius ** 2),
  polygon_perimeter: ofShape(unitedPolygons, (polygons) => lengthOf(polygonsArcs(polygons)) * earthRadius),
  polygon_centroid: ofShape(unitedPolygons, (polygons) => pointJson(centreOfPolygons(polygons))),
  polygon_densify: asDensified(polygonsOfText, remembering(polygonPositionsOf), (polygons, densify) =>
    partsJson(
      'Polygon',
      polygons.map((rings) => {
        const parts = rings.map((ring) => densify([...ring, ...ring.slice(0, 1)]));
        const known = parts.filter((part) => part !== undefined);
        return known.length < parts.length ? undefined : known;
      }),
    ),
  ),
  intersects_2lines: ofTwo(linesOfText, linesOfText, (a, b) => arcsIntersect(linesArcs(a), linesArcs(b))),
  intersects_2polygons: ofTwo(polygonsOfText, polygonsOfText, polygonsIntersect),
  intersects_line_with_polygon: ofTwo(linesOfText, polygonsOfText, lineIntersectsPolygon),
  intersection_2lines: ofTwo(linesOfText, linesOfText, (a, b) => commonJson(commonOfLines(a, b))),
  intersection_2polygons: ofTwo(unitedPolygons, unitedPolygons, (a, b) => commonJson(commonOfPolygons(a, b))),
  intersection_line_with_polygon: ofTwo(linesOfText, unitedPolygons, (lines, polygons) =>
    commonJson(commonOfLineAndPolygon(lines, polygons)),
  ),
  union_lines_array: ofShape(lineArray, (lines) => linesJson(unionOfLines(lines))),
  union_polygons_array: ofShape(polygonArray, (polygons) => polygonsJson(unionOf(polygons))),
  from_wkt: ofText((text) => geometryOfText(text)),
});

export const geoShapeFunctions = [...shapeFunctions, ...lookupFunctions];
