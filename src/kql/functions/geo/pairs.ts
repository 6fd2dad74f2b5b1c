/** Which arcs of two lists may meet, by a sweep along the Earth's axis. */
import { angle, middleOf } from './sphere.ts';
import type { Arc, Vector } from './sphere.ts';

interface Reach {
  readonly index: number;
  readonly middle: Vector;
  /** Chord from the middle to an end, with a margin for rounding. */
  readonly radius: number;
  readonly low: number;
  readonly high: number;
}

/** Returns the indexes of arcs of the left and of the right list that may meet or touch. */
export function candidatePairs(left: readonly Arc[], right: readonly Arc[]): [left: number, right: number][] {
  const pairs: [number, number][] = [];
  const [lefts, rights] = [reachesOf(left), reachesOf(right)];
  const longest = rights.reduce((length, { low, high }) => Math.max(length, high - low), 0);
  let start = 0;
  for (const reach of lefts) {
    while ((rights[start]?.low ?? Infinity) < reach.low - longest) start++;
    for (let at = start; at < rights.length; at++) {
      const other = rights[at];
      if (other === undefined || other.low > reach.high) break;
      if (isNear(reach, other)) pairs.push([reach.index, other.index]);
    }
  }
  return pairs.sort(([a, b], [c, d]) => a - c || b - d);
}

function reachesOf(arcs: readonly Arc[]): Reach[] {
  const reaches = arcs.map(([a, b], index) => {
    const middle = middleOf(a, b);
    const radius = 2 * Math.sin(angle(a, b) / 4) + 1e-12;
    return { index, middle, radius, low: middle[2] - radius, high: middle[2] + radius };
  });
  return reaches.sort((a, b) => a.low - b.low);
}

function isNear(a: Reach, b: Reach): boolean {
  const sum = a.radius + b.radius;
  const [x, y, z] = [a.middle[0] - b.middle[0], a.middle[1] - b.middle[1], a.middle[2] - b.middle[2]];
  return x * x + y * y + z * z <= sum * sum;
}
