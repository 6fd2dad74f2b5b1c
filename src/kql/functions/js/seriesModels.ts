/**
 * Regressions, periods, decompositions, outliers and filters of numeric arrays. A function that Kusto gives several
 * columns returns them as one array, in Kusto's order.
 */
import type { ScalarFunction } from '../../scalarFunction.ts';
import type { JsonValue } from '../../types.ts';
import { firFilter, fourier, iirFilter } from '../numeric/filters.ts';
import { fitLine, fitPolynomial, fitTwoLines } from '../numeric/regression.ts';
import type { LineFit } from '../numeric/regression.ts';
import { decompose, detectPeriods, outlierScores, seasonalOf, validatePeriods } from '../numeric/seasons.ts';
import type { Trend } from '../numeric/seasons.ts';
import { correlationOf, dotProduct } from '../numeric/statistics.ts';
import { finite, isArray, jsonTextFunction } from './textFunction.ts';

/** The elements as numbers, NaN where one is none; undefined for what is no array or is empty. */
function numbersOf(series: JsonValue | undefined): number[] | undefined {
  if (!isArray(series) || series.length === 0) return undefined;
  return series.map((item) => (typeof item === 'number' ? item : NaN));
}

function numberOr(value: JsonValue | undefined, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}

function array(values: readonly number[]): JsonValue {
  return values.map(finite);
}

type Compute = (y: readonly number[], ...rest: JsonValue[]) => JsonValue;

function ofSeries(name: string, arity: number, compute: Compute): ScalarFunction {
  return jsonTextFunction(`kql_series_${name}`, arity, (series = null, ...rest) => {
    const y = numbersOf(series);
    return y === undefined ? null : compute(y, ...rest);
  });
}

/** A function of two arrays of numbers and further arguments. */
function ofTwo(
  name: string,
  arity: number,
  compute: (left: readonly number[], right: readonly number[], ...rest: JsonValue[]) => JsonValue,
): ScalarFunction {
  return ofSeries(name, arity, (left, other = null, ...rest) => {
    const right = numbersOf(other);
    return right === undefined ? null : compute(left, right, ...rest);
  });
}

/** The service counts the points from 1, so that its interception lies one step before the first point. */
function lineColumns({ rsquare, slope, variance, rvariance, interception, fitted }: LineFit): JsonValue[] {
  const atZero = interception - slope;
  return [...[rsquare, slope, variance, rvariance, atZero].map(finite), array(fitted)];
}

function sideColumns({ rsquare, slope, interception, variance, rvariance }: LineFit): JsonValue[] {
  return [rsquare, slope, interception - slope, variance, rvariance].map(finite);
}

function twoLines(y: readonly number[]): JsonValue {
  const fit = fitTwoLines(y);
  if (fit === undefined) return null;
  return [
    finite(fit.rsquare),
    fit.splitIndex,
    finite(fit.variance),
    finite(fit.rvariance),
    array(fit.fitted),
    ...sideColumns(fit.right),
    ...sideColumns(fit.left),
  ];
}

/** The tuple as a bag with the columns' names, as the `_dynamic` form of a function returns it. */
function bagOf(names: readonly string[], tuple: JsonValue): JsonValue {
  return isArray(tuple) ? Object.fromEntries(names.map((name, index) => [name, tuple[index] ?? null])) : null;
}

const lineNames = ['rsquare', 'slope', 'variance', 'rvariance', 'interception', 'line_fit'];
const sideNames = ['rsquare', 'slope', 'interception', 'variance', 'rvariance'];

function twoLinesBag(y: readonly number[]): JsonValue {
  const tuple = twoLines(y);
  if (!isArray(tuple)) return null;
  const whole = ['rsquare', 'split_idx', 'variance', 'rvariance', 'line_fit'];
  return {
    ...Object.fromEntries(whole.map((name, index) => [name, tuple[index] ?? null])),
    right: bagOf(sideNames, tuple.slice(5, 10)),
    left: bagOf(sideNames, tuple.slice(10)),
  };
}

/** `fitPolynomial` over given x values (`y, x, degree`) or over places (`y, degree`). */
function polynomial(y: readonly number[], second?: JsonValue, third?: JsonValue): JsonValue {
  const x = numbersOf(second);
  const degree = x === undefined ? numberOr(second, 2) : numberOr(third, 2);
  if (degree < 1 || degree > 10 || degree >= y.length) return null;
  const { rsquare, coefficients, variance, rvariance, fitted } = fitPolynomial(y, degree, x);
  return [finite(rsquare), array(coefficients), finite(variance), finite(rvariance), array(fitted)];
}

function trendOf(value: JsonValue | undefined, fallback: Trend): Trend {
  return value === 'linefit' || value === 'none' || value === 'avg' ? value : fallback;
}

const defaultSeasonalityThreshold = 0.6;
const defaultAnomalyThreshold = 1.5;

function decomposed(
  y: readonly number[],
  [seasonality, trend, testPoints, threshold]: readonly (JsonValue | undefined)[],
  defaultTrend: Trend = 'avg',
): ReturnType<typeof decompose> {
  return decompose(y, {
    seasonality: numberOr(seasonality, -1),
    trend: trendOf(trend, defaultTrend),
    testPoints: numberOr(testPoints, 0),
    threshold: numberOr(threshold, defaultSeasonalityThreshold),
  });
}

