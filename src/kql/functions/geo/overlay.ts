/**
 * Unions and intersections of polygons and lines on the sphere: borders are cut where they meet, pieces chosen by the
 * side on which they lie, and rings walked with the inside on the left. Rings start where S2's do, which Kusto shows.
 */
import { isInside, linesArcs, polygonsArcs } from './measures.ts';
import { ringsOf, walkLines } from './rings.ts';
import { signedArea } from './shapes.ts';
import type { Line, Polygon } from './shapes.ts';
import { middleOf } from './sphere.ts';
import type { Vector } from './sphere.ts';
import { piecesOf, Points } from './splitting.ts';
import type { Piece } from './splitting.ts';

/** What two shapes have in common: areas, stretches of line and single points. */
export interface Common {
  readonly points: readonly Vector[];
  readonly lines: readonly Line[];
  readonly polygons: readonly Polygon[];
}

/** The union: the two smallest are united until one is left, as S2 does (`S2Polygon::DestructiveUnion`). */
export function unionOf(polygons: readonly Polygon[]): readonly Polygon[] {
  const queue = polygons.map((polygon) => ({ region: [polygon], size: polygon.flat().length }));
  queue.sort((a, b) => a.size - b.size);
  for (;;) {
    const [first, second] = queue.splice(0, 2);
    if (first === undefined) return [];
    if (second === undefined) return first.region;
    const size = first.size + second.size;
    const at = queue.findIndex((entry) => entry.size > size);
    const entry = { region: united(first.region, second.region), size };
    queue.splice(at < 0 ? queue.length : at, 0, entry);
  }
}

function united(left: readonly Polygon[], right: readonly Polygon[]): Polygon[] {
  const { points, pieces, opposite } = overlaid(left, right);
  const border = pieces.filter(({ piece, isShared, isInside: isHidden }) =>
    isShared ? !opposite.has(keyOf(piece)) : !isHidden,
  );
  return polygonsFrom(once(border.map(({ piece }) => piece)), points);
}

/** A piece of a border and where it lies in the other shape. */
interface Placed {
  readonly piece: Piece;
  /** It is a piece of the other border too. */
  readonly isShared: boolean;
  readonly isInside: boolean;
}

interface Overlaid {
  readonly points: Points;
  readonly pieces: readonly Placed[];
  /** Shared pieces with the areas on different sides. */
  readonly opposite: ReadonlySet<string>;
  /** Points of both borders. */
  readonly meeting: ReadonlySet<number>;
}

function keyOf({ from, to }: Piece): string {
  return from < to ? `${from},${to}` : `${to},${from}`;
}

function overlaid(left: readonly Polygon[], right: readonly Polygon[]): Overlaid {
  const points = new Points();
  const cut = piecesOf(polygonsArcs(left), polygonsArcs(right), points);
  const starts = new Map(cut.left.map((piece) => [keyOf(piece), piece.from]));
  const shared = cut.right.filter((piece) => starts.has(keyOf(piece)));
  const opposite = shared.filter((piece) => starts.get(keyOf(piece)) !== piece.from);
  const keys = new Set(shared.map(keyOf));
  const meeting = meetingPoints(cut.left, cut.right);
  const pieces = [
    ...placed(cut.left, right, keys, meeting, points),
    ...placed(cut.right, left, keys, meeting, points),
  ];
  return { points, pieces, opposite: new Set(opposite.map(keyOf)), meeting };
}

function endsOf(pieces: readonly Piece[]): Set<number> {
  return new Set(pieces.flatMap(({ from, to }) => [from, to]));
}

function meetingPoints(left: readonly Piece[], right: readonly Piece[]): Set<number> {
  const ends = endsOf(left);
  return new Set([...endsOf(right)].filter((point) => ends.has(point)));
}

