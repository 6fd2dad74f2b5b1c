/** All that lies within a distance of a point, line or polygon, as polygons that hold it and little more. */
import { buffer } from '@turf/buffer';
import { feature } from '@turf/helpers';
import { arcsOf, capOf, polygonsOf, rotationTo } from './shapes.ts';
import type { Line, Polygon } from './shapes.ts';
import { alongArc, angle, coordinatesOf, cross, earthRadius, plus, times, unit } from './sphere.ts';
import type { Vector } from './sphere.ts';
import type { JsonValue } from '../../types.ts';

/** Kusto refuses a tolerance below this share of the radius. */
const leastTolerance = 1e-6;
/** A tolerance as large as the radius is taken for this share of it. */
const greatestTolerance = 0.99;
const fewestCorners = 8;
/** Longer arcs than this, in radians, bend visibly on the map on which lines and polygons are buffered. */
const longestArc = 0.005;
/** What fits on that map, as the angle from its middle. */
const mapRadius = Math.PI / 4;

interface Reach {
  /** Radians. */
  readonly radius: number;
  /** Of a polygon around the circle that is at most the tolerance larger. */
  readonly corners: number;
}

/** The radius and the precision of a buffer, both in metres, or undefined when Kusto refuses them. */
export function reachOf(radius: number, tolerance: number): Reach | undefined {
  if (!(radius > 0) || !(tolerance >= radius * leastTolerance)) return undefined;
  const outer = radius + Math.min(tolerance, radius * greatestTolerance);
  if (outer / earthRadius >= Math.PI / 2) return undefined;
  const half = Math.acos(Math.tan(radius / earthRadius) / Math.tan(outer / earthRadius));
  return { radius: radius / earthRadius, corners: Math.max(fewestCorners, Math.ceil(Math.PI / half)) };
}

/** The regular polygon around the circle, counterclockwise. */
export function bufferOfPoint(centre: Vector, { radius, corners }: Reach): Polygon {
  const distance = Math.atan(Math.tan(radius) / Math.cos(Math.PI / corners));
  const east =
    Math.hypot(centre[0], centre[1]) === 0 ? ([0, 1, 0] as const) : unit([-centre[1], centre[0], 0]);
  const north = cross(centre, east);
  const ring = Array.from({ length: corners }, (_, index): Vector => {
    const turn = (2 * Math.PI * index) / corners;
    const ahead = plus(times(east, Math.cos(turn)), times(north, Math.sin(turn)));
    return unit(plus(times(centre, Math.cos(distance)), times(ahead, Math.sin(distance))));
  });
  return [ring];
}

/** The polygons around lines. */
export function bufferOfLines(lines: readonly Line[], reach: Reach): readonly Polygon[] {
  return buffered(lines.flat(), reach, (there) => ({
    type: 'MultiLineString',
    coordinates: lines.map((line) => [...refined(line), ...line.slice(-1)].map(there)),
  }));
}

/** The polygons around polygons. */
export function bufferOfPolygons(polygons: readonly Polygon[], reach: Reach): readonly Polygon[] {
  const ringOf = (ring: Line, there: (point: Vector) => number[]): number[][] =>
    [...refined([...ring, ...ring.slice(0, 1)]), ...ring.slice(0, 1)].map(there);
  return buffered(polygons.flat(2), reach, (there) => ({
    type: 'MultiPolygon',
    coordinates: polygons.map((rings) => rings.map((ring) => ringOf(ring, there))),
  }));
}

type FlatShape =
  | { readonly type: 'MultiLineString'; readonly coordinates: number[][][] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: number[][][][] };

/** Buffers on a map whose middle is the shape's, so that all distances from there and small ones elsewhere are true. */
function buffered(
  points: Line,
  { radius, corners }: Reach,
  shape: (there: (point: Vector) => number[]) => FlatShape,
): readonly Polygon[] {
  const { centre, radius: size } = capOf(points);
  if (size + radius > mapRadius)
    throw new Error(
      'A buffer of a shape that spans a quarter of the Earth is not supported by the local engine.',
    );
  const { there, back } = rotationTo(centre);
  const steps = Math.ceil(corners / 4);
  // Corners lie outside of the circle, and away from the middle the map shows distances across too large.
  const distance = (radius / Math.cos(Math.PI / (4 * steps))) * (size === 0 ? 1 : size / Math.sin(size));
  const flat = feature(shape((point) => coordinatesOf(there(point))));
  const around = buffer(flat, distance, { units: 'radians', steps });
  const polygons =
    around === undefined ? undefined : polygonsOf(JSON.parse(JSON.stringify(around.geometry)) as JsonValue);
  if (polygons === undefined) throw new Error('The buffer of a shape could not be computed.');
  return polygons.map((rings) => rings.map((ring) => ring.map(back)));
}

/** The points of a line but the last, with further ones so that no arc is long. */
function refined(line: Line): Vector[] {
  return arcsOf(line).flatMap(([a, b]) => {
    const size = angle(a, b);
    const parts = Math.max(1, Math.ceil(size / longestArc));
    return Array.from({ length: parts }, (_, index) =>
      index === 0 ? a : alongArc(a, b, (size * index) / parts),
    );
  });
}
