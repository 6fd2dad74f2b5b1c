/** Points and arcs on the unit sphere. Edges are great-circle arcs, as in S2, whose Earth radius Kusto uses. */

export type Vector = readonly [x: number, y: number, z: number];
export type Arc = readonly [from: Vector, to: Vector];

/** Metres; S2's mean radius of the Earth. */
export const earthRadius = 6_371_010;

const degree = Math.PI / 180;

/** The point of a longitude and latitude in degrees. */
export function pointAt(longitude: number, latitude: number): Vector {
  const [lambda, phi] = [longitude * degree, latitude * degree];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

/** A ten millionth of a millimetre: what rounding adds to a coordinate is less. */
const shownDigits = 1e13;

/** Longitude and latitude in degrees, without the digits that rounding adds. */
export function coordinatesOf([x, y, z]: Vector): [number, number] {
  return [shown(Math.atan2(y, x) / degree), shown(Math.atan2(z, Math.hypot(x, y)) / degree)];
}

function shown(angle: number): number {
  return Math.round(angle * shownDigits) / shownDigits;
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

export function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function times(a: Vector, factor: number): Vector {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function unit(a: Vector): Vector {
  return times(a, 1 / Math.hypot(...a));
}

/** Twice the cross product, exact in its direction for near points too (S2's robust cross product). */
export function normalOf(a: Vector, b: Vector): Vector {
  return cross(plus(a, b), minus(b, a));
}

/** The angle between two points, exact for near ones too. */
export function angle(a: Vector, b: Vector): number {
  return Math.atan2(Math.hypot(...cross(a, b)), dot(a, b));
}

/** The middle of an arc. */
export function middleOf(a: Vector, b: Vector): Vector {
  return unit(plus(a, b));
}

/** The point at the angle `distance` from `a` in the direction of `b`. */
export function alongArc(a: Vector, b: Vector, distance: number): Vector {
  const ahead = unit(cross(normalOf(a, b), a));
  return unit(plus(times(a, Math.cos(distance)), times(ahead, Math.sin(distance))));
}

/** The point of the arc from `a` to `b` that is nearest to `p`. */
export function nearestOnArc(p: Vector, a: Vector, b: Vector): Vector {
  const normal = normalOf(a, b);
  if (Math.hypot(...normal) > 0) {
    const pole = unit(normal);
    const foot = plus(p, times(pole, -dot(p, pole)));
    const isBetween = dot(cross(a, foot), normal) >= 0 && dot(cross(foot, b), normal) >= 0;
    if (isBetween && Math.hypot(...foot) > 0) return unit(foot);
  }
  return angle(p, a) <= angle(p, b) ? a : b;
}

/** Points this near (less than a thousandth of a millimetre) count as one. */
export const sameAngle = 1e-13;

/** The point at which two arcs cross inside of both, or undefined. */
export function crossingOf([a, b]: Arc, [c, d]: Arc): Vector | undefined {
  const [first, second] = [normalOf(a, b), normalOf(c, d)];
  const sides = [dot(first, c), dot(first, d), dot(second, a), dot(second, b)] as const;
  if (sides[0] * sides[1] >= 0 || sides[2] * sides[3] >= 0) return undefined;
  const line = cross(unit(first), unit(second));
  if (Math.hypot(...line) === 0) return undefined;
  const at = unit(line);
  const middle = plus(a, b);
  // Opposite arcs of the same two great circles have these signs too.
  if (dot(middle, plus(c, d)) <= 0 && angle(a, b) + angle(c, d) < Math.PI / 2) return undefined;
  const crossing = dot(at, middle) < 0 ? times(at, -1) : at;
  return dot(crossing, plus(c, d)) > 0 ? crossing : undefined;
}

/** The arcs cross or touch. */
export function arcsMeet(left: Arc, right: Arc): boolean {
  const [[a, b], [c, d]] = [left, right];
  if (crossingOf(left, right) !== undefined) return true;
  return isOnArc(a, c, d) || isOnArc(b, c, d) || isOnArc(c, a, b) || isOnArc(d, a, b);
}

/** The point lies on the arc. */
export function isOnArc(p: Vector, a: Vector, b: Vector): boolean {
  return angle(p, nearestOnArc(p, a, b)) < sameAngle;
}
