/** Rectangles on the map that hold a shape and all that is near it, for a first sieve of points. */
import { isInside } from './measures.ts';
import { arcsOf } from './shapes.ts';
import type { Line, Polygon } from './shapes.ts';
import { earthRadius, isOnArc, normalOf, plus, times, unit } from './sphere.ts';
import type { Arc, Vector } from './sphere.ts';

/** West, south, east and north in degrees; west is not east of east. */
export type Box = readonly [west: number, south: number, east: number, north: number];

/** Degrees that more than make up for rounding. */
const margin = 1e-9;
const degree = Math.PI / 180;

/** The boxes of lines with all that is within `radius` metres of them. */
export function boxesOfLines(lines: readonly Line[], radius: number): Box[] {
  return lines.flatMap((line) => boxesOf(line, radius, []));
}

/** The boxes of polygons with all that is within `radius` metres of them. */
export function boxesOfPolygons(polygons: readonly Polygon[], radius: number): Box[] {
  return polygons.flatMap((polygon) => {
    const [shell = []] = polygon;
    const poles = [-90, 90].filter((latitude) => isInside([0, 0, Math.sign(latitude)], [polygon]));
    return boxesOf([...shell, ...shell.slice(0, 1)], radius, poles);
  });
}

function boxesOf(line: Line, radius: number, poles: readonly number[]): Box[] {
  const wider = radius / earthRadius / degree + margin;
  const latitudes = [...line.map(latitudeOf), ...arcsOf(line).flatMap(turningLatitudes), ...poles];
  const south = latitudes.reduce((least, latitude) => Math.min(least, latitude), 90) - wider;
  const north = latitudes.reduce((most, latitude) => Math.max(most, latitude), -90) + wider;
  if (south <= -90 || north >= 90) return [[-180, south, 180, north]];
  const [west, east] = longitudesOf(line);
  const reach = Math.sin(wider * degree) / Math.cos(Math.max(-south, north) * degree);
  const aside = reach < 1 ? Math.asin(reach) / degree + margin : 180;
  return split(west - aside, east + aside).map(([from, to]): Box => [from, south, to, north]);
}

function latitudeOf([x, y, z]: Vector): number {
  return Math.atan2(z, Math.hypot(x, y)) / degree;
}

/** The northernmost and southernmost latitudes of the arc's great circle, as far as the arc reaches them. */
function turningLatitudes([a, b]: Arc): number[] {
  const normal = normalOf(a, b);
  if (Math.hypot(...normal) === 0) return [];
  const pole = unit(normal);
  const north = plus([0, 0, 1], times(pole, -pole[2]));
  if (Math.hypot(...north) < Number.EPSILON) return [];
  const top = unit(north);
  return [top, times(top, -1)].filter((point) => isOnArc(point, a, b)).map(latitudeOf);
}

/** The westernmost and easternmost longitude, counted on across the antimeridian. */
function longitudesOf(line: Line): [west: number, east: number] {
  let [longitude, west, east] = [0, Infinity, -Infinity];
  for (const [index, [x, y]] of line.entries()) {
    const at = Math.atan2(y, x) / degree;
    longitude = index === 0 ? at : at + 360 * Math.round((longitude - at) / 360);
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
  }
  return [west, east];
}

function split(west: number, east: number): [west: number, east: number][] {
  if (east - west >= 360) return [[-180, 180]];
  const turn = 360 * Math.round((west + east) / 2 / 360);
  const [from, to] = [west - turn, east - turn];
  if (from < -180) return [[from + 360, 180], [-180, to]]; // prettier-ignore
  return to > 180 ? [[from, 180], [-180, to - 360]] : [[from, to]]; // prettier-ignore
}
