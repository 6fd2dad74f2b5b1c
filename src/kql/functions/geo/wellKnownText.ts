/** Well-Known Text to GeoJSON. */
import type { JsonValue } from '../../types.ts';

const types: Readonly<Record<string, readonly [type: string, depth: number]>> = {
  POINT: ['Point', 0],
  MULTIPOINT: ['MultiPoint', 1],
  LINESTRING: ['LineString', 1],
  MULTILINESTRING: ['MultiLineString', 2],
  POLYGON: ['Polygon', 2],
  MULTIPOLYGON: ['MultiPolygon', 3],
};

/** The geometry, or null when the text holds none. */
export function geometryOfText(text: string): JsonValue {
  const [, name, body] = /^\s*([a-z]+)\s*(\(.*\))\s*;?\s*$/is.exec(text) ?? [];
  if (name === undefined || body === undefined) return null;
  if (name.toUpperCase() === 'GEOMETRYCOLLECTION') {
    const geometries = split(body.slice(1, -1)).map(geometryOfText);
    return geometries.includes(null) ? null : { type: 'GeometryCollection', geometries };
  }
  const [type, depth] = types[name.toUpperCase()] ?? [];
  if (type === undefined || depth === undefined) return null;
  const coordinates = depth === 0 ? numbers(body.slice(1, -1)) : list(body, depth);
  return coordinates === null ? null : { type, coordinates };
}

function numbers(text: string): number[] | null {
  const parts = text
    .trim()
    .replace(/^\((.*)\)$/s, '$1')
    .trim()
    .split(/\s+/);
  const values = parts.map(Number);
  return parts.length >= 2 && values.every(Number.isFinite) ? values : null;
}

function list(text: string, depth: number): JsonValue {
  const inner = /^\s*\((.*)\)\s*$/s.exec(text)?.[1];
  if (inner === undefined) return null;
  const items = split(inner).map((item) => (depth === 1 ? numbers(item) : list(item, depth - 1)));
  return items.length === 0 || items.includes(null) ? null : items;
}

/** The parts between the commas that stand in no parenthesis. */
function split(text: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at <= text.length; at++) {
    const character = text.charAt(at);
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (at === text.length || (character === ',' && depth === 0)) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return parts.filter((part) => part.trim() !== '');
}
