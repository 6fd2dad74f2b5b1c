/** Rings and lines walked along pieces of borders. */
import { cross, dot, minus } from './sphere.ts';
import type { Vector } from './sphere.ts';
import type { Piece, Points } from './splitting.ts';

/**
 * The rings of the pieces, each with its inside on the left; where several go on, the one most to the left. Each
 * ring ends with the piece whose source has the highest number, and the rings come in the order of their first
 * pieces: S2's order (`S2Builder::Graph::CanonicalizeLoopOrder`).
 */
export function ringsOf(pieces: readonly Piece[], points: Points): number[][] {
  const leaving = grouped(pieces, ({ from }) => from);
  const open = new Set(pieces);
  const rings: Piece[][] = [];
  for (const start of pieces) {
    const path: Piece[] = [];
    for (let piece: Piece | undefined = start; piece !== undefined && open.has(piece);) {
      open.delete(piece);
      path.push(piece);
      const { from, to } = piece;
      const at = path.findIndex((earlier) => earlier.from === to);
      if (at >= 0) rings.push(path.splice(at));
      const choices: Piece[] = (leaving.get(to) ?? []).filter((next) => open.has(next));
      piece = leftmost(points.vector(from), points.vector(to), choices, points);
    }
  }
  return rings
    .filter((ring) => ring.length >= 3)
    .map(rotated)
    .sort(([a], [b]) => (a?.source ?? 0) - (b?.source ?? 0))
    .map((ring) => ring.map(({ from }) => from));
}

function leftmost(from: Vector, at: Vector, choices: readonly Piece[], points: Points): Piece | undefined {
  if (choices.length < 2) return choices[0];
  const back = minus(from, at);
  const turnOf = ({ to }: Piece): number => {
    const ahead = minus(points.vector(to), at);
    const turn = Math.atan2(dot(at, cross(back, ahead)), dot(back, ahead) - dot(back, at) * dot(ahead, at));
    return turn >= 0 ? turn - 2 * Math.PI : turn; // clockwise from where the walk came, nearest first
  };
  return choices.reduce((best, piece) => (turnOf(piece) > turnOf(best) ? piece : best));
}

function rotated(ring: readonly Piece[]): Piece[] {
  let [last, sawGap] = [0, false];
  ring.forEach(({ source }, index) => {
    const highest = ring[last]?.source ?? source;
    if (index === 0) return;
    if (source < highest) sawGap = true;
    else if (source > highest || !sawGap) [last, sawGap] = [index, false];
  });
  return [...ring.slice(last + 1), ...ring.slice(0, last + 1)];
}

/** The lines of the pieces, joined where exactly two meet; in the order of their first pieces. */
export function walkLines(pieces: readonly Piece[]): number[][] {
  const ends = grouped(
    pieces.flatMap((piece) => [piece.from, piece.to].map((point) => ({ piece, point }))),
    ({ point }) => point,
  );
  const open = new Set(pieces);
  const next = (point: number): Piece | undefined => {
    const meeting = ends.get(point) ?? [];
    return meeting.length === 2 ? meeting.find(({ piece }) => open.has(piece))?.piece : undefined;
  };
  return pieces.flatMap((start) => {
    if (!open.delete(start)) return [];
    const line = [start.from, start.to];
    extend(line, next, open);
    line.reverse();
    extend(line, next, open);
    line.reverse();
    return [line];
  });
}

function extend(line: number[], next: (point: number) => Piece | undefined, open: Set<Piece>): void {
  for (;;) {
    const end = line.at(-1);
    const piece = end === undefined ? undefined : next(end);
    if (piece === undefined) return;
    open.delete(piece);
    line.push(piece.from === end ? piece.to : piece.from);
  }
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => number): ReadonlyMap<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
