/** Order statistics as RITA takes them, in KQL: exact, where KQL's own percentiles are estimates. */

/**
 * `<table>Skew` with `Pair, Median, SkewScore, MadScore` of the values of `table` (columns `Pair` and `Value`).
 * Bowley skewness is (Q1 + Q3 - 2 Q2) / (Q3 - Q1), 0 when the quartiles lie less than 10 apart or the median is one of them
 * (RITA v5 `analysis/beacons.go:341-376`); Q1 and Q3 are the medians of the lower and the upper half. The median absolute
 * deviation scores (median - MAD) / median, and `whenSmall` when the median is below 1 (`:381-418`).
 */
export function dispersion(table: string, whenSmall: 0 | 1): string {
  return [
    `let ${table}Ranks = materialize(${ranked(table, 'Value')});`,
    `let ${table}Quartiles = ${table}Ranks`,
    `| extend Half = N / 2`,
    `| summarize Q1 = avgif(Value, Rank == (Half + 1) / 2 or Rank == (Half + 2) / 2),`,
    `    Q2 = avgif(Value, ${middle}),`,
    `    Q3 = avgif(Value, Rank - (N - Half) == (Half + 1) / 2 or Rank - (N - Half) == (Half + 2) / 2) by Pair;`,
    `let ${table}Deviations = ${table}`,
    `| join kind=inner ${table}Quartiles on Pair`,
    `| project Pair, Deviation = abs(Value - Q2);`,
    `let ${table}Spread = ${ranked(`${table}Deviations`, 'Deviation')}`,
    `| summarize Mad = avgif(Deviation, ${middle}) by Pair;`,
    `let ${table}Skew = ${table}Quartiles`,
    `| join kind=inner ${table}Spread on Pair`,
    `| extend Skew = iff(Q3 - Q1 < 10 or Q2 == Q1 or Q2 == Q3, 0.0, (Q1 + Q3 - 2 * Q2) / (Q3 - Q1))`,
    `| project Pair, Median = Q2, Mad, SkewScore = 1.0 - abs(Skew),`,
    `    MadScore = iff(Q2 < 1, ${whenSmall}.0, max_of(0.0, (Q2 - Mad) / Q2));`,
  ].join('\n');
}

/** Ranks that hold the median of `N` values: one, or the two in the middle. */
const middle = 'Rank == (N + 1) / 2 or Rank == (N + 2) / 2';

function ranked(table: string, value: string): string {
  return [
    table,
    `| sort by Pair asc, ${value} asc`,
    `| extend Rank = row_cumsum(1, Pair != prev(Pair))`,
    `| join kind=inner (${table} | summarize N = count() by Pair) on Pair`,
  ].join('\n');
}
