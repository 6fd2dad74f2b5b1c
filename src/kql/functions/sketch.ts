/** Functions of the states that `hll()` and `tdigest()` keep; both hold their values exactly here. */
import type { ScalarTranslator } from '../expression.ts';
import { convert, jsonOf, realOf } from './convert.ts';
import { differing, ofFirst } from './entry.ts';
import type { ScalarTable } from './entry.ts';

const exactly = 'The result is exact; Kusto estimates it.';

const percentileOf: ScalarTranslator = ofFirst((digest, [percent], call) => {
  if (percent === undefined) return call.invalid(`${call.name}() needs a percentage.`, 1);
  const sql = `kql_digest_percentile(kql_elements(${jsonOf(digest)}), ${realOf(percent)} / 100)`;
  return convert({ sql, type: 'dynamic' }, call.type);
});

const mergedDigests: ScalarTranslator = (args) =>
  `kql_array_concat([${args.map((arg) => `kql_elements(${jsonOf(arg)})`).join(', ')}])`;

export const sketchFunctions: ScalarTable = {
  dcount_hll: differing(
    exactly,
    ofFirst((hll) => `coalesce(kql_array_length(${jsonOf(hll)}), 0)`),
  ),
  hll_merge: differing(exactly, (args) => `kql_hll_merge([${args.map(jsonOf).join(', ')}])`),
  percentile_tdigest: differing(exactly, percentileOf),
  rank_tdigest: differing(
    exactly,
    ofFirst((digest, [value], call) =>
      value === undefined
        ? call.invalid('rank_tdigest() needs a value.', 1)
        : `kql_digest_rank(kql_elements(${jsonOf(digest)}), ${realOf(value)})`,
    ),
  ),
  percentrank_tdigest: differing(
    exactly,
    ofFirst((digest, [value], call) => {
      if (value === undefined) return call.invalid('percentrank_tdigest() needs a value.', 1);
      const items = `kql_elements(${jsonOf(digest)})`;
      return `(kql_digest_rank(${items}, ${realOf(value)}) * 100.0 / kql_digest_weight(${items}))`;
    }),
  ),
  percentiles_array_tdigest: differing(
    exactly,
    ofFirst((digest, percents) => {
      const items = `kql_elements(${jsonOf(digest)})`;
      const shares = percents.map((percent) =>
        percent.type === 'dynamic' ? `kql_numbers(${percent.sql})` : `[${realOf(percent)}]`,
      );
      return `to_json(list_transform(flatten([${shares.join(', ')}]), lambda p: kql_digest_percentile(${items}, p / 100)))`;
    }),
  ),
  merge_tdigest: differing(exactly, mergedDigests),
  tdigest_merge: differing(exactly, mergedDigests),
};
