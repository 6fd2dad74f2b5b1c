/** GeoJSON geometries as points on the sphere; what Kusto calls invalid is undefined. */
import type { SqlValue } from '../../scalarFunction.ts';
import type { JsonValue } from '../../types.ts';
import { jsonFromText } from '../json.ts';
import { bagOf, isArray } from '../js/textFunction.ts';
import { candidatePairs } from './pairs.ts';
import { angle, crossingOf, dot, normalOf, plus, pointAt, times, unit, cross } from './sphere.ts';
import type { Arc, Vector } from './sphere.ts';

export type Line = readonly Vector[];
/** Shell, then holes; each closed without repeating its first point, and the inside on its left. */
export type Polygon = readonly Line[];

/** Longitude and latitude in degrees. */
export type Position = readonly [longitude: number, latitude: number];

/** The position, if both are in their ranges. */
export function positionOf(
  longitude: SqlValue | JsonValue | undefined,
  latitude: SqlValue | JsonValue | undefined,
): Position | undefined {
  if (typeof longitude !== 'number' || typeof latitude !== 'number') return undefined;
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? [longitude, latitude] : undefined;
}

/** The point of a longitude and latitude in their ranges. */
export function pointOf(longitude: SqlValue, latitude: SqlValue): Vector | undefined {
  const position = positionOf(longitude, latitude);
  return position === undefined ? undefined : pointAt(...position);
}

