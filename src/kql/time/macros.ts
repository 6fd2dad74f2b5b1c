/** DuckDB macros on ticks, shared by the calendar functions; a datetime's ticks are never negative. */

const day = '864000000000';

export const timeMacros: readonly string[] = [
  // The calendar day of a datetime, and back.
  `kql_date(t) AS DATE '0001-01-01' + CAST(t // ${day} AS INTEGER)`,
  `kql_date_ticks(d) AS CAST(d - DATE '0001-01-01' AS BIGINT) * ${day}`,
  // Null outside the years 1 to 9999, as Kusto's datetime arithmetic gives.
  'kql_datetime(t) AS CASE WHEN t BETWEEN 0 AND 3155378975999999999 THEN CAST(t AS BIGINT) END',
  // Datetime and timespan as Kusto writes them.
  `kql_format_datetime(t) AS strftime(make_timestamp(t // 10 - 62135596800000000), '%Y-%m-%dT%H:%M:%S.')
    || lpad(CAST(t % 10000000 AS VARCHAR), 7, '0') || 'Z'`,
  `kql_clock_text(t) AS lpad(CAST(t // 36000000000 % 24 AS VARCHAR), 2, '0')
    || ':' || lpad(CAST(t // 600000000 % 60 AS VARCHAR), 2, '0')
    || ':' || lpad(CAST(t // 10000000 % 60 AS VARCHAR), 2, '0')
    || CASE WHEN t % 10000000 = 0 THEN '' ELSE '.' || lpad(CAST(t % 10000000 AS VARCHAR), 7, '0') END`,
  `kql_format_timespan(t) AS CASE WHEN t < 0 THEN '-' ELSE '' END
    || CASE WHEN abs(CAST(t AS HUGEINT)) >= ${day} THEN CAST(abs(CAST(t AS HUGEINT)) // ${day} AS VARCHAR) || '.' ELSE '' END
    || kql_clock_text(abs(CAST(t AS HUGEINT)))`,
  // Ticks of a time of day; null when a part is out of its range.
  `kql_clock_ticks(h, m, s) AS CASE WHEN h BETWEEN 0 AND 23 AND m BETWEEN 0 AND 59 AND s >= 0 AND s < 60
    THEN CAST(h * 36000000000 + m * 600000000 + CAST(round(s * 10000000) AS BIGINT) AS BIGINT) END`,
  // A time zone's clock and UTC; the ticks below a microsecond are carried over.
  `kql_to_utc(t, zone) AS kql_datetime((epoch_us(TRY(timezone(zone, make_timestamp(t // 10 - 62135596800000000))))
    + 62135596800000000) * 10 + t % 10)`,
  `kql_to_local(t, zone) AS kql_datetime((epoch_us(TRY(timezone(zone, timezone('UTC', make_timestamp(t // 10 - 62135596800000000)))))
    + 62135596800000000) * 10 + t % 10)`,
  // ISO text is read by DuckDB (to the microsecond, the seventh digit apart), any other format by the slower reader.
  `kql_parse_datetime(s) AS CASE
    WHEN s = '' THEN CAST(NULL AS BIGINT)
    WHEN regexp_full_match(s, '\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?Z?)?')
      THEN kql_datetime((epoch_us(TRY_CAST(rtrim(s, 'Z') AS TIMESTAMP)) + 62135596800000000) * 10)
    WHEN regexp_full_match(s, '\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}\\.\\d{7}Z?')
      THEN kql_datetime((epoch_us(TRY_CAST(left(s, 26) AS TIMESTAMP)) + 62135596800000000) * 10 + CAST(substr(s, 27, 1) AS INTEGER))
    ELSE kql_parse_any_datetime(s) END`,
];
