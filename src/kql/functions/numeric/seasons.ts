/** Periods of a series by autocorrelation, its seasonal and trend components, and outliers of what is left. */
import { fitLine } from './regression.ts';
import { meanOf, medianOf, quantileOf } from './statistics.ts';

/** Fewer points than this are no period that Kusto's documentation lets be found. */
const leastPeriod = 4;

export interface Period {
  readonly period: number;
  /** 0 to 1. */
  readonly score: number;
}

/** The autocorrelation at each lag up to half of the series, each divided by the number of its pairs (index 0 is 1). */
function autocorrelation(y: readonly number[]): number[] {
  const mean = meanOf(y.filter((value) => !Number.isNaN(value)));
  const d = y.map((value) => (Number.isNaN(value) ? 0 : value - mean));
  const variance = meanOf(d.map((value) => value * value));
  if (!(variance > 0)) return [];
  return Array.from({ length: Math.floor(y.length / 2) + 1 }, (_, lag) => {
    let sum = 0;
    for (let index = lag; index < d.length; index++) sum += (d[index] ?? 0) * (d[index - lag] ?? 0);
    return sum / ((d.length - lag) * variance);
  });
}

/** A period counts as far as the series resembles itself one period later and, where there is room, two. */
function scoreAt(correlations: readonly number[], period: number): number {
  const once = correlations[period] ?? 0;
  const twice = correlations[2 * period] ?? once;
  return Math.max(0, Math.min(1, once, twice));
}

/** The score of each given period. */
export function validatePeriods(y: readonly number[], periods: readonly number[]): number[] {
  const correlations = autocorrelation(y);
  return periods.map((period) =>
    period >= leastPeriod && period <= y.length / 2 ? scoreAt(correlations, Math.round(period)) : 0,
  );
}

/**
 * The most significant periods between `from` and `to` points, the best first: lags at which the autocorrelation has a
 * peak, without the multiples of a period that explain no more than it does, and without weaker neighbours that a
 * series of this length cannot tell from it (two frequencies must lie 1 / length apart).
 */
export function detectPeriods(y: readonly number[], from: number, to: number, count: number): Period[] {
  const correlations = autocorrelation(y);
  const peaks: Period[] = [];
  const last = Math.min(to, correlations.length - 1);
  for (let lag = Math.max(leastPeriod, Math.ceil(from)); lag <= last; lag++) {
    const at = correlations[lag] ?? 0;
    const isPeak = at > (correlations[lag - 1] ?? 0) && at >= (correlations[lag + 1] ?? -Infinity);
    const score = isPeak ? scoreAt(correlations, lag) : 0;
    if (score > 0) peaks.push({ period: lag, score });
  }
  return peaks
    .filter(({ period, score }) => !peaks.some((peak) => explains(peak, period, score, y.length)))
    .sort((a, b) => b.score - a.score)
    .slice(0, count);
}

function explains(peak: Period, period: number, score: number, length: number): boolean {
  const times = Math.round(period / peak.period);
  const isMultiple = times >= 2 && Math.abs(period - times * peak.period) <= times / 2;
  if (isMultiple && score <= peak.score * 1.05) return true;
  return score < peak.score && Math.abs(1 / period - 1 / peak.period) < 1 / length;
}

/** The median of the known points of each phase, along the series. */
export function seasonalOf(y: readonly number[], period: number, known = y.length): number[] {
  const medians = Array.from({ length: period }, (_, phase) => {
    const values = y.filter(
      (value, index) => index < known && index % period === phase && !Number.isNaN(value),
    );
    return values.length === 0 ? 0 : medianOf(values);
  });
  return y.map((_value, index) => medians[index % period] ?? 0);
}

export type Trend = 'avg' | 'linefit' | 'none';

export interface Decomposition {
  readonly baseline: readonly number[];
  readonly seasonal: readonly number[];
  readonly trend: readonly number[];
  readonly residual: readonly number[];
}

/**
 * Seasonal component, trend of the rest, baseline (their sum) and residual, in that order, as the documentation of
 * `series_decompose` describes them. `seasonality` is a period, 0 for none, or -1 to detect one whose score reaches
 * `threshold`; the last `testPoints` points are not learnt from.
 */
export function decompose(
  y: readonly number[],
  { seasonality, trend, testPoints, threshold }: DecomposeOptions,
): Decomposition {
  const known = Math.max(0, y.length - testPoints);
  const learnt = y.slice(0, known);
  const period = seasonality >= 0 ? Math.round(seasonality) : detectedPeriod(learnt, threshold);
  const seasonal = period > 0 ? seasonalOf(y, period, known) : y.map(() => 0);
  const rest = learnt.map((value, index) => value - (seasonal[index] ?? 0));
  const level = trendOf(rest, trend);
  const trendSeries = y.map((_value, index) => level(index));
  const baseline = trendSeries.map((value, index) => value + (seasonal[index] ?? 0));
  const residual = y.map((value, index) => value - (baseline[index] ?? 0));
  return { baseline, seasonal, trend: trendSeries, residual };
}

export interface DecomposeOptions {
  readonly seasonality: number;
  readonly trend: Trend;
  readonly testPoints: number;
  readonly threshold: number;
}

function detectedPeriod(y: readonly number[], threshold: number): number {
  const [best] = detectPeriods(y, 0, y.length, 1);
  return best !== undefined && best.score >= threshold ? best.period : 0;
}

function trendOf(rest: readonly number[], trend: Trend): (index: number) => number {
  if (trend === 'none') return () => 0;
  if (trend === 'linefit') {
    const { slope, interception } = fitLine(rest);
    return (index) => slope * index + interception;
  }
  const mean = meanOf(rest.filter((value) => !Number.isNaN(value)));
  return () => mean;
}

/**
 * Tukey's fences: how far each point lies outside of the quantiles, in their distance; 0 between them. For quantiles
 * other than the quartiles the distance is scaled so that a score means the same of normally distributed values.
 */
export function outlierScores(y: readonly number[], low = 0.1, high = 0.9): number[] {
  const known = y.filter((value) => Number.isFinite(value));
  const [bottom, top] = [quantileOf(known, low), quantileOf(known, high)];
  const range = top - bottom;
  const scale = low === 0.25 && high === 0.75 ? 1 : fenceScale(high);
  return y.map((value) => {
    if (!Number.isFinite(value)) return 0;
    const beyond = value > top ? value - top : value < bottom ? value - bottom : 0;
    return beyond === 0 ? 0 : range === 0 ? Math.sign(beyond) * Infinity : (beyond / range) * scale;
  });
}

/** In a normal distribution Tukey's fence of 1.5 lies at 2.698 standard deviations; the quantile's place is its z. */
function fenceScale(high: number): number {
  const z = normalQuantile(Math.max(high, 0.5001));
  const distance = (2.698 - z) / (2 * z);
  return distance > 0 ? 1.5 / distance : 1;
}

/** The standard normal quantile of a share above one half (Abramowitz and Stegun 26.2.23, error below 4.5e-4). */
function normalQuantile(part: number): number {
  const t = Math.sqrt(-2 * Math.log(1 - part));
  return (
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
  );
}
