/** The `geo_` functions that run in JavaScript: what they take and give. One table for their SQL and their code. */

/** The Kusto types of parameters and results. */
export type Kind = 'real' | 'int' | 'bool' | 'string' | 'dynamic';

export interface Signature {
  readonly parameters: readonly Kind[];
  readonly returns: Kind;
  /** SQL of the last parameters where a call leaves them out. */
  readonly defaults: readonly string[];
}

function signature(returns: Kind, parameters: readonly Kind[], ...defaults: string[]): Signature {
  return { parameters, returns, defaults };
}

/** Metres; the language's default of all tolerances. */
const tolerance = '10.0';
const none = 'NULL';
const no = 'false';

/** Measures, meetings and unions of shapes. */
export const shapeSignatures = {
  point_to_geohash: signature('string', ['real', 'real', 'int'], '5'),
  geohash_to_central_point: signature('dynamic', ['string']),
  geohash_to_polygon: signature('dynamic', ['string']),
  geohash_neighbors: signature('dynamic', ['string']),
  spheroid_distance: signature('real', ['real', 'real', 'real', 'real']),
  point_in_polygon: signature('bool', ['real', 'real', 'dynamic']),
  distance_point_to_line: signature('real', ['real', 'real', 'dynamic']),
  distance_point_to_polygon: signature('real', ['real', 'real', 'dynamic']),
  closest_point_on_line: signature('dynamic', ['real', 'real', 'dynamic']),
  closest_point_on_polygon: signature('dynamic', ['real', 'real', 'dynamic']),
  line_length: signature('real', ['dynamic']),
  line_centroid: signature('dynamic', ['dynamic']),
  line_densify: signature('dynamic', ['dynamic', 'real', 'bool'], tolerance, no),
  line_interpolate_point: signature('dynamic', ['dynamic', 'real']),
  line_locate_point: signature('real', ['dynamic', 'real', 'real', 'bool'], no),
  polygon_area: signature('real', ['dynamic']),
  polygon_perimeter: signature('real', ['dynamic']),
  polygon_centroid: signature('dynamic', ['dynamic']),
  polygon_densify: signature('dynamic', ['dynamic', 'real', 'bool'], tolerance, no),
  intersects_2lines: signature('bool', ['dynamic', 'dynamic']),
  intersects_2polygons: signature('bool', ['dynamic', 'dynamic']),
  intersects_line_with_polygon: signature('bool', ['dynamic', 'dynamic']),
  intersection_2lines: signature('dynamic', ['dynamic', 'dynamic']),
  intersection_2polygons: signature('dynamic', ['dynamic', 'dynamic']),
  intersection_line_with_polygon: signature('dynamic', ['dynamic', 'dynamic']),
  union_lines_array: signature('dynamic', ['dynamic']),
  union_polygons_array: signature('dynamic', ['dynamic']),
  from_wkt: signature('dynamic', ['string']),
} as const satisfies Record<string, Signature>;

/** What the lookup plugins ask. */
export const lookupSignatures = {
  boxes: signature('dynamic', ['dynamic', 'real']),
} as const satisfies Record<string, Signature>;

/** Cells of S2 and H3, and simplification, which goes along S2's curve. */
export const cellSignatures = {
  point_to_s2cell: signature('string', ['real', 'real', 'int'], '11'),
  s2cell_to_central_point: signature('dynamic', ['string']),
  s2cell_to_polygon: signature('dynamic', ['string']),
  s2cell_neighbors: signature('dynamic', ['string']),
  polygon_to_s2cells: signature('dynamic', ['dynamic', 'int'], '11'),
  line_to_s2cells: signature('dynamic', ['dynamic', 'int'], '11'),
  point_to_h3cell: signature('string', ['real', 'real', 'int'], '6'),
  h3cell_to_central_point: signature('dynamic', ['string']),
  h3cell_to_polygon: signature('dynamic', ['string']),
  h3cell_neighbors: signature('dynamic', ['string']),
  h3cell_rings: signature('dynamic', ['string', 'int']),
  h3cell_level: signature('int', ['string']),
  h3cell_children: signature('dynamic', ['string', 'int'], none),
  h3cell_parent: signature('string', ['string', 'int'], none),
  polygon_to_h3cells: signature('dynamic', ['dynamic', 'int'], '6'),
  line_simplify: signature('dynamic', ['dynamic', 'real'], tolerance),
  polygon_simplify: signature('dynamic', ['dynamic', 'real'], tolerance),
  simplify_polygons_array: signature('dynamic', ['dynamic', 'real'], tolerance),
} as const satisfies Record<string, Signature>;

/** Buffers around shapes. */
export const bufferSignatures = {
  point_buffer: signature('dynamic', ['real', 'real', 'real', 'real'], tolerance),
  line_buffer: signature('dynamic', ['dynamic', 'real', 'real'], tolerance),
  polygon_buffer: signature('dynamic', ['dynamic', 'real', 'real'], tolerance),
  /** The line or polygon itself at 0 metres, else its buffer. */
  widened: signature('dynamic', ['dynamic', 'real']),
} as const satisfies Record<string, Signature>;
