/** Macros for dynamic arrays and bags. `items` is a list of JSON elements, `d` a JSON value. */

export const arrayMacros: readonly string[] = [
  `kql_elements(d) AS CASE WHEN json_type(d) = 'ARRAY' THEN json_extract(d, '$[*]') END`,
  // The elements as text; JSON's null is the empty text.
  `kql_texts(d) AS CASE WHEN json_type(d) = 'ARRAY'
    THEN list_transform(d ->> '$[*]', lambda x: coalesce(x, '')) WHEN d IS NOT NULL THEN [d ->> '$'] END`,
  `kql_numbers(d) AS list_transform(kql_elements(d), lambda e: TRY_CAST(e ->> '$' AS DOUBLE))`,
  `kql_array_length(d) AS CASE WHEN json_type(d) = 'ARRAY' THEN CAST(json_array_length(d) AS BIGINT) END`,
  `kql_join(d, delimiter) AS coalesce(CASE WHEN json_type(d) = 'ARRAY' THEN array_to_string(kql_texts(d), delimiter) END, '')`,
  `kql_array_concat(lists) AS CASE WHEN len(list_filter(lists, lambda l: l IS NOT NULL)) > 0
    THEN to_json(flatten(list_filter(lists, lambda l: l IS NOT NULL))) END`,
  // Both ends count; negative positions count from the end.
  `kql_slice(items, first, final) AS to_json(items[
    CASE WHEN first < 0 THEN greatest(1, len(items) + first + 1) ELSE first + 1 END :
    CASE WHEN final < 0 THEN len(items) + final + 1 ELSE final + 1 END])`,
  `kql_rotate_by(items, n) AS to_json(list_concat(items[n + 1 :], items[: n]))`,
  `kql_rotate(items, n) AS CASE WHEN len(items) = 0 THEN to_json(items) ELSE kql_rotate_by(items, kql_modulo(n, len(items))) END`,
  `kql_shift(items, n, fill) AS to_json(CASE WHEN n >= 0
    THEN list_concat(items[least(n, len(items)) + 1 :], list_transform(range(least(n, len(items))), lambda i: fill))
    ELSE list_concat(list_transform(range(least(-n, len(items))), lambda i: fill), items[: greatest(0, len(items) + n)]) END)`,
  // Numbers sort before texts, which sort before the other kinds.
  `kql_sort_key(e) AS {
    'kind': CASE json_type(e) WHEN 'VARCHAR' THEN 2 WHEN 'BIGINT' THEN 1 WHEN 'UBIGINT' THEN 1 WHEN 'DOUBLE' THEN 1 ELSE 3 END,
    'number': CASE WHEN json_type(e) <> 'VARCHAR' THEN TRY_CAST(e ->> '$' AS DOUBLE) END,
    'text': e ->> '$', 'value': e}`,
  `kql_sorted(items) AS list_transform(list_sort(list_transform(
    list_filter(items, lambda e: json_type(e) <> 'NULL'), lambda e: kql_sort_key(e))), lambda k: k.value)`,
  `kql_nulls(items) AS list_filter(items, lambda e: json_type(e) = 'NULL')`,
  `kql_sort_asc(items, nulls_last) AS to_json(CASE WHEN nulls_last
    THEN list_concat(kql_sorted(items), kql_nulls(items)) ELSE list_concat(kql_nulls(items), kql_sorted(items)) END)`,
  `kql_sort_desc(items, nulls_last) AS to_json(CASE WHEN nulls_last
    THEN list_concat(list_reverse(kql_sorted(items)), kql_nulls(items))
    ELSE list_concat(kql_nulls(items), list_reverse(kql_sorted(items))) END)`,
  `kql_array_index_of(items, searched, start, size, occurrence) AS coalesce(list_filter(
    range(CASE WHEN start < 0 THEN greatest(0, len(items) + start) ELSE start END,
      CASE WHEN size < 0 THEN len(items)
        ELSE least(len(items), CASE WHEN start < 0 THEN greatest(0, len(items) + start) ELSE start END + size) END),
    lambda i: items[i + 1] = searched)[occurrence], CAST(-1 AS BIGINT))`,
  // In order of first appearance up to 64 elements, sorted up to ten thousand, in no order beyond: finding first places
  // compares each element with all before it, sorting takes as long as all the rest, and Kusto promises no order.
  `kql_ordered(items) AS CASE WHEN len(items) <= 10000 THEN list_sort(items) ELSE items END`,
  `kql_distinct(items) AS CASE WHEN len(items) <= 64
    THEN list_filter(items, lambda e, i: list_position(items, e) = i)
    ELSE kql_ordered(list_distinct(items)) END`,
  `kql_jaccard(a, b) AS CAST(len(list_filter(a, lambda e: list_contains(b, e))) AS DOUBLE)
    / len(kql_distinct(list_concat(a, b)))`,
  `kql_range_count(first, final, step) AS CASE WHEN step = 0 OR (final - first) / step < 0 THEN 0
    ELSE least(1048576, CAST(floor((final - first) / step) AS BIGINT) + 1) END`,
  `kql_range(first, final, step) AS list_transform(
    range(kql_range_count(CAST(first AS DOUBLE), CAST(final AS DOUBLE), CAST(step AS DOUBLE))), lambda i: first + i * step)`,
  `kql_range_real(first, final, step) AS to_json(list_transform(
    range(kql_range_count(first, final, step)), lambda i: first + i * step))`,
  `kql_bag_keys(d) AS CASE WHEN json_type(d) = 'OBJECT' THEN to_json(json_keys(d)) END`,
  // The first bag that has a key wins; the keys keep their order of appearance.
  `kql_bag_merge(bags) AS CAST(kql_merge_bags(CAST(to_json(bags) AS VARCHAR)) AS JSON)`,
];
