/** Functions of places on the Earth, which is a sphere here as in Kusto. */
import type { ScalarTranslator } from '../expression.ts';
import { convert, jsonOf } from './convert.ts';
import { exact, typed } from './entry.ts';
import type { ScalarEntry, ScalarTable } from './entry.ts';

/** Calls the JavaScript function of that name with `arity` JSON texts; arguments beyond it are refused. */
function geo(name: string, arity: number, defaults: readonly string[] = []): ScalarEntry {
  const translate: ScalarTranslator = (args, call) => {
    if (args.length > arity) return call.unsupported(`${call.name}() with these further arguments.`, arity);
    const texts = Array.from({ length: arity }, (_, index) => {
      const arg = args[index];
      if (arg !== undefined) return `CAST(${jsonOf(arg)} AS VARCHAR)`;
      return defaults[index - arity + defaults.length] ?? 'CAST(NULL AS VARCHAR)';
    });
    const sql = `CAST(kql_geo_${name}(${texts.join(', ')}) AS JSON)`;
    return convert({ sql, type: 'dynamic' }, call.type);
  };
  return exact(translate);
}

const arities: readonly (readonly [name: string, arity: number])[] = [
  ['geohash_to_central_point', 1],
  ['geohash_to_polygon', 1],
  ['geohash_neighbors', 1],
  ['point_in_polygon', 3],
  ['distance_point_to_line', 3],
  ['distance_point_to_polygon', 3],
  ['closest_point_on_line', 3],
  ['closest_point_on_polygon', 3],
  ['line_length', 1],
  ['line_centroid', 1],
  ['line_interpolate_point', 2],
  ['line_locate_point', 3],
  ['polygon_area', 1],
  ['polygon_perimeter', 1],
  ['polygon_centroid', 1],
  ['intersects_2lines', 2],
  ['intersects_2polygons', 2],
  ['intersects_line_with_polygon', 2],
  ['from_wkt', 1],
];

/** The digits of a geohash unless the call says otherwise. */
const defaultAccuracy = "'5'";

export const geoFunctions: ScalarTable = {
  ...Object.fromEntries(arities.map(([name, arity]) => [`geo_${name}`, geo(name, arity)])),
  geo_point_to_geohash: geo('point_to_geohash', 3, [defaultAccuracy]),
  geo_distance_2points: typed(['real'], (x1, y1, x2, y2) => `kql_geo_distance(${x1}, ${y1}, ${x2}, ${y2})`),
  geo_azimuth: typed(['real'], (x1, y1, x2, y2) => `kql_geo_azimuth(${x1}, ${y1}, ${x2}, ${y2})`),
  geo_angle: typed(
    ['real'],
    (x1, y1, x2, y2, x3, y3) =>
      `kql_geo_angle(kql_geo_azimuth(${x2}, ${y2}, ${x1}, ${y1}), kql_geo_azimuth(${x2}, ${y2}, ${x3}, ${y3}))`,
  ),
  geo_point_in_circle: typed(
    ['real'],
    (x1, y1, x2, y2, radius) =>
      `CASE WHEN ${radius} >= 0 THEN kql_geo_distance(${x1}, ${y1}, ${x2}, ${y2}) <= ${radius} END`,
  ),
};
