/** Functions of places on the Earth, which is a sphere here as in Kusto. */
import type { ScalarTranslator, SqlExpression } from '../expression.ts';
import { convert } from './convert.ts';
import { differing, exact, typed } from './entry.ts';
import type { ScalarEntry, ScalarTable } from './entry.ts';
import { bufferSignatures, cellSignatures, shapeSignatures } from './geo/signatures.ts';
import type { Kind, Signature } from './geo/signatures.ts';

/** The SQL of an argument as the JavaScript functions take it: a dynamic as its JSON text. */
function sqlOf(arg: SqlExpression, kind: Kind): string {
  const sql = convert(arg, kind);
  return kind === 'dynamic' ? `CAST(${sql} AS VARCHAR)` : sql;
}

/** Calls a JavaScript function. */
function callOf(
  name: string,
  { parameters, returns, defaults }: Signature,
  ...args: readonly string[]
): string {
  const missing = parameters.length - args.length;
  const all = missing === 0 ? args : [...args, ...defaults.slice(-missing)];
  const sql = `${name}(${all.join(', ')})`;
  return returns === 'dynamic' ? `CAST(${sql} AS JSON)` : sql;
}

function translatorOf(name: string, signature: Signature): ScalarTranslator {
  const { parameters, returns, defaults } = signature;
  return (args, call) => {
    const least = parameters.length - defaults.length;
    if (args.length < least) return call.invalid(`${call.name}() needs at least ${least} arguments.`);
    if (args.length > parameters.length)
      return call.invalid(`${call.name}() takes at most ${parameters.length} arguments.`, parameters.length);
    const given = args.map((arg, index) => sqlOf(arg, parameters[index] ?? 'dynamic'));
    return convert({ sql: callOf(name, signature, ...given), type: returns }, call.type);
  };
}

function entriesOf(
  prefix: string,
  signatures: Readonly<Record<string, Signature>>,
  hows: Readonly<Record<string, string>> = {},
): ScalarTable {
  return Object.fromEntries(
    Object.entries(signatures).map(([name, signature]): [string, ScalarEntry] => {
      const translate = translatorOf(prefix + name, signature);
      const how = hows[name];
      return [`geo_${name}`, how === undefined ? exact(translate) : differing(how, translate)];
    }),
  );
}

/** A covering by cells, of the shape itself or, with a radius, of its buffer. */
function coveringOf(name: keyof typeof cellSignatures): ScalarEntry {
  const signature: Signature = cellSignatures[name];
  return differing(
    'With a radius, the cells cover a buffer that is up to 10 metres wider.',
    ([shape, level, radius], call) => {
      if (shape === undefined) return call.invalid(`${call.name}() needs an argument.`);
      const text = sqlOf(shape, 'dynamic');
      const widened =
        radius === undefined ? text : `kql_geo_buffer_widened(${text}, ${sqlOf(radius, 'real')})`;
      const levels = level === undefined ? [] : [sqlOf(level, 'int')];
      return callOf(`kql_geo_cell_${name}`, signature, widened, ...levels);
    },
  );
}

/** Metres between two points, on the spheroid if the fifth argument says so. */
const distance: ScalarTranslator = (args, call) => {
  const [x1, y1, x2, y2] = args.map((arg) => convert(arg, 'real'));
  if (y2 === undefined) return call.invalid(`${call.name}() needs at least 4 arguments.`);
  const points = [x1, y1, x2, y2].join(', ');
  const onSphere = `kql_geo_distance(${points})`;
  const flag = args[4];
  if (flag === undefined || flag.constant === false) return onSphere;
  const onSpheroid = `kql_geo_shape_spheroid_distance(${points})`;
  return flag.constant === true
    ? onSpheroid
    : `CASE WHEN ${convert(flag, 'bool')} THEN ${onSpheroid} ELSE ${onSphere} END`;
};

const spheroidHow = 'On the spheroid, distances between nearly opposite points can be 50 km off.';
const { spheroid_distance: _distance, ...shapes } = shapeSignatures;
const { widened: _widened, ...buffers } = bufferSignatures;

const bufferHow =
  'The corners of the border are others than Kusto’s, and the border can be further out than the tolerance: up to 1 % of the radius, 2 % for shapes 4,000 km across.';

export const geoFunctions: ScalarTable = {
  ...entriesOf('kql_geo_shape_', shapes),
  ...entriesOf('kql_geo_cell_', cellSignatures),
  ...entriesOf('kql_geo_buffer_', buffers, {
    point_buffer: 'The corners of the border are others than Kusto’s.',
    line_buffer: bufferHow,
    polygon_buffer: bufferHow,
  }),
  geo_polygon_to_s2cells: coveringOf('polygon_to_s2cells'),
  geo_line_to_s2cells: coveringOf('line_to_s2cells'),
  geo_polygon_to_h3cells: coveringOf('polygon_to_h3cells'),
  geo_distance_2points: differing(spheroidHow, distance),
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