function components({ baseline, seasonal, trend, residual }: ReturnType<typeof decompose>): JsonValue {
  return [baseline, seasonal, trend, residual].map(array);
}

function anomalies(
  y: readonly number[],
  threshold?: JsonValue,
  seasonality?: JsonValue,
  trend?: JsonValue,
  testPoints?: JsonValue,
  method?: JsonValue,
  seasonalityThreshold?: JsonValue,
): JsonValue {
  const { baseline, residual } = decomposed(y, [seasonality, trend, testPoints, seasonalityThreshold]);
  const scores = method === 'tukey' ? outlierScores(residual, 0.25, 0.75) : outlierScores(residual);
  const least = numberOr(threshold, defaultAnomalyThreshold);
  const flags = scores.map((score) => (score >= least ? 1 : score <= -least ? -1 : 0));
  return [array(flags), array(scores), array(baseline)];
}

function forecast(
  y: readonly number[],
  points?: JsonValue,
  seasonality?: JsonValue,
  ...rest: JsonValue[]
): JsonValue {
  const [trend, threshold] = rest;
  return components(decomposed(y, [seasonality, trend, points, threshold], 'linefit'));
}

function outliers(
  y: readonly number[],
  kind?: JsonValue,
  ignored?: JsonValue,
  low?: JsonValue,
  high?: JsonValue,
): JsonValue {
  const known = y.map((value) => (value === ignored ? NaN : value));
  if (kind === 'tukey') return array(outlierScores(known, 0.25, 0.75));
  return array(outlierScores(known, numberOr(low, 10) / 100, numberOr(high, 90) / 100));
}

function periods(y: readonly number[], from?: JsonValue, to?: JsonValue, count?: JsonValue): JsonValue {
  const wanted = numberOr(count, 1);
  const found = detectPeriods(y, numberOr(from, 0), numberOr(to, y.length), wanted);
  const padded = Array.from({ length: wanted }, (_, index) => found[index] ?? { period: 0, score: 0 });
  return [padded.map(({ period }) => period), array(padded.map(({ score }) => score))];
}

/** The periods are given as one array or one by one. */
function validated(y: readonly number[], ...given: JsonValue[]): JsonValue {
  const wanted = given
    .flatMap((item) => (isArray(item) ? item : [item]))
    .filter((item) => typeof item === 'number');
  return [wanted, array(validatePeriods(y, wanted))];
}

function seasonal(y: readonly number[], period?: JsonValue): JsonValue {
  if (typeof period === 'number' && period > 0) return array(seasonalOf(y, Math.round(period)));
  return array(decomposed(y, [period ?? -1]).seasonal);
}

function transformed(y: readonly number[], imaginary: JsonValue | undefined, isInverse: boolean): JsonValue {
  const other = numbersOf(imaginary) ?? y.map(() => 0);
  const result = fourier({ real: y, imaginary: other }, isInverse);
  return [array(result.real), array(result.imaginary)];
}

/** Normalized unless a coefficient is negative. */
function fir(
  y: readonly number[],
  filter: readonly number[],
  normalize?: JsonValue,
  centre?: JsonValue,
): JsonValue {
  const isNormalized = typeof normalize === 'boolean' ? normalize : filter.every((weight) => weight >= 0);
  return array(firFilter(y, filter, isNormalized, centre === true));
}

function sameLength(compute: (a: readonly number[], b: readonly number[]) => number) {
  return (left: readonly number[], right: readonly number[]): JsonValue =>
    left.length === right.length ? finite(compute(left, right)) : null;
}

export const seriesModelJsFunctions: readonly ScalarFunction[] = [
  ofSeries('fit_line', 1, (y) => lineColumns(fitLine(y))),
  ofSeries('fit_line_dynamic', 1, (y) => bagOf(lineNames, lineColumns(fitLine(y)))),
  ofSeries('fit_2lines', 1, twoLines),
  ofSeries('fit_2lines_dynamic', 1, twoLinesBag),
  ofSeries('fit_poly', 3, polynomial),
  ofSeries('decompose', 5, (y, ...options) => components(decomposed(y, options))),
  ofSeries('decompose_forecast', 5, forecast),
  ofSeries('decompose_anomalies', 7, anomalies),
  ofSeries('outliers', 5, outliers),
  ofSeries('periods_detect', 4, periods),
  ofSeries('periods_validate', 17, validated),
  ofSeries('seasonal', 2, seasonal),
  ofSeries('fft', 2, (y, imaginary) => transformed(y, imaginary, false)),
  ofSeries('ifft', 2, (y, imaginary) => transformed(y, imaginary, true)),
  ofTwo('fir', 4, fir),
  jsonTextFunction('kql_series_iir', 3, (series = null, numerators = null, denominators = null) => {
    const [y, b, a] = [numbersOf(series), numbersOf(numerators), numbersOf(denominators)];
    return y === undefined || b === undefined || a === undefined ? null : array(iirFilter(y, b, a));
  }),
  ofTwo('pearson_correlation', 2, sameLength(correlationOf)),
  ofTwo(
    'cosine_similarity',
    4,
    sameLength((a, b) => dotProduct(a, b) / Math.sqrt(dotProduct(a, a) * dotProduct(b, b))),
  ),
  ofSeries('magnitude', 1, (y) => finite(Math.sqrt(dotProduct(y, y)))),
  ofSeries('product', 1, (y) => finite(y.reduce((product, value) => product * value, 1))),
];
