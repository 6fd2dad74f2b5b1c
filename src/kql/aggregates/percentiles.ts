/** Percentiles by nearest rank, exact where Kusto estimates, and the digests that carry them between queries. */
import type { Call, SqlExpression, Support } from '../expression.ts';
import { convert, jsonOf, longOf, realOf } from '../functions/convert.ts';
import type { ScalarType } from '../types.ts';
import { argument, overAll } from './entry.ts';
import type { AggregateTable, FilteredAggregate } from './entry.ts';

const exactHere: Support = {
  support: 'differs',
  how: 'The percentile is exact by nearest rank; Kusto estimates it.',
};

function share(percent: SqlExpression, call: Call): string {
  const { constant } = percent;
  const value = typeof constant === 'bigint' ? Number(constant) : constant;
  if (typeof value !== 'number' || !(value >= 0 && value <= 100)) {
    return call.invalid(`${call.name}() needs a constant percentage from 0 to 100.`, 1);
  }
  return String(value / 100);
}

/** The values as numbers that sort, in the type that the result has. */
function ranked(value: SqlExpression, type: ScalarType): string {
  return type === 'dynamic' ? realOf(value) : convert(value, type);
}

const percentile: FilteredAggregate = (args, filter, call) => {
  const [value, percent] = [argument(args, 0, call), argument(args, 1, call)];
  return `quantile_disc(${ranked(value, call.type)}, ${share(percent, call)})${filter.where()}`;
};

/** Several percentiles as one array. */
const percentilesArray: FilteredAggregate = (args, filter, call) => {
  const [value, ...percents] = args;
  if (value === undefined) return call.invalid(`${call.name}() needs a value.`);
  const shares = percents.flatMap((percent) => sharesOf(percent, call));
  const sql = value.type === 'dynamic' ? realOf(value) : value.sql;
  return `to_json(quantile_disc(${sql}, [${shares.join(', ')}])${filter.where()})`;
};

function sharesOf(percent: SqlExpression, call: Call): string[] {
  const { constant } = percent;
  if (typeof constant !== 'object' || constant === null || !Array.isArray(constant.json))
    return [share(percent, call)];
  const items: readonly unknown[] = constant.json;
  return items.map((item) =>
    typeof item === 'number' ? String(item / 100) : call.invalid('Percentages must be numbers.', 1),
  );
}

/** Each value counts as often as its weight says. */
const weighted: FilteredAggregate = (args, filter, call) => {
  const [value, weight, percent] = [
    argument(args, 0, call),
    argument(args, 1, call),
    argument(args, 2, call),
  ];
  const pairs = `list({'value': ${ranked(value, call.type)}, 'weight': ${longOf(weight)}})`;
  return `kql_weighted_percentile(${pairs}${filter.where(`${value.sql} IS NOT NULL`)}, ${share(percent, call)})`;
};

/** Several weighted percentiles as one array. */
const weightedArray: FilteredAggregate = (args, filter, call) => {
  const [value, weight] = [argument(args, 0, call), argument(args, 1, call)];
  const shares = args.slice(2).flatMap((percent) => sharesOf(percent, call));
  const pairs = `list_sort(list({'value': ${ranked(value, value.type)}, 'weight': ${longOf(weight)}})${filter.where(`${value.sql} IS NOT NULL`)})`;
  return `json_array(${shares.map((part) => `kql_at_share(${pairs}, ${part})`).join(', ')})`;
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
