/** Lengths, areas, centres, nearest points and meetings of lines and polygons on the sphere. */
import { candidatePairs } from './pairs.ts';
import { arcsOf, capOf, ringArcs, signedArea } from './shapes.ts';
import type { Line, Polygon } from './shapes.ts';
import {
  alongArc,
  angle,
  arcsMeet,
  cross,
  dot,
  nearestOnArc,
  normalOf,
  plus,
  sameAngle,
  times,
  unit,
} from './sphere.ts';
import type { Arc, Vector } from './sphere.ts';

export function linesArcs(lines: readonly Line[]): Arc[] {
  return lines.flatMap(arcsOf);
}

export function polygonsArcs(polygons: readonly Polygon[]): Arc[] {
  return polygons.flatMap((polygon) => polygon.flatMap(ringArcs));
}

/** Length in radians. */
export function lengthOf(arcs: readonly Arc[]): number {
  return arcs.reduce((sum, [a, b]) => sum + angle(a, b), 0);
}

/** Area in steradians of polygons that do not overlap. */
export function areaOf(polygons: readonly Polygon[]): number {
  return polygons.flat().reduce((total, ring) => total + signedArea(ring), 0);
}

/** The centre of mass of the arcs. */
export function centreOfArcs(arcs: readonly Arc[]): Vector {
  return unit(
    arcs.reduce<Vector>((sum, [a, b]) => plus(sum, times(plus(a, b), Math.tan(angle(a, b) / 2))), [0, 0, 0]),
  );
}

/** The centre of mass of polygons that do not overlap: half the sum of each edge's length along its pole (Stokes). */
export function centreOfPolygons(polygons: readonly Polygon[]): Vector {
  return unit(
    polygonsArcs(polygons).reduce<Vector>(
      (total, [a, b]) => plus(total, times(unit(normalOf(a, b)), angle(a, b) / 2)),
      [0, 0, 0],
    ),
  );
}

/** The nearest point of the arcs. */
export function nearestOf(p: Vector, arcs: readonly Arc[]): Vector {
  let [best, least] = [p, Infinity];
  for (const [a, b] of arcs) {
    const candidate = nearestOnArc(p, a, b);
    const distance = angle(p, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** The point at a share of the line's length. */
export function interpolated(line: Line, part: number): Vector | undefined {
  let rest = lengthOf(arcsOf(line)) * part;
  for (const [a, b] of arcsOf(line)) {
    const size = angle(a, b);
    if (rest <= size) return rest === 0 ? a : alongArc(a, b, rest);
    rest -= size;
  }
  return line.at(-1);
}

/** The share of the line's length that lies before its point nearest to `p`. */
export function located(p: Vector, line: Line): number {
  let [best, least, before] = [0, Infinity, 0];
  const arcs = arcsOf(line);
  for (const [a, b] of arcs) {
    const nearest = nearestOnArc(p, a, b);
    const distance = angle(p, nearest);
    if (distance < least) [best, least] = [before + angle(a, nearest), distance];
    before += angle(a, b);
  }
  return Math.min(1, best / lengthOf(arcs));
}

/** The point lies inside a polygon or on its border, and in none of its holes. */
export function isInside(p: Vector, polygons: readonly Polygon[]): boolean {
  return polygons.some(([shell, ...holes]) => {
    if (shell === undefined || isFar(p, shell)) return false;
    const isInShell = turnsAround(p, shell) || isOnBorder(p, shell);
    return isInShell && !holes.some((hole) => turnsAround(p, hole) && !isOnBorder(p, hole));
  });
}

/** Caps of rings that were asked about, since a query asks about the same ones in every row. */
const caps = new WeakMap<Line, ReturnType<typeof capOf>>();

function isFar(p: Vector, ring: Line): boolean {
  const cap = caps.get(ring) ?? capOf(ring);
  caps.set(ring, cap);
  return cap.radius < Math.PI / 4 && angle(p, cap.centre) > cap.radius + sameAngle;
}

function isOnBorder(p: Vector, ring: Line): boolean {
  return angle(p, nearestOf(p, ringArcs(ring))) < sameAngle;
}

/** Seen from the point, the ring turns all around; so it does seen from the opposite point, which is far from it. */
function turnsAround(p: Vector, ring: Line): boolean {
  let [turn, middle]: [number, Vector] = [0, [0, 0, 0]];
  for (const [a, b] of ringArcs(ring)) {
    turn += turnBetween(p, a, b);
    middle = plus(middle, a);
  }
  return Math.abs(turn) > Math.PI && dot(p, middle) > 0;
}

function turnBetween(p: Vector, a: Vector, b: Vector): number {
  const [left, right] = [cross(p, a), cross(p, b)];
  return Math.atan2(dot(p, cross(left, right)), dot(left, right));
}

export function arcsIntersect(left: readonly Arc[], right: readonly Arc[]): boolean {
  return candidatePairs(left, right).some(([i, j]) => {
    const [first, second] = [left[i], right[j]];
    return first !== undefined && second !== undefined && arcsMeet(first, second);
  });
}

/** A border crosses the other's, or one lies inside the other. */
export function polygonsIntersect(left: readonly Polygon[], right: readonly Polygon[]): boolean {
  const isWithin = (inner: readonly Polygon[], outer: readonly Polygon[]): boolean =>
    inner.some(([shell]) => shell?.[0] !== undefined && isInside(shell[0], outer));
  return (
    arcsIntersect(polygonsArcs(left), polygonsArcs(right)) || isWithin(left, right) || isWithin(right, left)
  );
}

/** A line crosses or touches a polygon's border, or lies inside it. */
export function lineIntersectsPolygon(lines: readonly Line[], polygons: readonly Polygon[]): boolean {
  const starts = lines.flatMap((line) => line.slice(0, 1));
  return (
    arcsIntersect(linesArcs(lines), polygonsArcs(polygons)) ||
    starts.some((start) => isInside(start, polygons))
  );
}