/** All items read, or undefined when there is none or one cannot be. */
function allOf<T>(items: JsonValue | undefined, read: (item: JsonValue) => T | undefined): T[] | undefined {
  if (!isArray(items) || items.length === 0) return undefined;
  const values: T[] = [];
  for (const item of items) {
    const value = read(item);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function positionFrom(item: JsonValue): Position | undefined {
  return isArray(item) ? positionOf(item[0], item[1]) : undefined;
}

function lineFrom(coordinates: JsonValue | undefined): Position[] | undefined {
  const positions = allOf(coordinates, positionFrom);
  return positions === undefined || positions.length < 2 || hasRepetition(positions) ? undefined : positions;
}

/** A ring without the repetition of its first position, all of whose positions differ. */
function ringFrom(coordinates: JsonValue): Position[] | undefined {
  const positions = allOf(coordinates, positionFrom);
  const [first] = positions ?? [];
  const last = positions?.at(-1);
  if (positions === undefined || first === undefined || last === undefined) return undefined;
  if (positions.length < 4 || !isSame(first, last)) return undefined;
  const open = positions.slice(0, -1);
  return new Set(open.map(String)).size < open.length ? undefined : open;
}

function hasRepetition(positions: readonly Position[]): boolean {
  return positions.some((position, index) => {
    const next = positions[index + 1];
    return next !== undefined && isSame(position, next);
  });
}

function isSame(a: Position, b: Position): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** The positions of the lines of a LineString or MultiLineString. */
export function linePositionsOf(geometry: JsonValue): readonly Position[][] | undefined {
  const { type, coordinates } = bagOf(geometry) ?? {};
  if (type === 'LineString') {
    const line = lineFrom(coordinates);
    return line === undefined ? undefined : [line];
  }
  return type === 'MultiLineString' ? allOf(coordinates, lineFrom) : undefined;
}

/** The positions of the rings of a Polygon or MultiPolygon. */
export function polygonPositionsOf(geometry: JsonValue): readonly Position[][][] | undefined {
  const { type, coordinates } = bagOf(geometry) ?? {};
  if (type === 'Polygon') {
    const polygon = allOf(coordinates, ringFrom);
    return polygon === undefined ? undefined : [polygon];
  }
  if (type !== 'MultiPolygon') return undefined;
  return allOf(coordinates, (polygon) => allOf(polygon, ringFrom));
}

/** The lines of a LineString or MultiLineString. */
export function linesOf(geometry: JsonValue): readonly Line[] | undefined {
  return linePositionsOf(geometry)?.map((line) => line.map((position) => pointAt(...position)));
}

/** The polygons of a Polygon or MultiPolygon whose rings do not cross. */
export function polygonsOf(geometry: JsonValue): readonly Polygon[] | undefined {
  const polygons: Polygon[] = [];
  for (const rings of polygonPositionsOf(geometry) ?? []) {
    const polygon = rings.map((ring, index) =>
      oriented(
        ring.map((position) => pointAt(...position)),
        index === 0,
      ),
    );
    if (isCrossing(polygon)) return undefined;
    polygons.push(polygon);
  }
  return polygons.length === 0 ? undefined : polygons;
}

/** A reader of texts that keeps what it read last, since a query mostly asks for the same shape in every row. */
export function remembering<T>(
  read: (geometry: JsonValue) => T | undefined,
): (text: SqlValue | undefined) => T | undefined {
  const known = new Map<string, T | undefined>();
  return (text) => {
    if (typeof text !== 'string') return undefined;
    if (known.has(text)) return known.get(text);
    const shape = read(jsonFromText(text, true) ?? null);
    if (known.size >= rememberedShapes) known.clear();
    known.set(text, shape);
    return shape;
  };
}

/** Enough for a lookup table's shapes; a text is at most a value of a query, hence a bound in number is one in memory. */
const rememberedShapes = 256;

/** The ring with its smaller side on the left, or on the right for a hole. */
function oriented(ring: Line, isShell: boolean): Line {
  return signedArea(ring) > 0 === isShell ? ring : [...ring].reverse();
}

/** Edges of the polygon cross each other. */
function isCrossing(polygon: Polygon): boolean {
  const arcs = polygon.flatMap(ringArcs);
  for (const [left, right] of candidatePairs(arcs, arcs)) {
    const [first, second] = [arcs[left], arcs[right]];
    if (left >= right || first === undefined || second === undefined) continue;
    const isJoined = first.some((point) => second.some((other) => isSamePoint(point, other)));
    if (!isJoined && crossingOf(first, second) !== undefined) return true;
  }
  return false;
}

function isSamePoint(a: Vector, b: Vector): boolean {
  return a.every((value, index) => value === b[index]);
}

/** Signed area of a ring in steradians, as a fan of triangles from its first point (Oosterom and Strackee 1983). */
export function signedArea(ring: Line): number {
  const [a] = ring;
  if (a === undefined) return 0;
  const sum = ringArcs(ring).reduce((total, [b, c]) => {
    const volume = dot(a, normalOf(b, c)) / 2;
    return total + 2 * Math.atan2(volume, 1 + dot(a, b) + dot(b, c) + dot(c, a));
  }, 0);
  const sphere = 4 * Math.PI;
  return sum - sphere * Math.round(sum / sphere);
}

/** The arcs of a line. */
export function arcsOf(line: Line): Arc[] {
  return line.flatMap((point, index): Arc[] => {
    const next = line[index + 1];
    return next === undefined ? [] : [[point, next]];
  });
}

/** The arcs of a ring, the closing one included. */
export function ringArcs(ring: Line): Arc[] {
  const [first] = ring;
  return first === undefined ? [] : arcsOf([...ring, first]);
}

/** The middle of the points, and the angle to the one farthest from it. */
export function capOf(points: Line): { readonly centre: Vector; readonly radius: number } {
  const sum = points.reduce<Vector>((total, point) => plus(total, point), [0, 0, 0]);
  const centre = Math.hypot(...sum) === 0 ? ([0, 0, 1] as const) : unit(sum);
  return { centre, radius: points.reduce((radius, point) => Math.max(radius, angle(centre, point)), 0) };
}

/** A rotation of the sphere that takes `centre` to longitude and latitude 0, and its inverse. */
export function rotationTo(centre: Vector): Readonly<Record<'there' | 'back', (point: Vector) => Vector>> {
  const east =
    Math.hypot(centre[0], centre[1]) === 0 ? ([0, 1, 0] as const) : unit([-centre[1], centre[0], 0]);
  const north = cross(centre, east);
  return {
    there: (point) => [dot(point, centre), dot(point, east), dot(point, north)],
    back: ([x, y, z]) => plus(plus(times(centre, x), times(east, y)), times(north, z)),
  };
}
