/** The `geo_` functions of S2 and H3 cells, and those that simplify shapes. */
import type { SqlValue } from '../../scalarFunction.ts';
import type { JsonValue } from '../../types.ts';
import {
  h3CellAt,
  h3Centre,
  h3Children,
  h3Covering,
  h3Level,
  h3Neighbours,
  h3Parent,
  h3Ring,
  h3Rings,
} from '../geo/h3.ts';
import { unionOf, unionOfLines } from '../geo/overlay.ts';
import {
  s2CellAt,
  s2Centre,
  s2CoveringOfLines,
  s2CoveringOfPolygons,
  s2Neighbours,
  s2Ring,
} from '../geo/s2.ts';
import { pointOf, polygonPositionsOf, polygonsOf, positionOf, remembering } from '../geo/shapes.ts';
import type { Line, Polygon } from '../geo/shapes.ts';
import { cellSignatures } from '../geo/signatures.ts';
import { simplified } from '../geo/simplify.ts';
import { earthRadius } from '../geo/sphere.ts';
import { isArray } from './textFunction.ts';
import {
  geoFunctions,
  linesJson,
  linesOfText,
  numberOf,
  ofText,
  pointJson,
  polygonsJson,
  polygonsOfText,
  textOf,
} from './geoFunction.ts';
import type { Implementation } from './geoFunction.ts';

/** A function of a text and a whole number. */
function ofTextAndLevel(compute: (text: string, level: number) => JsonValue | undefined): Implementation {
  return (first, second) => {
    const [text, level] = [textOf(first), numberOf(second)];
    return text === undefined || level === undefined ? undefined : compute(text, level);
  };
}

/** A quarter of the way around the Earth is 7,800 km to Kusto. */
const greatestTolerance = 7_800_000;

/** Metres as radians, if Kusto takes them. */
function toleranceOf(value: SqlValue | undefined): number | undefined {
  const tolerance = numberOf(value);
  if (tolerance === undefined || tolerance < 0 || tolerance >= greatestTolerance) return undefined;
  return tolerance / earthRadius;
}

function simplifiedPolygons(polygons: readonly Polygon[], tolerance: number): JsonValue | undefined {
  const { rings } = simplified({ rings: polygons.flat() }, tolerance);
  let first = 0;
  const remaining = polygons.flatMap((polygon) => {
    const [shell, ...holes] = rings.slice(first, first + polygon.length);
    first += polygon.length;
    return shell === undefined ? [] : [[shell, ...holes.filter((hole) => hole !== undefined)]];
  });
  return polygonsJson(unionOf(remaining));
}

function simplifiedLines(lines: readonly Line[], tolerance: number): JsonValue | undefined {
  const united = lines.length < 2 ? lines : unionOfLines(lines);
  return linesJson(simplified({ lines: united }, tolerance).lines);
}

const polygonPositions = remembering(polygonPositionsOf);
const polygonArray = remembering((items): Polygon[] | undefined => {
  if (!isArray(items) || items.length === 0) return undefined;
  const shapes = items.map(polygonsOf);
  return shapes.some((shape) => shape === undefined) ? undefined : shapes.flatMap((shape) => shape ?? []);
});

function coveringOfText(text: SqlValue | undefined, level: SqlValue | undefined): JsonValue | undefined {
  const [wanted, polygons, lines] = [numberOf(level), polygonsOfText(text), linesOfText(text)];
  if (wanted === undefined) return undefined;
  if (polygons !== undefined) return s2CoveringOfPolygons(polygons, wanted);
  return lines === undefined ? undefined : s2CoveringOfLines(lines, wanted);
}

export const geoCellFunctions = geoFunctions('kql_geo_cell_', cellSignatures, {
  point_to_s2cell: (longitude = null, latitude = null, given) => {
    const [point, level] = [pointOf(longitude, latitude), numberOf(given)];
    return point === undefined || level === undefined ? undefined : s2CellAt(point, level);
  },
  s2cell_to_central_point: ofText((token) => {
    const centre = s2Centre(token);
    return centre === undefined ? undefined : pointJson(centre);
  }),
  s2cell_to_polygon: ofText((token) => {
    const ring = s2Ring(token);
    return ring === undefined ? undefined : polygonsJson([[ring]]);
  }),
  s2cell_neighbors: ofText(s2Neighbours),
  polygon_to_s2cells: coveringOfText,
  line_to_s2cells: coveringOfText,
  point_to_h3cell: (longitude = null, latitude = null, given) => {
    const [position, level] = [positionOf(longitude, latitude), numberOf(given)];
    return position === undefined || level === undefined ? undefined : h3CellAt(position, level);
  },
  h3cell_to_central_point: ofText((token) => {
    const centre = h3Centre(token);
    return centre === undefined ? undefined : { type: 'Point', coordinates: centre };
  }),
  h3cell_to_polygon: ofText((token) => {
    const ring = h3Ring(token);
    return ring === undefined ? undefined : { type: 'Polygon', coordinates: [ring] };
  }),
  h3cell_neighbors: ofText(h3Neighbours),
  h3cell_rings: ofTextAndLevel(h3Rings),
  h3cell_level: ofText(h3Level),
  h3cell_children: (token, level) => h3Children(textOf(token) ?? '', numberOf(level)),
  h3cell_parent: (token, level) => h3Parent(textOf(token) ?? '', numberOf(level)),
  polygon_to_h3cells: (text, given) => {
    const [polygons, level] = [polygonPositions(text), numberOf(given)];
    return polygons === undefined || level === undefined ? undefined : h3Covering(polygons, level);
  },
  line_simplify: (text, given) => {
    const [lines, tolerance] = [linesOfText(text), toleranceOf(given)];
    return lines === undefined || tolerance === undefined ? undefined : simplifiedLines(lines, tolerance);
  },
  polygon_simplify: (text, given) => {
    const [polygons, tolerance] = [polygonsOfText(text), toleranceOf(given)];
    return polygons === undefined || tolerance === undefined
      ? undefined
      : simplifiedPolygons(polygons, tolerance);
  },
  simplify_polygons_array: (text, given) => {
    const [polygons, tolerance] = [polygonArray(text), toleranceOf(given)];
    return polygons === undefined || tolerance === undefined
      ? undefined
      : simplifiedPolygons(polygons, tolerance);
  },
});
