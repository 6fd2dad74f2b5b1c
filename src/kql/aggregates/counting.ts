/** Counts, exact everywhere: distinct values are counted in a hash table, which DuckDB spills to disk when needed. */
import type { Support } from '../expression.ts';
import { jsonOf } from '../functions/convert.ts';
import { argument, overAll, overMatching } from './entry.ts';
import type { AggregateTable, FilteredAggregate } from './entry.ts';

/** Nulls count as rows, as in Kusto. */
const count: FilteredAggregate = (_args, filter) => `count(*)${filter.where()}`;

const distinct: FilteredAggregate = (args, filter, call) =>
  `count(DISTINCT ${argument(args, 0, call).sql})${filter.where()}`;

const exactHere: Support = { support: 'differs', how: 'The count is exact; Kusto estimates it.' };

/** The distinct values themselves stand for the sketch that Kusto keeps. */
const hll: FilteredAggregate = (args, filter, call) => {
  const value = argument(args, 0, call);
  return `coalesce(to_json(list(DISTINCT ${jsonOf(value)})${filter.where(`${value.sql} IS NOT NULL`)}), '[]')`;
};

const hllMerge: FilteredAggregate = (args, filter, call) =>
  `kql_hll_merge(list(${jsonOf(argument(args, 0, call))})${filter.where()})`;

export const countingAggregates: AggregateTable = {
  count: overAll(count),
  cnt: overAll(count),
  countif: overMatching(count, 0),
  dcount: overAll(distinct, exactHere),
  dcountif: overMatching(distinct, 1, exactHere),
  count_distinct: overAll(distinct),
  count_distinctif: overMatching(distinct, 1),
  hll: overAll(hll, exactHere),
  hll_if: overMatching(hll, 1, exactHere),
  hll_merge: overAll(hllMerge, exactHere),
};
