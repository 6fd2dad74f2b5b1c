/** What the JavaScript of the `geo_` functions has in common. */
import type { ScalarFunction, SqlType, SqlValue } from '../../scalarFunction.ts';
import type { JsonValue } from '../../types.ts';
import type { Common } from '../geo/overlay.ts';
import { linesOf, polygonsOf, remembering } from '../geo/shapes.ts';
import type { Line, Polygon } from '../geo/shapes.ts';
import type { Kind, Signature } from '../geo/signatures.ts';
import { coordinatesOf } from '../geo/sphere.ts';
import type { Vector } from '../geo/sphere.ts';

/** What a function gives for its arguments; undefined is null, or empty text. */
export type Implementation = (...args: SqlValue[]) => JsonValue | undefined;

const sqlTypeOfKind: Readonly<Record<Kind, SqlType>> = {
  real: 'DOUBLE',
  int: 'INTEGER',
  bool: 'BOOLEAN',
  string: 'VARCHAR',
  dynamic: 'VARCHAR',
};

/** The functions of a group as DuckDB calls them. */
export function geoFunctions<Name extends string>(
  prefix: string,
  signatures: Readonly<Record<Name, Signature>>,
  implementations: Readonly<Record<Name, Implementation>>,
): ScalarFunction[] {
  return Object.entries<Implementation>(implementations).map(([name, compute]) => {
    const { parameters, returns } = signatures[name as Name];
    return {
      name: prefix + name,
      parameters: parameters.map((kind) => sqlTypeOfKind[kind]),
      returns: sqlTypeOfKind[returns],
      call: (...args) => written(compute(...args), returns),
    };
  });
}

function written(value: JsonValue | undefined, kind: Kind): SqlValue {
  if (value === undefined || value === null) return kind === 'string' ? '' : null;
  if (kind === 'dynamic') return JSON.stringify(value);
  return typeof value === 'object' ? null : value;
}

/** The lines of a geometry's text. */
export const linesOfText = remembering(linesOf);
/** The polygons of a geometry's text. */
export const polygonsOfText = remembering(polygonsOf);

/** The number, or undefined where it is null. */
export function numberOf(value: SqlValue | undefined): number | undefined {
  return typeof value === 'number' && !Number.isNaN(value) ? value : undefined;
}

/** The text, or undefined where it is null. */
export function textOf(value: SqlValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A function of a text that gives undefined for null. */
export function ofText(compute: (text: string) => JsonValue | undefined): Implementation {
  return (value) => (typeof value === 'string' ? compute(value) : undefined);
}

export function pointJson(point: Vector): JsonValue {
  return { type: 'Point', coordinates: coordinatesOf(point) };
}

function closed(ring: Line): JsonValue[] {
  return [...ring, ...ring.slice(0, 1)].map(coordinatesOf);
}

/** A LineString, or a MultiLineString of several; undefined for none. */
export function linesJson(lines: readonly Line[]): JsonValue | undefined {
  const parts = lines.map((line) => line.map(coordinatesOf));
  if (parts.length < 2)
    return parts[0] === undefined ? undefined : { type: 'LineString', coordinates: parts[0] };
  return { type: 'MultiLineString', coordinates: parts };
}

/** A Polygon, or a MultiPolygon of several; undefined for none. */
export function polygonsJson(polygons: readonly Polygon[]): JsonValue | undefined {
  const parts = polygons.map((rings) => rings.map(closed));
  if (parts.length < 2)
    return parts[0] === undefined ? undefined : { type: 'Polygon', coordinates: parts[0] };
  return { type: 'MultiPolygon', coordinates: parts };
}

function pointsJson(points: readonly Vector[]): JsonValue | undefined {
  const [first] = points;
  if (points.length < 2) return first === undefined ? undefined : pointJson(first);
  return { type: 'MultiPoint', coordinates: points.map(coordinatesOf) };
}

/** A single geometry where one tells all, else a GeometryCollection. */
export function commonJson({ points, lines, polygons }: Common): JsonValue {
  const parts = [pointsJson(points), linesJson(lines), polygonsJson(polygons)];
  const [first, ...rest] = parts.filter((part) => part !== undefined);
  if (first !== undefined && rest.length === 0) return first;
  return { type: 'GeometryCollection', geometries: first === undefined ? [] : [first, ...rest] };
}
