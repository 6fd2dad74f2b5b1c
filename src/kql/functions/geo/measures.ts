/** Lengths, areas, centres, nearest points and meetings of lines and polygons on the sphere. */
import { angle, arcsMeet, cross, dot, nearestOnArc, plus, times, unit } from './sphere.ts';
import type { Vector } from './sphere.ts';
import { arcsOf, ringArcs } from './shapes.ts';
import type { Line, Polygon } from './shapes.ts';

type Arc = readonly [Vector, Vector];

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

/** Signed area of a ring in steradians, as a fan of triangles from its first point (Oosterom and Strackee 1983). */
function signedArea(ring: Line): number {
  const [a] = ring;
  if (a === undefined) return 0;
  return ringArcs(ring).reduce((sum, [b, c]) => {
    const volume = dot(a, cross(b, c));
    return sum + 2 * Math.atan2(volume, 1 + dot(a, b) + dot(b, c) + dot(c, a));
  }, 0);
}

/** Area in steradians: each shell's smaller side without its holes. */
export function areaOf(polygons: readonly Polygon[]): number {
  return polygons.reduce((total, [shell, ...holes]) => {
    const outer = shell === undefined ? 0 : Math.abs(signedArea(shell));
    return total + outer - holes.reduce((sum, hole) => sum + Math.abs(signedArea(hole)), 0);
  }, 0);
}

/** The centre of mass of the arcs. */
export function centreOfArcs(arcs: readonly Arc[]): Vector {
  return unit(
    arcs.reduce<Vector>((sum, [a, b]) => plus(sum, times(plus(a, b), Math.tan(angle(a, b) / 2))), [0, 0, 0]),
  );
}

/** The centre of mass of the areas: half the sum of each edge's length along its pole (Stokes). */
export function centreOfPolygons(polygons: readonly Polygon[]): Vector {
  const moments = polygons.flatMap((polygon) =>
    polygon.map((ring, index) => times(momentOf(ring), index === 0 ? 1 : -1)),
  );
  return unit(moments.reduce<Vector>((sum, moment) => plus(sum, moment), [0, 0, 0]));
}

function momentOf(ring: Line): Vector {
  const sum = ringArcs(ring).reduce<Vector>(
    (total, [a, b]) => plus(total, times(unit(cross(a, b)), angle(a, b) / 2)),
    [0, 0, 0],
  );
  return signedArea(ring) < 0 ? times(sum, -1) : sum;
}

/** The nearest point of the arcs. */
export function nearestOf(p: Vector, arcs: readonly Arc[]): Vector {
  return arcs
    .map(([a, b]) => nearestOnArc(p, a, b))
    .reduce((best, candidate) => (angle(p, candidate) < angle(p, best) ? candidate : best));
}

/** The point lies inside a polygon or on its border, and in none of its holes. */
export function isInside(p: Vector, polygons: readonly Polygon[]): boolean {
  return polygons.some(([shell, ...holes]) => {
    if (shell === undefined) return false;
    const isInShell = turnsAround(p, shell) || isOnBorder(p, shell);
    return isInShell && !holes.some((hole) => turnsAround(p, hole) && !isOnBorder(p, hole));
  });
}

function isOnBorder(p: Vector, ring: Line): boolean {
  return angle(p, nearestOf(p, ringArcs(ring))) < 1e-13;
}

/** Seen from the point, the ring turns all around; so it does seen from the opposite point, which is far from it. */
function turnsAround(p: Vector, ring: Line): boolean {
  const turn = ringArcs(ring).reduce((sum, [a, b]) => sum + turnBetween(p, a, b), 0);
  const middle = ring.reduce<Vector>((sum, point) => plus(sum, point), [0, 0, 0]);
  return Math.abs(turn) > Math.PI && dot(p, middle) > 0;
}

function turnBetween(p: Vector, a: Vector, b: Vector): number {
  const [left, right] = [cross(p, a), cross(p, b)];
  return Math.atan2(dot(p, cross(left, right)), dot(left, right));
}

export function arcsIntersect(left: readonly Arc[], right: readonly Arc[]): boolean {
  return left.some(([a, b]) => right.some(([c, d]) => arcsMeet(a, b, c, d)));
}

/** A border crosses the other's, or one lies inside the other. */
export function polygonsIntersect(left: readonly Polygon[], right: readonly Polygon[]): boolean {
  const isWithin = (inner: readonly Polygon[], outer: readonly Polygon[]): boolean =>
    inner.some(([shell]) => shell?.[0] !== undefined && isInside(shell[0], outer));
  return (
    arcsIntersect(polygonsArcs(left), polygonsArcs(right)) || isWithin(left, right) || isWithin(right, left)
  );
}
