/** Macros for IPv4 addresses as whole numbers; text that is no address gives null. */

const octet = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const dotted = `${octet}(\\.${octet}){3}`;

export const ipMacros: readonly string[] = [
  `kql_ipv4_value(parts) AS CAST(parts[1] AS BIGINT) * 16777216 + CAST(parts[2] AS BIGINT) * 65536
    + CAST(parts[3] AS BIGINT) * 256 + CAST(parts[4] AS BIGINT)`,
  `kql_ipv4(s) AS CASE WHEN regexp_full_match(s, '${dotted}') THEN kql_ipv4_value(string_split(s, '.')) END`,
  `kql_ipv4_suffix(s) AS CASE
    WHEN regexp_full_match(s, '${dotted}') THEN CAST(32 AS BIGINT)
    WHEN regexp_full_match(s, '${dotted}/(3[0-2]|[12]?\\d)') THEN CAST(string_split(s, '/')[2] AS BIGINT) END`,
  `kql_ipv4_mask(prefix) AS CAST(4294967295 - ((CAST(1 AS BIGINT) << CAST(32 - greatest(0, least(32, prefix)) AS INTEGER)) - 1) AS BIGINT)`,
  // The network of an address with or without a suffix, as wide as the narrower of the suffix and the prefix.
  `kql_ipv4_network(s, prefix) AS CASE WHEN kql_ipv4_suffix(s) IS NOT NULL
    THEN kql_ipv4(string_split(s, '/')[1]) & kql_ipv4_mask(least(prefix, kql_ipv4_suffix(s))) END`,
  `kql_ipv4_in_range(address, network) AS (kql_ipv4_network(address, kql_ipv4_suffix(network)) = kql_ipv4_network(network, 32))`,
  `kql_ipv4_width(a, b, prefix) AS least(prefix, kql_ipv4_suffix(a), kql_ipv4_suffix(b))`,
  `kql_ipv4_compare(a, b, prefix) AS CASE WHEN kql_ipv4_suffix(a) IS NOT NULL AND kql_ipv4_suffix(b) IS NOT NULL
    THEN CAST(sign(kql_ipv4_network(a, kql_ipv4_width(a, b, prefix)) - kql_ipv4_network(b, kql_ipv4_width(a, b, prefix))) AS BIGINT) END`,
  // RFC 1918, and the network itself must lie within when the text has a suffix.
  `kql_ipv4_is_private(s) AS CASE WHEN kql_ipv4_suffix(s) IS NOT NULL THEN
    (kql_ipv4_network(s, 32) BETWEEN 167772160 AND 184549375 AND kql_ipv4_suffix(s) >= 8)
    OR (kql_ipv4_network(s, 32) BETWEEN 2886729728 AND 2887778303 AND kql_ipv4_suffix(s) >= 12)
    OR (kql_ipv4_network(s, 32) BETWEEN 3232235520 AND 3232301055 AND kql_ipv4_suffix(s) >= 16) END`,
  `kql_format_ipv4(n) AS CASE WHEN n BETWEEN 0 AND 4294967295 THEN
    CAST(n >> 24 AS VARCHAR) || '.' || CAST((n >> 16) & 255 AS VARCHAR) || '.' || CAST((n >> 8) & 255 AS VARCHAR)
    || '.' || CAST(n & 255 AS VARCHAR) ELSE '' END`,
  // An address inside a text stands between characters that could not belong to it.
  `kql_has_ipv4(s, address) AS (kql_ipv4(address) IS NOT NULL AND contains(s, address)
    AND regexp_matches(s, '(?:^|[^0-9a-zA-Z.])' || regexp_escape(address) || '(?:$|[^0-9a-zA-Z.])'))`,
  `kql_has_ipv4_prefix(s, prefix) AS (contains(s, prefix) AND CASE
    WHEN kql_ipv4(prefix) IS NOT NULL THEN kql_has_ipv4(s, prefix)
    WHEN regexp_full_match(prefix, '(${octet}\\.){1,3}') THEN
      len(list_filter(regexp_extract_all(s, '(?:^|[^0-9a-zA-Z.])(' || regexp_escape(prefix) || '[0-9.]+)(?:$|[^0-9a-zA-Z.])', 1),
        lambda a: kql_ipv4(a) IS NOT NULL)) > 0
    ELSE false END)`,
  `kql_ipv6_in_range(address, network) AS (kql_ipv6_compare(address, network, 128) = 0)`,
];
