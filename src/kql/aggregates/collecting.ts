/** Aggregates that collect values: lists, sets, bags, one value of many. */
import type { Call, SqlExpression } from '../expression.ts';
import { convert, jsonOf } from '../functions/convert.ts';
import { argument, overAll, overMatching } from './entry.ts';
import type { AggregateTable, Filter, FilteredAggregate } from './entry.ts';

/** Kusto's own bound of a collected list or set. */
const defaultLimit = 1_048_576;

function limitOf(size: SqlExpression | undefined): string {
  return size === undefined ? String(defaultLimit) : `CAST(${size.sql} AS BIGINT)`;
}

/** Types whose values are collected as they are and become JSON at the end; the others become JSON one by one. */
const plainTypes: readonly string[] = ['bool', 'int', 'long', 'string'];

/** SQL list of the values without nulls; a dynamic array adds its elements, a dynamic null stays. */
function collected(value: SqlExpression, filter: Filter, call: Call): string {
  const order = inOrder(call);
  if (value.type === 'dynamic') {
    return `kql_flattened(list(coalesce(${value.sql}, CAST('null' AS JSON))${order})${filter.where()})`;
  }
  const item = plainTypes.includes(value.type) ? value.sql : jsonOf(value);
  const conditions = value.type === 'string' ? [] : [`${value.sql} IS NOT NULL`];
  return `list(${item}${order})${filter.where(...conditions)}`;
}

/** The ORDER BY of an aggregate whose result shows the rows' order; empty where the query asked for none. */
function inOrder(call: Call): string {
  return call.rowOrder === undefined ? '' : ` ORDER BY ${call.rowOrder()}`;
}

const makeList: FilteredAggregate = (args, filter, call) => {
  const list = collected(argument(args, 0, call), filter, call);
  return `coalesce(to_json(${list}[1:${limitOf(args[1])}]), CAST('[]' AS JSON))`;
};

const makeListWithNulls: FilteredAggregate = (args, filter, call) => {
  const value = argument(args, 0, call);
  const list =
    value.type === 'dynamic'
      ? collected(value, filter, call)
      : `list(${plainTypes.includes(value.type) ? value.sql : jsonOf(value)}${inOrder(call)})${filter.where()}`;
  return `coalesce(to_json(${list}), CAST('[]' AS JSON))`;
};

/** In the order of first appearance where rows have an order, else sorted up to ten thousand values. */
const makeSet: FilteredAggregate = (args, filter, call) => {
  const value = argument(args, 0, call);
  const isShown = call.isOfWrittenRows || call.rowOrder !== undefined;
  const list = isShown ? `kql_distinct(${collected(value, filter, call)})` : distinctValues(value, filter);
  return `coalesce(to_json(${list}[1:${limitOf(args[1])}]), CAST('[]' AS JSON))`;
};

/** A hash table finds the distinct values; what is done to each value is done to those alone. */
function distinctValues(value: SqlExpression, filter: Filter): string {
  if (value.type === 'dynamic') {
    const all = `list(DISTINCT coalesce(${value.sql}, CAST('null' AS JSON)))${filter.where()}`;
    return `kql_ordered(list_distinct(kql_flattened(${all})))`;
  }
  const all = `list(DISTINCT ${value.sql})${filter.where()}`;
  if (value.type === 'string') return `kql_ordered(${all})`;
  const known = `kql_ordered(list_filter(${all}, lambda e: e IS NOT NULL))`;
  if (plainTypes.includes(value.type)) return known;
  return `list_transform(${known}, lambda e: ${jsonOf({ sql: 'e', type: value.type })})`;
}

const makeBag: FilteredAggregate = (args, filter, call) => {
  const bag = jsonOf(argument(args, 0, call));
  return `coalesce(kql_bag_merge(list(${bag}${inOrder(call)})${filter.where(`json_type(${bag}) = 'OBJECT'`)}), CAST('{}' AS JSON))`;
};

/** The smallest schema that admits all values. */
const buildSchema: FilteredAggregate = (args, filter, call) => {
  const list = `list(${jsonOf(argument(args, 0, call))})${filter.where()}`;
  return `CAST(kql_build_schema(CAST(to_json(${list}) AS VARCHAR)) AS JSON)`;
};

const takeAny: FilteredAggregate = (args, filter, call) => {
  const value = argument(args, 0, call);
  return `any_value(${convert(value, call.type)})${filter.where()}`;
};

function argExtreme(sqlName: string): FilteredAggregate {
  return (args, filter, call: Call) => {
    const [by, value] = [argument(args, 0, call), argument(args, 1, call)];
    return `${sqlName}(${value.sql}, ${by.sql})${filter.where()}`;
  };
}

const passing: readonly (readonly [name: string, ifName: string, build: FilteredAggregate])[] = [
  ['make_list', 'make_list_if', makeList],
  ['makelist', 'makelist_if', makeList],
  ['make_set', 'make_set_if', makeSet],
  ['makeset', 'makeset_if', makeSet],
  ['make_bag', 'make_bag_if', makeBag],
  ['make_dictionary', 'make_dictionary_if', makeBag],
  ['take_any', 'take_anyif', takeAny],
  ['any', 'anyif', takeAny],
];

export const collectingAggregates: AggregateTable = {
  ...Object.fromEntries(
    passing.flatMap(([name, ifName, build]) => [
      [name, overAll(build)],
      [ifName, overMatching(build, 1)],
    ]),
  ),
  make_list_with_nulls: overAll(makeListWithNulls),
  buildschema: overAll(buildSchema),
  arg_max: overAll(argExtreme('arg_max')),
  arg_min: overAll(argExtreme('arg_min')),
};
