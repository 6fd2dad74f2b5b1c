/**
 * Nearly straight chains of short edges as single long ones, after S2's builder: points nearer to one another than the
 * tolerance become one, then chains that stay within the tolerance of a single edge become that edge. Chains between
 * the points where borders part are the same for both sides, so that neighbours stay neighbours.
 */
import { placeOnCurve } from './s2.ts';
import type { Line } from './shapes.ts';
import { angle, nearestOnArc } from './sphere.ts';
import type { Vector } from './sphere.ts';

/** The simplified lines and rings, without those that shrink to nothing; `tolerance` in radians. */
export function simplified(
  shapes: { readonly lines?: readonly Line[]; readonly rings?: readonly Line[] },
  tolerance: number,
): { readonly lines: readonly Line[]; readonly rings: readonly (Line | undefined)[] } {
  const { lines = [], rings = [] } = shapes;
  const sites = new Sites([...lines, ...rings].flat(), tolerance);
  const snappedLines = lines.map((line) => withoutRepetitions(line.map((point) => sites.nearest(point))));
  const snappedRings = rings.map((ring) =>
    withoutRepetitions([...ring, ...ring.slice(0, 1)].map((point) => sites.nearest(point))).slice(0, -1),
  );
  const fixed = fixedSites(snappedLines, snappedRings);
  const shorten = (chain: readonly number[]): number[] => sites.straightened(chain, tolerance);
  return {
    lines: snappedLines
      .map((line) => cutAt(line, fixed).flatMap((chain, index) => shorten(chain).slice(index === 0 ? 0 : 1)))
      .filter((line) => line.length >= 2)
      .map((line) => line.map((site) => sites.vector(site))),
    rings: snappedRings.map((ring) => {
      const short = shortRing(ring, fixed, shorten);
      return short.length < 3 ? undefined : short.map((site) => sites.vector(site));
    }),
  };
}

/** Points at least the tolerance apart that stand for all points near them, in the order of S2's curve. */
class Sites {
  readonly #vectors: Vector[] = [];
  readonly #cells = new Map<string, number[]>();
  readonly #size: number;
  readonly #tolerance: number;

  constructor(points: readonly Vector[], tolerance: number) {
    this.#tolerance = tolerance;
    this.#size = Math.max(tolerance, 1e-15);
    const ordered = points.map((point) => ({ point, place: placeOnCurve(point) }));
    ordered.sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
    for (const { point } of ordered) {
      const near = this.#near(point);
      if (near !== undefined && angle(this.vector(near), point) <= tolerance) continue;
      const site = this.#vectors.push(point) - 1;
      const key = this.#keyOf(point, [0, 0, 0]);
      this.#cells.set(key, [...(this.#cells.get(key) ?? []), site]);
    }
  }

  vector(site: number): Vector {
    const vector = this.#vectors[site];
    if (vector === undefined) throw new RangeError(`there is no site ${site}`);
    return vector;
  }

  nearest(point: Vector): number {
    const near = this.#near(point);
    if (near === undefined) throw new RangeError('every point is near a site');
    return near;
  }

  #near(point: Vector): number | undefined {
    const sites = around.flatMap((step) => this.#cells.get(this.#keyOf(point, step)) ?? []);
    const [first, ...rest] = sites;
    if (first === undefined) return undefined;
    return rest.reduce(
      (best, site) => (this.#distance(site, point) < this.#distance(best, point) ? site : best),
      first,
    );
  }

  #distance(site: number, point: Vector): number {
    return angle(this.vector(site), point);
  }

  #keyOf(point: Vector, step: Vector): string {
    return point.map((value, axis) => Math.floor(value / this.#size) + (step[axis] ?? 0)).join();
  }

  /** The chain with each stretch that stays within the tolerance of a single edge as that edge. */
  straightened(chain: readonly number[], tolerance: number): number[] {
    if (isBackward(chain)) return this.straightened([...chain].reverse(), tolerance).reverse();
    const kept = chain.slice(0, 1);
    for (let start = 0; start < chain.length - 1;) {
      let end = start + 1;
      while (end + 1 < chain.length && this.#isStraight(chain.slice(start, end + 2), tolerance)) end++;
      kept.push(...chain.slice(end, end + 1));
      start = end;
    }
    return kept;
  }

  #isStraight(chain: readonly number[], tolerance: number): boolean {
    const points = chain.map((site) => this.vector(site));
    const [from, to] = [points[0], points.at(-1)];
    if (from === undefined || to === undefined || angle(from, to) <= this.#tolerance) return false;
    return points.slice(1, -1).every((point) => angle(point, nearestOnArc(point, from, to)) <= tolerance);
  }
}

/** One of the two ways along a chain, whoever shares it: from its lower end, and from there to the lower neighbour. */
function isBackward(chain: readonly number[]): boolean {
  const [first, second = 0] = chain;
  const [last, beforeLast = 0] = [chain.at(-1), chain.at(-2)];
  if (first === undefined || last === undefined) return false;
  return first === last ? beforeLast < second : last < first;
}

const around: readonly Vector[] = [-1, 0, 1].flatMap((x) =>
  [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((z): Vector => [x, y, z])),
);

function withoutRepetitions(sites: readonly number[]): number[] {
  return sites.filter((site, index) => site !== sites[index - 1]);
}

/** Sites at which chains end: those with other than two neighbours, and the ends of lines. */
function fixedSites(
  lines: readonly (readonly number[])[],
  rings: readonly (readonly number[])[],
): Set<number> {
  const neighbours = new Map<number, Set<number>>();
  const join = (a: number, b: number): void => {
    neighbours.set(a, (neighbours.get(a) ?? new Set()).add(b));
    neighbours.set(b, (neighbours.get(b) ?? new Set()).add(a));
  };
  for (const line of [...lines, ...rings.map((ring) => [...ring, ...ring.slice(0, 1)])]) {
    line.slice(1).forEach((site, index) => join(line[index] ?? site, site));
  }
  const ends = lines.flatMap((line) => [...line.slice(0, 1), ...line.slice(-1)]);
  return new Set([...[...neighbours].filter(([, { size }]) => size !== 2).map(([site]) => site), ...ends]);
}

function cutAt(line: readonly number[], fixed: ReadonlySet<number>): number[][] {
  const chains: number[][] = [];
  let start = 0;
  for (let at = 1; at < line.length; at++) {
    if (at < line.length - 1 && !fixed.has(line[at] ?? -1)) continue;
    chains.push(line.slice(start, at + 1));
    start = at;
  }
  return chains;
}

/** The ring, from the first of its remaining sites; chains begin at fixed sites, or at the first on the curve. */
function shortRing(
  ring: readonly number[],
  fixed: ReadonlySet<number>,
  shorten: (chain: readonly number[]) => number[],
): number[] {
  if (ring.length < 3) return [];
  const lowest = ring.indexOf(Math.min(...ring));
  const start = Math.max(
    ring.findIndex((site) => fixed.has(site)),
    -1,
  );
  const turned = rotated(ring, start < 0 ? lowest : start);
  const chains = cutAt([...turned, ...turned.slice(0, 1)], fixed);
  const short = chains.flatMap((chain) => shorten(chain).slice(0, -1));
  const first = ring.find((site) => short.includes(site));
  return rotated(short, first === undefined ? 0 : short.indexOf(first));
}

function rotated(ring: readonly number[], start: number): number[] {
  return [...ring.slice(start), ...ring.slice(0, start)];
}
