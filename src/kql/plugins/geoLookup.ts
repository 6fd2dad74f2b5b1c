/**
 * `geo_polygon_lookup` and `geo_line_lookup`: each row's place finds the shapes of a table that hold it or are near.
 *
 * Different places meet the shapes' bounding boxes in a range join of DuckDB; only pairs that pass are measured in
 * JavaScript, once however many rows share the place, and the rows find their matches by a hash join.
 */
import { select } from '../context.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { columnMap, constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { nameProjections } from '../operators/naming.ts';
import { errorAt } from '../queryError.ts';
import type { Projection, Relation, RelationColumn } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { translateTable } from '../tables/translateTable.ts';
import { requiredArgument } from './plugin.ts';
import type { Plugin, PluginCall } from './plugin.ts';

interface Family {
  /** SQL of whether a place matches a shape; `radius` is SQL of metres, or undefined where none was given. */
  readonly matches: (place: string, shape: string, radius: string | undefined) => string;
  readonly needsRadius: boolean;
}

const polygons: Family = {
  matches: (place, shape, radius) =>
    radius === undefined
      ? `kql_geo_shape_point_in_polygon(${place}, ${shape})`
      : `kql_geo_shape_distance_point_to_polygon(${place}, ${shape}) <= ${radius}`,
  needsRadius: false,
};

const lines: Family = {
  matches: (place, shape, radius = '0.0') =>
    `kql_geo_shape_distance_point_to_line(${place}, ${shape}) <= ${radius}`,
  needsRadius: true,
};

/** `evaluate geo_polygon_lookup(Table, polygon, longitude, latitude [, radius] [, return_unmatched] [, ...])`. */
export const geoPolygonLookup: Plugin = (call) => lookup(call, polygons);

/** `evaluate geo_line_lookup(Table, line, longitude, latitude, radius [, return_unmatched] [, ...])`. */
export const geoLineLookup: Plugin = (call) => lookup(call, lines);

/** `lookup_area_radius` and `join_hint` only steer how Kusto joins. */
const names = new Set(['radius', 'return_unmatched', 'lookup_area_radius', 'join_hint', 'return_lookup_key']);

function lookup(call: PluginCall, family: Family): Relation {
  const { input, context } = call;
  const { tables } = context;
  const unknown = [...call.named].find(([name]) => !names.has(name.toLowerCase()));
  if (unknown !== undefined) {
    throw errorAt(
      unknown[1],
      'semantic',
      'unknown-argument',
      `${call.name}() has no parameter '${unknown[0]}'.`,
    );
  }
  const table = translateTable(requiredArgument(call, 0), context);
  const key = requiredArgument(call, 1);
  const shape = translateExpression(key, { context, columns: columnMap(table.columns) });
  const scope = rowScope(context, input);
  const [longitude, latitude] = [2, 3].map(
    (index) => castTo(translateExpression(requiredArgument(call, index), scope), 'real').sql,
  );
  const radiusNode =
    call.named.get('radius') ?? (family.needsRadius ? requiredArgument(call, 4) : call.args[4]);
  const radius =
    radiusNode === undefined
      ? undefined
      : castTo(translateExpression(radiusNode, constantScope(context)), 'real').sql;
  const keepsUnmatched = isOn(call, 'return_unmatched');
  const rows = tables.add(
    'rows',
    `SELECT *, ${longitude ?? ''} AS "$longitude", ${latitude ?? ''} AS "$latitude" FROM ${input.source}`,
  );
  const shapes = tables.add(
    'shapes',
    `SELECT *, row_number() OVER () AS "$shape", CAST(${castTo(shape, 'dynamic').sql} AS VARCHAR) AS "$text" FROM ${table.source}`,
    'MATERIALIZED ',
  );
  const boxes = tables.add(
    'boxes',
    `SELECT "$shape", "$text", unnest(CAST(CAST(kql_geo_shape_boxes("$text", ${radius ?? '0.0'}) AS JSON) AS DOUBLE[][])) AS "$box" FROM ${shapes}`,
    'MATERIALIZED ',
  );
  const near = tables.add(
    'near',
    `SELECT DISTINCT "$longitude", "$latitude", "$shape", "$text"
    FROM (SELECT DISTINCT "$longitude", "$latitude" FROM ${rows}) AS p JOIN ${boxes} AS b
    ON p."$longitude" >= b."$box"[1] AND p."$longitude" <= b."$box"[3] AND p."$latitude" >= b."$box"[2] AND p."$latitude" <= b."$box"[4]`,
    'MATERIALIZED ',
  );
  const matches = tables.add(
    'matches',
    `SELECT s.*, n."$longitude", n."$latitude" FROM ${near} AS n JOIN ${shapes} AS s ON s."$shape" = n."$shape"
    WHERE ${family.matches('n."$longitude", n."$latitude"', 'n."$text"', radius)}`,
  );
  const columns: Projection[] = [
    ...input.columns.map((column) => side(column, 'a', false)),
    ...table.columns
      .filter(({ name }) => isOn(call, 'return_lookup_key') || name !== nameOfKey(key))
      .map((column) => side(column, 'm', keepsUnmatched)),
  ];
  const from = `${rows} AS a ${keepsUnmatched ? 'LEFT ' : ''}JOIN ${matches} AS m ON m."$longitude" = a."$longitude" AND m."$latitude" = a."$latitude"`;
  return select(context, call.name, from, nameProjections(columns, call.node.columns));
}

function isOn({ named, context }: PluginCall, name: string): boolean {
  const flag = named.get(name);
  return flag !== undefined && translateExpression(flag, constantScope(context)).constant === true;
}

function nameOfKey(key: SyntaxNode): string | undefined {
  return key.kind === 'NameReference' ? nameOf(key) : undefined;
}

function side(column: RelationColumn, alias: string, mayBeMissing: boolean): Projection {
  const sql = `${alias}.${column.sql}`;
  const isFilled = mayBeMissing && column.type === 'string';
  return { name: column.name, value: { sql: isFilled ? `coalesce(${sql}, '')` : sql, type: column.type } };
}
