/** GeoJSON geometries as points on the sphere; what Kusto calls invalid is undefined. */
import type { JsonValue } from '../../types.ts';
import { bagOf, isArray } from '../js/textFunction.ts';
import { angle, pointAt } from './sphere.ts';
import type { Vector } from './sphere.ts';

export type Line = readonly Vector[];
/** Shell, then holes; each ring closed without repeating its first point. */
export type Polygon = readonly (readonly Vector[])[];

function isNumber(value: JsonValue | undefined): value is number {
  return typeof value === 'number';
}

/** The point of a longitude and latitude in their ranges. */
export function pointOf(
  longitude: JsonValue | undefined,
  latitude: JsonValue | undefined,
): Vector | undefined {
  if (!isNumber(longitude) || !isNumber(latitude)) return undefined;
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? pointAt(longitude, latitude) : undefined;
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

function position(item: JsonValue): Vector | undefined {
  return isArray(item) ? pointOf(item[0], item[1]) : undefined;
}

function lineFrom(coordinates: JsonValue | undefined): Line | undefined {
  const points = allOf(coordinates, position);
  return points === undefined || points.length < 2 || hasRepetition(points) ? undefined : points;
}

function ringFrom(coordinates: JsonValue): Line | undefined {
  const points = allOf(coordinates, position);
  const [first] = points ?? [];
  const last = points?.at(-1);
  if (points === undefined || first === undefined || last === undefined) return undefined;
  const open = angle(first, last) === 0 ? points.slice(0, -1) : points;
  return open.length < 3 || hasRepetition(open) ? undefined : open;
}

function hasRepetition(points: readonly Vector[]): boolean {
  return points.some((point, index) => {
    const next = points[index + 1];
    return next !== undefined && angle(point, next) === 0;
  });
}

/** The lines of a LineString or MultiLineString. */
export function linesOf(geometry: JsonValue): readonly Line[] | undefined {
  const { type, coordinates } = bagOf(geometry) ?? {};
  if (type === 'LineString') {
    const line = lineFrom(coordinates);
    return line === undefined ? undefined : [line];
  }
  return type === 'MultiLineString' ? allOf(coordinates, lineFrom) : undefined;
}

/** The polygons of a Polygon or MultiPolygon. */
export function polygonsOf(geometry: JsonValue): readonly Polygon[] | undefined {
  const { type, coordinates } = bagOf(geometry) ?? {};
  if (type === 'Polygon') {
    const polygon = allOf(coordinates, ringFrom);
    return polygon === undefined ? undefined : [polygon];
  }
  if (type !== 'MultiPolygon') return undefined;
  return allOf(coordinates, (polygon) => allOf(polygon, ringFrom));
}

/** The arcs of a line. */
export function arcsOf(line: Line): [Vector, Vector][] {
  return line.flatMap((point, index): [Vector, Vector][] => {
    const next = line[index + 1];
    return next === undefined ? [] : [[point, next]];
  });
}

/** The arcs of a ring, the closing one included. */
export function ringArcs(ring: Line): [Vector, Vector][] {
  const [first] = ring;
  return first === undefined ? [] : arcsOf([...ring, first]);
}
