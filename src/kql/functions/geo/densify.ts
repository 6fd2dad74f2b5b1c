/** Straight edges of the map as chains of great-circle arcs that stay near them (S2's edge tessellator). */
import type { Position } from './shapes.ts';
import { angle, dot, earthRadius, pointAt, plus, times, unit } from './sphere.ts';
import type { Vector } from './sphere.ts';

/** Where the two ways between two points are farthest apart, as a share of the edge (S2: `kInterpolationFraction`). */
const farthest = 0.3121569108224831;
/** S2 holds the distance there to this share of what is allowed (`kScaleFactor`). */
const scale = 0.8382999256988851;
/** Kusto's bound on the points of a shape. */
const mostPoints = 10_485_760;

/** Metres that Kusto allows. */
export const toleranceRange = { least: 0.1, most: 10_000 };

/**
 * The positions with further ones between them, so that arcs are nowhere farther than `tolerance` metres from the
 * straight edges; with `crossesAntimeridian`, edges take the shorter way around the Earth. Undefined for too many.
 */
export function densified(
  positions: readonly Position[],
  tolerance: number,
  crossesAntimeridian: boolean,
): Position[] | undefined {
  const allowed = (tolerance / earthRadius) * scale;
  const result = positions.slice(0, 1);
  for (const [index, to] of positions.slice(1).entries()) {
    const from = positions[index];
    if (from === undefined) continue;
    const [longitude, latitude] = to;
    const turn = crossesAntimeridian ? 360 * Math.round((from[0] - longitude) / 360) : 0;
    if (!add(from, [longitude + turn, latitude], allowed, result)) return undefined;
    result[result.length - 1] = to;
  }
  return result;
}

function add(from: Position, to: Position, allowed: number, result: Position[]): boolean {
  if (result.length > mostPoints) return false;
  if (distanceBetweenWays(from, to) <= allowed) {
    const [longitude, latitude] = to;
    result.push([longitude - 360 * Math.round(longitude / 360), latitude]);
    return true;
  }
  const middle = between(from, to, 0.5);
  return add(from, middle, allowed, result) && add(middle, to, allowed, result);
}

function between(from: Position, to: Position, part: number): Position {
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
}

function distanceBetweenWays(from: Position, to: Position): number {
  const [a, b] = [pointAt(...from), pointAt(...to)];
  if (dot(a, b) < -1e-14) return Infinity;
  const distances = [farthest, 1 - farthest].map((part) =>
    angle(onArc(a, b, part), pointAt(...between(from, to, part))),
  );
  return Math.max(...distances);
}

function onArc(a: Vector, b: Vector, part: number): Vector {
  const size = angle(a, b);
  if (size === 0) return a;
  return unit(plus(times(a, Math.sin(size * (1 - part))), times(b, Math.sin(size * part))));
}
