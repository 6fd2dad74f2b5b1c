/** S2 cells by their tokens; invalid arguments give undefined. */
import { s2 } from 's2js';
import { inHashOrder } from './hashOrder.ts';
import { areaOf } from './measures.ts';
import type { Line, Polygon } from './shapes.ts';
import type { Vector } from './sphere.ts';

const greatestLevel = 30;
const longestToken = 16;
/** Kusto's bound of a covering. */
const mostCells = 65_536;

function isLevel(level: number): boolean {
  return Number.isInteger(level) && level >= 0 && level <= greatestLevel;
}

function cellOf(token: string): bigint | undefined {
  if (token.length > longestToken || !/^[0-9a-f]+$/i.test(token)) return undefined;
  const cell = s2.cellid.fromToken(token.toLowerCase());
  return s2.cellid.valid(cell) ? cell : undefined;
}

function s2Point([x, y, z]: Vector): s2.Point {
  return new s2.Point(x, y, z);
}

function vectorOf({ x, y, z }: s2.Point): Vector {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

/** The place of a point on the curve that fills the sphere. */
export function placeOnCurve(point: Vector): bigint {
  return s2.cellid.fromPoint(s2Point(point));
}

/** The token of the cell in which a point lies. */
export function s2CellAt(point: Vector, level: number): string | undefined {
  if (!isLevel(level)) return undefined;
  return s2.cellid.toToken(s2.cellid.parent(placeOnCurve(point), level));
}

/** The centre of a cell. */
export function s2Centre(token: string): Vector | undefined {
  const cell = cellOf(token);
  return cell === undefined ? undefined : vectorOf(s2.cellid.point(cell));
}

/** The corners of a cell, counterclockwise. */
export function s2Ring(token: string): Line | undefined {
  const cell = cellOf(token);
  if (cell === undefined) return undefined;
  const corners = s2.Cell.fromCellID(cell);
  return [0, 1, 2, 3].map((corner) => vectorOf(corners.vertex(corner)));
}

/** The tokens of the cells around a cell. */
export function s2Neighbours(token: string): string[] | undefined {
  const cell = cellOf(token);
  if (cell === undefined) return undefined;
  const around = s2.cellid.allNeighbors(cell, s2.cellid.level(cell));
  return inHashOrder([...new Set(around.map(s2.cellid.toToken))]);
}

/** The tokens of the cells of a level that meet the polygons, or undefined for too many. */
export function s2CoveringOfPolygons(polygons: readonly Polygon[], level: number): string[] | undefined {
  // A cell of each level is between half and twice the average.
  if ((areaOf(polygons) / (4 * Math.PI)) * 6 * 4 ** level > 4 * mostCells) return undefined;
  return covering(
    polygons.map((polygon) =>
      s2.Polygon.fromOrientedLoops(polygon.map((ring) => new s2.Loop(ring.map(s2Point)))),
    ),
    level,
  );
}

/** The tokens of the cells of a level that the lines pass, or undefined for too many. */
export function s2CoveringOfLines(lines: readonly Line[], level: number): string[] | undefined {
  return covering(
    lines.map((line) => new s2.Polyline(line.map(s2Point))),
    level,
  );
}

function covering(regions: readonly (s2.Polygon | s2.Polyline)[], level: number): string[] | undefined {
  if (!isLevel(level)) return undefined;
  const cells = new Set<bigint>();
  for (const region of regions) {
    for (let face = 0; face < 6; face++) {
      if (!cover(s2.cellid.fromFace(face), region, level, cells)) return undefined;
    }
  }
  return [...cells].sort((a, b) => (a < b ? -1 : 1)).map(s2.cellid.toToken);
}

/** Adds the cells inside of `id` that meet the region; false when there are too many. */
function cover(id: bigint, region: s2.Polygon | s2.Polyline, level: number, cells: Set<bigint>): boolean {
  const cell = s2.Cell.fromCellID(id);
  if (!region.intersectsCell(cell)) return true;
  const below = level - s2.cellid.level(id);
  if (below > 0 && cells.size + 4 ** below > mostCells && region.containsCell(cell)) return false;
  if (below === 0) return cells.add(id).size <= mostCells;
  return s2.cellid.children(id).every((child) => cover(child, region, level, cells));
}
