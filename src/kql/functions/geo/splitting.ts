/** Arcs of two shapes cut where they meet, with points that rounding alone tells apart made one. */
import { candidatePairs } from './pairs.ts';
import { angle, crossingOf, nearestOnArc } from './sphere.ts';
import type { Arc, Vector } from './sphere.ts';

/** Points nearer than this, in radians, are one: a little more than rounding moves a crossing. */
const mergeRadius = 1e-14;

/** The points of shapes by number. */
export class Points {
  readonly vectors: Vector[] = [];
  readonly #buckets = new Map<string, number>();

  /** The number of the point, which may be one already known nearby. */
  numberOf(point: Vector): number {
    const known = bucketsAround(point).map((bucket) => this.#buckets.get(bucket));
    const near = known.find((number) => number !== undefined && this.#distance(number, point) <= mergeRadius);
    if (near !== undefined) return near;
    const number = this.vectors.push(point) - 1;
    for (const bucket of bucketsAround(point))
      if (!this.#buckets.has(bucket)) this.#buckets.set(bucket, number);
    return number;
  }

  vector(number: number): Vector {
    const vector = this.vectors[number];
    if (vector === undefined) throw new RangeError(`there is no point ${number}`);
    return vector;
  }

  #distance(number: number, point: Vector): number {
    return angle(this.vector(number), point);
  }
}

function bucketsAround(point: Vector): string[] {
  const size = 4 * mergeRadius;
  const [xs, ys, zs] = point.map((value) => {
    const [low, high] = [Math.floor((value - mergeRadius) / size), Math.floor((value + mergeRadius) / size)];
    return low === high ? [low] : [low, high];
  });
  return (xs ?? []).flatMap((x) => (ys ?? []).flatMap((y) => (zs ?? []).map((z) => `${x},${y},${z}`)));
}

/** A piece of an arc between two numbered points. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  /** The number of the arc that it is a part of. */
  readonly source: number;
}

/** Cuts the arcs of both lists where one of the left meets one of the right; arcs are numbered from `first`. */
export function piecesOf(
  left: readonly Arc[],
  right: readonly Arc[],
  points: Points,
): { readonly left: Piece[]; readonly right: Piece[] } {
  const ends = (arcs: readonly Arc[]) =>
    arcs.map(([a, b]) => new Set([points.numberOf(a), points.numberOf(b)]));
  const [leftCuts, rightCuts] = [ends(left), ends(right)];
  for (const [i, j] of candidatePairs(left, right)) {
    const [first, second, firstCuts, secondCuts] = [left[i], right[j], leftCuts[i], rightCuts[j]];
    if (first === undefined || second === undefined || firstCuts === undefined || secondCuts === undefined)
      continue;
    const touching = [...touchesOf(second, first), ...touchesOf(first, second)].map((p) =>
      points.numberOf(p),
    );
    const crossing = touching.length > 0 ? undefined : crossingOf(first, second);
    const meetings = crossing === undefined ? touching : [points.numberOf(crossing)];
    for (const point of meetings) {
      firstCuts.add(point);
      secondCuts.add(point);
    }
  }
  return { left: cut(left, leftCuts, points, 0), right: cut(right, rightCuts, points, left.length) };
}

/** The ends of an arc that lie on another. */
function touchesOf(ends: Arc, [a, b]: Arc): Vector[] {
  return ends.filter((end) => angle(end, nearestOnArc(end, a, b)) <= mergeRadius);
}

function cut(
  arcs: readonly Arc[],
  cuts: readonly ReadonlySet<number>[],
  points: Points,
  first: number,
): Piece[] {
  return arcs.flatMap(([start], index) => {
    const stops = [...(cuts[index] ?? [])]
      .map((number) => ({ number, distance: angle(start, points.vector(number)) }))
      .sort((a, b) => a.distance - b.distance);
    return stops.slice(1).flatMap(({ number }, at) => {
      const from = stops[at]?.number;
      return from === undefined || from === number ? [] : [{ from, to: number, source: first + index }];
    });
  });
}
