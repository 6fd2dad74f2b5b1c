/** Points and arcs on the unit sphere. Edges are great-circle arcs, as in S2, whose Earth radius Kusto uses. */

export type Vector = readonly [x: number, y: number, z: number];

/** Metres; S2's mean radius of the Earth. */
export const earthRadius = 6_371_010;

const degree = Math.PI / 180;

/** The point of a longitude and latitude in degrees. */
export function pointAt(longitude: number, latitude: number): Vector {
  const [lambda, phi] = [longitude * degree, latitude * degree];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

/** Longitude and latitude in degrees. */
export function coordinatesOf([x, y, z]: Vector): [number, number] {
  return [Math.atan2(y, x) / degree, Math.atan2(z, Math.hypot(x, y)) / degree];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function plus(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function times(a: Vector, factor: number): Vector {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function unit(a: Vector): Vector {
  return times(a, 1 / Math.hypot(...a));
}

/** The angle between two points, exact for near ones too. */
export function angle(a: Vector, b: Vector): number {
  return Math.atan2(Math.hypot(...cross(a, b)), dot(a, b));
}

/** The point of the arc from `a` to `b` that is nearest to `p`. */
export function nearestOnArc(p: Vector, a: Vector, b: Vector): Vector {
  const normal = cross(a, b);
  if (Math.hypot(...normal) > 0) {
    const pole = unit(normal);
    const foot = plus(p, times(pole, -dot(p, pole)));
    const isBetween = dot(cross(a, foot), normal) >= 0 && dot(cross(foot, b), normal) >= 0;
    if (isBetween && Math.hypot(...foot) > 0) return unit(foot);
  }
  return angle(p, a) <= angle(p, b) ? a : b;
}

/** Points this near (about a thousandth of a millimetre) count as one. */
const sameAngle = 1e-13;

/** The arcs cross or touch. */
export function arcsMeet(a: Vector, b: Vector, c: Vector, d: Vector): boolean {
  const [first, second] = [cross(a, b), cross(c, d)];
  const sides = [dot(first, c), dot(first, d), dot(second, a), dot(second, b)] as const;
  const isCrossing = sides[0] * sides[1] < 0 && sides[2] * sides[3] < 0;
  // Opposite arcs of the same two great circles have these signs too.
  if (isCrossing && dot(plus(a, b), plus(c, d)) > 0) return true;
  return isOnArc(a, c, d) || isOnArc(b, c, d) || isOnArc(c, a, b) || isOnArc(d, a, b);
}

function isOnArc(p: Vector, a: Vector, b: Vector): boolean {
  return angle(p, nearestOnArc(p, a, b)) < sameAngle;
}
