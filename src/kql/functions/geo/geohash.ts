/** Geohashes (Niemeyer 2008): base-32 digits whose bits halve the longitude and the latitude in turn. */
import { inHashOrder } from './hashOrder.ts';

const digits = '0123456789bcdefghjkmnpqrstuvwxyz';

/** Longitudes and latitudes of a cell, in degrees. */
export interface Cell {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

export function geohashOf(longitude: number, latitude: number, length: number): string {
  let [west, east, south, north] = [-180, 180, -90, 90];
  let hash = '';
  for (let bit = 0, digit = 0; hash.length < length;) {
    const middle = bit % 2 === 0 ? (west + east) / 2 : (south + north) / 2;
    const isUpper = (bit % 2 === 0 ? longitude : latitude) >= middle;
    if (bit % 2 === 0) [west, east] = isUpper ? [middle, east] : [west, middle];
    else [south, north] = isUpper ? [middle, north] : [south, middle];
    digit = digit * 2 + (isUpper ? 1 : 0);
    bit++;
    if (bit % 5 === 0) {
      hash += digits.charAt(digit);
      digit = 0;
    }
  }
  return hash;
}

/** The cell of a geohash, or undefined when the text is none. */
export function cellOf(hash: string): Cell | undefined {
  let [west, east, south, north] = [-180, 180, -90, 90];
  if (hash === '' || hash.length > 18) return undefined;
  let bit = 0;
  for (const character of hash.toLowerCase()) {
    const digit = digits.indexOf(character);
    if (digit < 0) return undefined;
    for (let mask = 16; mask > 0; mask >>= 1, bit++) {
      const isUpper = (digit & mask) !== 0;
      if (bit % 2 === 0) [west, east] = isUpper ? [(west + east) / 2, east] : [west, (west + east) / 2];
      else [south, north] = isUpper ? [(south + north) / 2, north] : [south, (south + north) / 2];
    }
  }
  return { west, east, south, north };
}

/** Rows from north to south, each from west to east. */
const directions = [1, 0, -1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy] as const));

/** The neighbouring cells' geohashes in Kusto's order: all eight, fewer at a pole. */
export function neighboursOf(hash: string): string[] | undefined {
  const cell = cellOf(hash);
  if (cell === undefined) return undefined;
  const [width, height] = [cell.east - cell.west, cell.north - cell.south];
  const [x, y] = [(cell.west + cell.east) / 2, (cell.south + cell.north) / 2];
  const around = directions.flatMap(([dx, dy]) => {
    const latitude = y + dy * height;
    if ((dx === 0 && dy === 0) || Math.abs(latitude) > 90) return [];
    const longitude = ((((x + dx * width + 180) % 360) + 360) % 360) - 180;
    return [geohashOf(longitude, latitude, hash.length)];
  });
  return inHashOrder([...new Set(around)]);
}
