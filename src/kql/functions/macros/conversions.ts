/** Macros for conversions between types; text that does not hold the value gives null. */

export const conversionMacros: readonly string[] = [
  // .NET's text of a real: at least one fraction digit, an exponent from 1E+15 up and below 1E-04.
  `kql_real_text(x) AS CASE
    WHEN x IS NULL THEN ''
    WHEN isnan(x) THEN 'NaN'
    WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END
    WHEN x = 0 OR abs(x) BETWEEN 0.0001 AND 999999999999999 THEN CAST(x AS VARCHAR)
    ELSE kql_format_real(x) END`,
  `kql_decimal_text(x) AS coalesce(CASE WHEN contains(CAST(x AS VARCHAR), '.')
    THEN rtrim(rtrim(CAST(x AS VARCHAR), '0'), '.') ELSE CAST(x AS VARCHAR) END, '')`,
  `kql_json_of_real(x) AS CASE WHEN isfinite(x) THEN to_json(x) WHEN x IS NOT NULL THEN to_json(kql_real_text(x)) END`,
  `kql_long(s) AS CASE WHEN regexp_full_match(s, '\\s*[+-]?\\d+\\s*') THEN TRY_CAST(s AS BIGINT)
    WHEN regexp_full_match(s, '\\s*0[xX][0-9a-fA-F]{1,16}\\s*')
      THEN CAST(CAST(CAST(trim(s, e' \\t\\r\\n') AS UBIGINT) AS BIT) AS BIGINT) END`,
  `kql_bool(s) AS CASE WHEN lower(s) = 'true' THEN true WHEN lower(s) = 'false' THEN false
    WHEN regexp_full_match(s, '[+-]?\\d+|0[xX][0-9a-fA-F]+') THEN kql_long(s) <> 0 END`,
  `kql_real(s) AS CASE WHEN regexp_full_match(s, '\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*') THEN TRY_CAST(s AS DOUBLE)
    WHEN regexp_full_match(s, '(?i)\\s*(nan|[+-]?inf(inity)?)\\s*') THEN TRY_CAST(ltrim(trim(s), '+') AS DOUBLE) END`,
  // A real beyond the type's range stops at its bound; infinity and NaN are null.
  `kql_long_of_real(x) AS CASE WHEN isfinite(x) THEN CASE
    WHEN x >= 9223372036854775807 THEN 9223372036854775807
    WHEN x <= -9223372036854775808 THEN CAST('-9223372036854775808' AS BIGINT)
    ELSE CAST(trunc(x) AS BIGINT) END END`,
  `kql_int_of_real(x) AS CASE WHEN isfinite(x) THEN CAST(trunc(greatest(-2147483648.0, least(2147483647.0, x))) AS INTEGER) END`,
  // A long beyond the int's range keeps its low 32 bits.
  `kql_int_of_long(x) AS CASE WHEN x BETWEEN -2147483648 AND 2147483647 THEN CAST(x AS INTEGER)
    ELSE CAST((x & 4294967295) - CASE WHEN (x & 2147483648) <> 0 THEN 4294967296 ELSE 0 END AS INTEGER) END`,
  `kql_long_of_json(d) AS CASE json_type(d)
    WHEN 'BIGINT' THEN CAST(d ->> '$' AS BIGINT)
    WHEN 'UBIGINT' THEN coalesce(TRY_CAST(d ->> '$' AS BIGINT), kql_long_of_real(CAST(d ->> '$' AS DOUBLE)))
    WHEN 'DOUBLE' THEN kql_long_of_real(TRY_CAST(d ->> '$' AS DOUBLE))
    WHEN 'VARCHAR' THEN kql_long(d ->> '$')
    WHEN 'BOOLEAN' THEN CAST(CAST(d ->> '$' AS BOOLEAN) AS BIGINT) END`,
  // A whole number in its shortest form; the list holds the text, so that what gives it is computed once.
  `kql_whole_text(t) AS list_transform([t], lambda e:
    CASE WHEN CAST(TRY_CAST(e AS BIGINT) AS VARCHAR) = e THEN TRY_CAST(e AS BIGINT) END)[1]`,
  `kql_int_of_json(d) AS CASE json_type(d)
    WHEN 'DOUBLE' THEN kql_int_of_real(TRY_CAST(d ->> '$' AS DOUBLE))
    WHEN 'VARCHAR' THEN TRY_CAST(kql_long(d ->> '$') AS INTEGER)
    ELSE kql_int_of_long(kql_long_of_json(d)) END`,
  `kql_real_of_json(d) AS CASE json_type(d)
    WHEN 'BIGINT' THEN CAST(d ->> '$' AS DOUBLE)
    WHEN 'UBIGINT' THEN CAST(d ->> '$' AS DOUBLE)
    WHEN 'DOUBLE' THEN TRY_CAST(d ->> '$' AS DOUBLE)
    WHEN 'VARCHAR' THEN kql_real(d ->> '$')
    WHEN 'BOOLEAN' THEN CAST(CAST(d ->> '$' AS BOOLEAN) AS DOUBLE) END`,
  `kql_bool_of_json(d) AS CASE json_type(d)
    WHEN 'BOOLEAN' THEN CAST(d ->> '$' AS BOOLEAN)
    WHEN 'VARCHAR' THEN kql_bool(d ->> '$')
    WHEN 'BIGINT' THEN CAST(d ->> '$' AS DOUBLE) <> 0
    WHEN 'UBIGINT' THEN CAST(d ->> '$' AS DOUBLE) <> 0
    WHEN 'DOUBLE' THEN TRY_CAST(d ->> '$' AS DOUBLE) <> 0 END`,
  `kql_guid(s) AS CASE WHEN length(replace(s, '-', '')) = 32 THEN TRY_CAST(replace(s, '-', '') AS UUID) END`,
  // Text that is no JSON is a dynamic string.
  `kql_parse_json(s) AS CASE WHEN s = '' THEN CAST(NULL AS JSON) WHEN json_valid(s) THEN nullif(CAST(json(s) AS JSON), 'null')
    ELSE CAST(to_json(s) AS JSON) END`,
  `kql_type(d) AS CASE json_type(d)
    WHEN 'OBJECT' THEN 'dictionary' WHEN 'ARRAY' THEN 'array' WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'bool'
    WHEN 'BIGINT' THEN 'long' WHEN 'UBIGINT' THEN 'long' WHEN 'DOUBLE' THEN 'double' ELSE 'null' END`,
];
