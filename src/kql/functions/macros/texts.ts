/** Macros for texts. Positions are zero-based and in code points, as in Kusto. */

const notTerm = '[^\\p{L}\\p{Nd}]';

export const textMacros: readonly string[] = [
  `kql_substring(s, start, size) AS CASE
    WHEN size <= 0 THEN ''
    WHEN start >= 0 THEN substr(s, start + 1, least(size, 2147483647))
    WHEN start + length(s) >= 0 THEN substr(s, start + length(s) + 1, least(size, 2147483647))
    ELSE '' END`,
  `kql_split(s, delimiter) AS CASE WHEN delimiter = '' THEN [s] ELSE string_split(s, delimiter) END`,
  `kql_only_element(items, i) AS CASE WHEN i >= 0 AND i < len(items) THEN to_json([items[i + 1]]) END`,
  `kql_first_from(s, start) AS CASE WHEN start < 0 THEN greatest(0, length(s) + start) ELSE start END`,
  `kql_window(s, start, size) AS substr(s, kql_first_from(s, start) + 1, CASE WHEN size < 0 THEN length(s) ELSE size END)`,
  `kql_indexof(s, search, start, size) AS CASE WHEN contains(kql_window(s, start, size), search)
    THEN kql_first_from(s, start) + strpos(kql_window(s, start, size), search) - 1 ELSE CAST(-1 AS BIGINT) END`,
  `kql_indexof_regex(s, pattern) AS CASE WHEN regexp_matches(s, pattern)
    THEN strpos(s, regexp_extract(s, pattern)) - 1 ELSE CAST(-1 AS BIGINT) END`,
  // What lies before the nth match: the pieces between matches, and the matches before it.
  `kql_nth_match(s, pattern, n) AS CASE WHEN len(regexp_extract_all(s, pattern)) < n THEN CAST(-1 AS BIGINT)
    ELSE CAST(list_sum(list_transform(regexp_split_to_array(s, pattern)[1 : n], lambda p: length(p)))
      + coalesce(list_sum(list_transform(regexp_extract_all(s, pattern)[1 : n - 1], lambda m: length(m))), 0) AS BIGINT) END`,
  `kql_shifted(place, start) AS CASE WHEN place < 0 THEN place ELSE place + start END`,
  `kql_indexof_regex_from(s, pattern, start, size, n) AS CASE WHEN start >= 0 AND size >= -1 AND n >= 0
    THEN kql_shifted(kql_nth_match(kql_window(s, start, size), pattern, greatest(n, 1)), start) END`,
  // Overlapping occurrences count.
  `kql_countof(s, search) AS CASE WHEN search = '' THEN CAST(0 AS BIGINT) ELSE CAST(len(list_filter(
    range(1, greatest(1, length(s) - length(search) + 2)), lambda i: substr(s, i, length(search)) = search)) AS BIGINT) END`,
  // The last character of the target list stands for all source characters beyond it.
  `kql_translate(search, target, s) AS CASE WHEN target = '' THEN translate(s, search, '')
    ELSE translate(s, search, rpad(target, greatest(length(search), length(target))::INTEGER, right(target, 1))) END`,
  // Both texts are folded already; a side is bound to a term's edge where the searched text has a term character.
  `kql_edge(c, is_bound, edge) AS CASE WHEN is_bound AND regexp_matches(c, '[\\p{L}\\p{Nd}]')
    THEN '(?:' || edge || '|${notTerm})' ELSE '' END`,
  `kql_has(s, searched, at_start, at_end) AS CASE
    WHEN searched = '' THEN true
    WHEN contains(s, searched) THEN regexp_matches(s, kql_edge(left(searched, 1), at_start, '^')
      || regexp_escape(searched) || kql_edge(right(searched, 1), at_end, '$'))
    ELSE false END`,
  `kql_has_any(s, terms) AS len(list_filter(terms, lambda t: kql_has(s, lower(coalesce(t, '')), true, true))) > 0`,
  `kql_has_all(s, terms) AS len(list_filter(terms, lambda t: NOT kql_has(s, lower(coalesce(t, '')), true, true))) = 0`,
  `kql_has_any_index(s, terms) AS coalesce(list_min(list_filter(range(CAST(len(terms) AS BIGINT)),
    lambda i: kql_has(s, lower(coalesce(terms[i + 1], '')), true, true))), CAST(-1 AS BIGINT))`,
  `kql_codepoints(s) AS to_json(list_transform(string_split(s, ''), lambda c: unicode(c)))`,
  `kql_text_of_codepoints(items) AS coalesce(array_to_string(list_transform(items, lambda c: chr(CAST(c AS INTEGER))), ''), '')`,
];
