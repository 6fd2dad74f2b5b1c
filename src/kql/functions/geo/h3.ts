/** H3 cells by their tokens, the hexagons of Uber's grid; invalid arguments give undefined. */
import * as h3 from 'h3-js';
import { inHashOrder } from './hashOrder.ts';
import type { Position } from './shapes.ts';
import { earthRadius } from './sphere.ts';

const greatestResolution = 15;
/** Kusto's bounds. */
const greatestLevelDifference = 5;
const greatestRing = 142;
const mostCells = 61_680;

function isResolution(resolution: number): boolean {
  return Number.isInteger(resolution) && resolution >= 0 && resolution <= greatestResolution;
}

/** The token as H3 writes it. */
function cellOf(token: string): string | undefined {
  const cell = token.toLowerCase();
  return /^[0-9a-f]{15}$/.test(cell) && h3.isValidCell(cell) ? cell : undefined;
}

/** The cell in which a position lies. */
export function h3CellAt([longitude, latitude]: Position, resolution: number): string | undefined {
  return isResolution(resolution) ? h3.latLngToCell(latitude, longitude, resolution) : undefined;
}

/** The level of a cell, from 0 to 15. */
export function h3Level(token: string): number | undefined {
  const cell = cellOf(token);
  return cell === undefined ? undefined : h3.getResolution(cell);
}

/** The centre of a cell. */
export function h3Centre(token: string): Position | undefined {
  const cell = cellOf(token);
  if (cell === undefined) return undefined;
  const [latitude, longitude] = h3.cellToLatLng(cell);
  return [longitude, latitude];
}

/** The closed ring around a cell. */
export function h3Ring(token: string): readonly number[][] | undefined {
  const cell = cellOf(token);
  return cell === undefined ? undefined : h3.cellToBoundary(cell, true);
}

/** The cells of a level inside a cell; by default of the next level, at most five levels below. */
export function h3Children(token: string, level: number | undefined): string[] | undefined {
  const cell = cellOf(token);
  if (cell === undefined) return undefined;
  const own = h3.getResolution(cell);
  const wanted = level ?? own + 1;
  if (!isResolution(wanted) || wanted < own || wanted - own > greatestLevelDifference) return undefined;
  return h3.cellToChildren(cell, wanted);
}

/** The cell of a level that holds a cell; by default of the level above. */
export function h3Parent(token: string, level: number | undefined): string | undefined {
  const cell = cellOf(token);
  if (cell === undefined) return undefined;
  const own = h3.getResolution(cell);
  const wanted = level ?? own - 1;
  return isResolution(wanted) && wanted <= own ? h3.cellToParent(cell, wanted) : undefined;
}

/** The cells at each distance from a cell, itself first. */
export function h3Rings(token: string, distance: number): string[][] | undefined {
  const cell = cellOf(token);
  if (cell === undefined || !Number.isInteger(distance) || distance < 0 || distance > greatestRing)
    return undefined;
  return h3.gridDiskDistances(cell, distance);
}

/** The cells around a cell. */
export function h3Neighbours(token: string): string[] | undefined {
  return h3Rings(token, 1)?.[1];
}

/** The cells whose centres lie in the polygons, whose edges are straight lines on the map; undefined for too many. */
export function h3Covering(
  polygons: readonly (readonly (readonly Position[])[])[],
  resolution: number,
): string[] | undefined {
  if (!isResolution(resolution)) return undefined;
  const cells = new Set<string>();
  for (const rings of polygons) {
    const closed = rings.map((ring) => [...ring, ...ring.slice(0, 1)].map(([x, y]) => [x, y]));
    if (isTooLarge(closed[0] ?? [], resolution)) return undefined;
    for (const cell of h3.polygonToCells(closed, resolution, true)) cells.add(cell);
  }
  return cells.size > mostCells ? undefined : inHashOrder([...cells]);
}

/** The ring's rectangle on the map holds so much more than the most cells that the ring does too, or nearly. */
function isTooLarge(ring: readonly (readonly (number | undefined)[])[], resolution: number): boolean {
  const area = Math.abs(
    ring.reduce((sum, [x = 0, y = 0], index) => {
      const [nextX = 0, nextY = 0] = ring[(index + 1) % ring.length] ?? [];
      return sum + sineOf((y + nextY) / 2) * (nextX - x);
    }, 0),
  );
  const squareKilometres = ((area * Math.PI) / 180) * (earthRadius / 1000) ** 2;
  return squareKilometres / h3.getHexagonAreaAvg(resolution, h3.UNITS.km2) > 2 * mostCells;
}

function sineOf(degrees: number): number {
  return Math.sin((degrees * Math.PI) / 180);
}
