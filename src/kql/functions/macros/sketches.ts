/** Macros for collected values: sets of hll(), weighted values of tdigest(). */

export const sketchMacros: readonly string[] = [
  // Arrays add their elements, anything else itself.
  `kql_flattened(items) AS flatten(list_transform(items,
    lambda e: CASE WHEN json_type(e) = 'ARRAY' THEN json_extract(e, '$[*]') ELSE [e] END))`,
  `kql_hll_merge(items) AS to_json(list_distinct(kql_flattened(items)))`,
  // The value at which the running weight of the sorted pairs reaches a share of the whole.
  `kql_at_share(pairs, part) AS pairs[kql_place_at_share(
    CAST(to_json(list_transform(pairs, lambda p: p['weight'])) AS VARCHAR), part)]['value']`,
  `kql_weighted_percentile(pairs, part) AS kql_at_share(list_sort(pairs), part)`,
  `kql_digest_pairs(items) AS list_sort(list_transform(items, lambda e: {
    'number': TRY_CAST(e ->> '$[0]' AS DOUBLE), 'value': json_extract(e, '$[0]'), 'weight': CAST(e ->> '$[1]' AS BIGINT)}))`,
  `kql_digest_percentile(items, part) AS kql_at_share(kql_digest_pairs(items), part)`,
  `kql_digest_weight(items) AS list_sum(list_transform(items, lambda e: CAST(e ->> '$[1]' AS BIGINT)))`,
  `kql_digest_rank(items, value) AS CAST(coalesce(list_sum(list_transform(
    list_filter(items, lambda e: TRY_CAST(e ->> '$[0]' AS DOUBLE) <= value), lambda e: CAST(e ->> '$[1]' AS BIGINT))), 0) AS BIGINT)`,
];