/** A piece lies where the one before it does, unless they join at a point of the other border. */
function placed(
  pieces: readonly Piece[],
  other: readonly Polygon[],
  shared: ReadonlySet<string>,
  meeting: ReadonlySet<number>,
  points: Points,
): Placed[] {
  let last: Placed | undefined;
  return pieces.map((piece) => {
    const isShared = shared.has(keyOf(piece));
    const before = last?.piece.to === piece.from && !meeting.has(piece.from) ? last : undefined;
    const middle = (): Vector => middleOf(points.vector(piece.from), points.vector(piece.to));
    const inside = !isShared && (before?.isInside ?? isInside(middle(), other));
    last = { piece, isShared, isInside: inside };
    return last;
  });
}

function polygonsFrom(pieces: readonly Piece[], points: Points): Polygon[] {
  const rings = ringsOf(pieces, points).map((ring) => ring.map((point) => points.vector(point)));
  const shells = rings.filter((ring) => signedArea(ring) > 0).map((shell) => [shell]);
  for (const hole of rings.filter((ring) => signedArea(ring) <= 0)) {
    const [a, b] = hole;
    if (a === undefined || b === undefined) continue;
    const holders = shells.filter(([shell]) => shell !== undefined && isInside(middleOf(a, b), [[shell]]));
    const smallest = holders.sort(([x = []], [y = []]) => signedArea(x) - signedArea(y))[0];
    smallest?.push(hole);
  }
  return shells;
}

/** What the polygons have in common; they may touch along lines and in points. */
export function commonOfPolygons(left: readonly Polygon[], right: readonly Polygon[]): Common {
  const { points, pieces, opposite, meeting } = overlaid(left, right);
  const common = pieces.filter(({ isShared, isInside: isCommon }) => isShared || isCommon);
  const kept = once(common.map(({ piece }) => piece));
  return {
    points: alone(meeting, kept, points),
    lines: linesFrom(
      kept.filter((piece) => opposite.has(keyOf(piece))),
      points,
    ),
    polygons: polygonsFrom(
      kept.filter((piece) => !opposite.has(keyOf(piece))),
      points,
    ),
  };
}

/** The parts of the lines inside of the polygons or on their border. */
export function commonOfLineAndPolygon(lines: readonly Line[], polygons: readonly Polygon[]): Common {
  const points = new Points();
  const cut = piecesOf(linesArcs(lines), polygonsArcs(polygons), points);
  const keys = new Set(cut.right.map(keyOf));
  const meeting = meetingPoints(cut.left, cut.right);
  const common = placed(cut.left, polygons, keys, meeting, points).filter(
    ({ isShared, isInside: isCommon }) => isShared || isCommon,
  );
  const kept = once(common.map(({ piece }) => piece));
  return { points: alone(meeting, kept, points), lines: linesFrom(kept, points), polygons: [] };
}

/** The points in which the lines cross and the stretches that they share. */
export function commonOfLines(left: readonly Line[], right: readonly Line[]): Common {
  const points = new Points();
  const cut = piecesOf(linesArcs(left), linesArcs(right), points);
  const keys = new Set(cut.right.map(keyOf));
  const kept = once(cut.left.filter((piece) => keys.has(keyOf(piece))));
  const meeting = meetingPoints(cut.left, cut.right);
  return { points: alone(meeting, kept, points), lines: linesFrom(kept, points), polygons: [] };
}

/** The lines, with stretches that they share once and ends that meet joined. */
export function unionOfLines(lines: readonly Line[]): readonly Line[] {
  const points = new Points();
  return linesFrom(once(piecesOf(linesArcs(lines), [], points).left), points);
}

function once(pieces: readonly Piece[]): Piece[] {
  const seen = new Set<string>();
  return pieces.filter((piece) => {
    const isNew = !seen.has(keyOf(piece));
    seen.add(keyOf(piece));
    return isNew;
  });
}

/** The meeting points that are on no piece. */
function alone(meeting: ReadonlySet<number>, pieces: readonly Piece[], points: Points): Vector[] {
  const used = endsOf(pieces);
  return [...meeting].filter((point) => !used.has(point)).map((point) => points.vector(point));
}

function linesFrom(pieces: readonly Piece[], points: Points): Line[] {
  return walkLines(pieces).map((line) => line.map((point) => points.vector(point)));
}
