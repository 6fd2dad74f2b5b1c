/** Percentiles by nearest rank, exact where Kusto estimates, and the digests that carry them between queries. */
import type { Call, SqlExpression, Support } from '../expression.ts';
import { convert, jsonOf, longOf, realOf } from '../functions/convert.ts';
import type { ScalarType } from '../types.ts';
import { argument, overAll, overEverything } from './entry.ts';
import type { AggregateTable, Filter, FilteredAggregate } from './entry.ts';

const exactHere: Support = {
  support: 'differs',
  how: 'The percentile is exact by nearest rank; Kusto estimates it.',
};

/** SQL of a percentage as a share of one; the argument at `index` must be constant. */
export function percentageShare(percent: SqlExpression, call: Call, index = 1): string {
  const { constant } = percent;
  const value = typeof constant === 'bigint' ? Number(constant) : constant;
  if (typeof value !== 'number' || !(value >= 0 && value <= 100)) {
    return call.invalid(`${call.name}() needs a constant percentage from 0 to 100.`, index);
  }
  return String(value / 100);
}

/** The values as numbers that sort, in the type that the result has. */
export function rankedValues(value: SqlExpression, type: ScalarType): string {
  return type === 'dynamic' ? realOf(value) : convert(value, type);
}

const percentile: FilteredAggregate = (args, filter, call) => {
  const [value, percent] = [argument(args, 0, call), argument(args, 1, call)];
  return `quantile_disc(${rankedValues(value, call.type)}, ${percentageShare(percent, call)})${filter.where()}`;
};

/** Several percentiles as one array. */
const percentilesArray: FilteredAggregate = (args, filter, call) => {
  const [value, ...percents] = args;
  if (value === undefined) return call.invalid(`${call.name}() needs a value.`);
  const shares = percents.flatMap((percent) => sharesOf(percent, call));
  const type = value.type === 'dynamic' ? 'real' : value.type;
  return jsonArray(
    `quantile_disc(${rankedValues(value, type)}, [${shares.join(', ')}])${filter.where()}`,
    type,
  );
};

/** SQL of a list of values of that type as a dynamic array. */
function jsonArray(list: string, type: ScalarType): string {
  return `to_json(list_transform(${list}, lambda v: ${jsonOf({ sql: 'v', type })}))`;
}

function sharesOf(percent: SqlExpression, call: Call): string[] {
  const { constant } = percent;
  if (typeof constant !== 'object' || constant === null || !Array.isArray(constant.json))
    return [percentageShare(percent, call)];
  const items: readonly unknown[] = constant.json;
  return items.map((item) =>
    typeof item === 'number' ? String(item / 100) : call.invalid('Percentages must be numbers.', 1),
  );
}

/** SQL list of values with their weights, without nulls and without weights that are not positive. */
export function weightedPairs(
  value: SqlExpression,
  weight: SqlExpression,
  type: ScalarType,
  filter: Filter = overEverything,
): string {
  const pairs = `list({'value': ${rankedValues(value, type)}, 'weight': ${longOf(weight)}})`;
  return `${pairs}${filter.where(`${value.sql} IS NOT NULL`, `${longOf(weight)} > 0`)}`;
}

/** Each value counts as often as its weight says. */
const weighted: FilteredAggregate = (args, filter, call) => {
  const [value, weight, percent] = [
    argument(args, 0, call),
    argument(args, 1, call),
    argument(args, 2, call),
  ];
  return `kql_weighted_percentile(${weightedPairs(value, weight, call.type, filter)}, ${percentageShare(percent, call, 2)})`;
};

/** Several weighted percentiles as one array. */
const weightedArray: FilteredAggregate = (args, filter, call) => {
  const [value, weight] = [argument(args, 0, call), argument(args, 1, call)];
  const shares = args.slice(2).flatMap((percent) => sharesOf(percent, call));
  const pairs = `list_sort(${weightedPairs(value, weight, value.type, filter)})`;
  const { type } = value;
  return `json_array(${shares.map((part) => jsonOf({ sql: `kql_at_share(${pairs}, ${part})`, type })).join(', ')})`;
};

/** The weighted values themselves stand for the digest that Kusto keeps: an array of value and weight in turn. */
const tdigest: FilteredAggregate = (args, filter, call) => {
  const value = argument(args, 0, call);
  const weight = args[1] === undefined ? '1' : longOf(args[1]);
  const pair = `json_array(${convert(value, value.type === 'dynamic' ? 'real' : value.type)}, ${weight})`;
  return `coalesce(to_json(list(${pair})${filter.where(`${value.sql} IS NOT NULL`)}), CAST('[]' AS JSON))`;
};

const mergeDigests: FilteredAggregate = (args, filter, call) =>
  `to_json(flatten(list(kql_elements(${jsonOf(argument(args, 0, call))}))${filter.where()}))`;

export const percentileAggregates: AggregateTable = {
  percentile: overAll(percentile, exactHere),
  percentilew: overAll(weighted, exactHere),
  percentiles: overAll(percentile, exactHere),
  percentilesw: overAll(weighted, exactHere),
  percentilesw_array: overAll(weightedArray, exactHere),
  percentiles_array: overAll(percentilesArray, exactHere),
  tdigest: overAll(tdigest, exactHere),
  merge_tdigest: overAll(mergeDigests, exactHere),
  tdigest_merge: overAll(mergeDigests, exactHere),
};
