/** Macros for whole-number arithmetic (it wraps at 64 bits) and rounding. */

export const numberMacros: readonly string[] = [
  // The low 64 bits of a number that no longer fits a BIGINT.
  `kql_wrap(x) AS CAST((x + 27670116110564327424) % 18446744073709551616 - 9223372036854775808 AS BIGINT)`,
  `kql_add(a, b) AS coalesce(TRY(a + b), kql_wrap(CAST(a AS HUGEINT) + CAST(b AS HUGEINT)))`,
  `kql_subtract(a, b) AS coalesce(TRY(a - b), kql_wrap(CAST(a AS HUGEINT) - CAST(b AS HUGEINT)))`,
  `kql_multiply(a, b) AS coalesce(TRY(a * b), kql_wrap(CAST(a AS HUGEINT) * CAST(b AS HUGEINT) % 18446744073709551616))`,
  // The remainder is never negative.
  `kql_modulo(a, b) AS CASE WHEN b <> 0 THEN TRY((a % b + abs(b)) % abs(b)) END`,
  // Down to a multiple, for negative numbers too; null for a step that is not positive.
  `kql_bin(x, step) AS CASE WHEN step > 0 THEN x - kql_modulo(x, step) END`,
  `kql_bin_real(x, step) AS CASE WHEN step > 0 THEN floor(x / step) * step END`,
  `kql_round(x, digits) AS CASE WHEN isfinite(x) THEN round(x, digits) ELSE x END`,
  `kql_modulo_real(a, b) AS CASE WHEN b <> 0 THEN a - floor(a / abs(b)) * abs(b) WHEN b IS NOT NULL AND a IS NOT NULL THEN CAST('NaN' AS DOUBLE) END`,
  `kql_sign(x) AS CASE WHEN x > 0 AND NOT isnan(x) THEN 1 WHEN x < 0 THEN -1 WHEN x IS NOT NULL THEN 0 END`,
  `kql_sqrt(x) AS CASE WHEN x >= 0 THEN sqrt(x) WHEN x IS NOT NULL THEN CAST('NaN' AS DOUBLE) END`,
  // Only the low six bits of the amount count, as in .NET.
  `kql_shift_left(x, n) AS kql_wrap(CAST(x AS HUGEINT) * CAST(pow(2, n & 63) AS HUGEINT) % 18446744073709551616)`,
  `kql_shift_right(x, n) AS (x >> CAST(n & 63 AS BIGINT))`,
  `kql_at_least(digits, width) AS lpad(digits, CAST(greatest(width, length(digits)) AS INTEGER), '0')`,
  // 1024-based, in the largest unit that keeps the number above 1.
  `kql_bytes_unit(x) AS ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB'][
    CASE WHEN abs(x) < 1024 THEN 1 ELSE CAST(least(6, floor(log2(abs(x)) / 10) + 1) AS INTEGER) END]`,
  `kql_bytes_in(x, digits, unit) AS
    CAST(round(x / pow(1024, list_position(['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB'], unit) - 1), CAST(digits AS INTEGER)) AS VARCHAR)`,
  `kql_format_bytes(x, digits, unit) AS coalesce(rtrim(rtrim(
    kql_bytes_in(x, digits, CASE WHEN unit = '' THEN kql_bytes_unit(x) ELSE unit END), '0'), '.')
    || ' ' || CASE WHEN unit = '' THEN kql_bytes_unit(x) ELSE unit END, '')`,
];
