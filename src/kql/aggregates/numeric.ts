/** Aggregates of numbers. Of no values, a sum is 0, an average NaN, a deviation 0, an extreme null. */
import { convert, realOf } from '../functions/convert.ts';
import { realLiteral, sqlTypes } from '../sql/literal.ts';
import { argument, overAll, overMatching } from './entry.ts';
import type { AggregateTable, FilteredAggregate } from './entry.ts';

const nan = realLiteral(NaN);

const sum: FilteredAggregate = (args, filter, call) => {
  const value = argument(args, 0, call);
  const total = (sql: string): string => `coalesce(sum(${sql})${filter.where()}, 0)`;
  if (call.type === 'real') return `CAST(${total(realOf(value))} AS DOUBLE)`;
  if (call.type === 'decimal') return `CAST(${total(convert(value, 'decimal'))} AS ${sqlTypes.decimal})`;
  if (call.type === 'timespan') return `CAST(${total(convert(value, 'timespan'))} AS BIGINT)`;
  return `kql_wrap(${total(convert(value, 'long'))} % 18446744073709551616)`;
};

const avg: FilteredAggregate = (args, filter, call) => {
  const value = argument(args, 0, call);
  if (call.type === 'timespan' || call.type === 'datetime') {
    return `CAST(avg(${convert(value, call.type)})${filter.where()} AS BIGINT)`;
  }
  if (call.type === 'decimal') {
    return `CAST(avg(${convert(value, 'decimal')})${filter.where()} AS ${sqlTypes.decimal})`;
  }
  return `coalesce(avg(${realOf(value)})${filter.where()}, ${nan})`;
};

const max: FilteredAggregate = (args, filter, call) => {
  const value = argument(args, 0, call);
  return `max(${convert(value, call.type)})${filter.where()}`;
};

/** DuckDB sorts NaN above all numbers; in Kusto one NaN makes the least NaN too. */
const min: FilteredAggregate = (args, filter, call) => {
  const value = convert(argument(args, 0, call), call.type);
  const least = `min(${value})${filter.where()}`;
  if (call.type !== 'real') return least;
  return `CASE WHEN bool_or(isnan(${value}))${filter.where()} THEN ${nan} ELSE ${least} END`;
};

/** DuckDB refuses infinite values here; Kusto's result for them is NaN. */
function spread(sqlName: string): FilteredAggregate {
  return (args, filter, call) => {
    const value = realOf(argument(args, 0, call));
    const finite = `coalesce(${sqlName}(${value})${filter.where(`isfinite(${value})`)}, 0.0)`;
    return `CASE WHEN bool_or(NOT isfinite(${value}))${filter.where()} THEN ${nan} ELSE ${finite} END`;
  };
}

function covariance(sqlName: string): FilteredAggregate {
  return (args, filter, call) =>
    `${sqlName}(${realOf(argument(args, 0, call))}, ${realOf(argument(args, 1, call))})${filter.where()}`;
}

function bitwise(sqlName: string): FilteredAggregate {
  return (args, filter, call) => `${sqlName}(${convert(argument(args, 0, call), 'long')})${filter.where()}`;
}

/** The aggregates that have an `...if` form, whose predicate follows their other arguments. */
const withPredicate: readonly (readonly [name: string, build: FilteredAggregate, place: number])[] = [
  ['sum', sum, 1],
  ['avg', avg, 1],
  ['min', min, 1],
  ['max', max, 1],
  ['stdev', spread('stddev_samp'), 1],
  ['stdevp', spread('stddev_pop'), 1],
  ['variance', spread('var_samp'), 1],
  ['variancep', spread('var_pop'), 1],
  ['covariance', covariance('covar_samp'), 2],
  ['covariancep', covariance('covar_pop'), 2],
];

export const numericAggregates: AggregateTable = {
  ...Object.fromEntries(
    withPredicate.flatMap(([name, build, place]) => [
      [name, overAll(build)],
      [`${name}if`, overMatching(build, place)],
    ]),
  ),
  binary_all_and: overAll(bitwise('bit_and')),
  binary_all_or: overAll(bitwise('bit_or')),
  binary_all_xor: overAll(bitwise('bit_xor')),
};
