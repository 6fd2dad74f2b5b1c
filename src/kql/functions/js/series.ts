/** Element-wise arithmetic of numeric arrays, gap filling and summaries. What is no number is null. */
import type { ScalarFunction } from '../../scalarFunction.ts';
import type { JsonValue } from '../../types.ts';
import { meanOf, varianceOf } from '../numeric/statistics.ts';
import { finite, isArray, jsonTextFunction } from './textFunction.ts';

/** The operations of `series_...` functions of one array. */
export const unarySeries: Readonly<Record<string, (x: number) => number>> = {
  abs: Math.abs,
  acos: Math.acos,
  asin: Math.asin,
  atan: Math.atan,
  ceiling: Math.ceil,
  cos: Math.cos,
  exp: Math.exp,
  floor: Math.floor,
  log: Math.log,
  sign: Math.sign,
  sin: Math.sin,
  tan: Math.tan,
};

/** The operations of `series_...` functions of two arrays, or of an array and a number. */
export const binarySeries: Readonly<Record<string, (x: number, y: number) => number | boolean>> = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  pow: (x, y) => x ** y,
  equals: (x, y) => x === y,
  not_equals: (x, y) => x !== y,
  less: (x, y) => x < y,
  less_equals: (x, y) => x <= y,
  greater: (x, y) => x > y,
  greater_equals: (x, y) => x >= y,
};

function numbersOf(value: JsonValue): number[] {
  return isArray(value) ? value.filter((item) => typeof item === 'number') : [];
}

function eachOf(operation: (x: number) => number): (series: JsonValue) => JsonValue {
  return (series) =>
    isArray(series) ? series.map((x) => (typeof x === 'number' ? finite(operation(x)) : null)) : null;
}

function itemAt(series: JsonValue, index: number): JsonValue {
  return isArray(series) ? (series[index] ?? null) : series;
}

function pairsOf(
  operation: (x: number, y: number) => number | boolean,
): (left: JsonValue, right: JsonValue) => JsonValue {
  return (left, right) => {
    if (!isArray(left) && !isArray(right)) return null;
    const length = Math.max(isArray(left) ? left.length : 0, isArray(right) ? right.length : 0);
    return Array.from({ length }, (_, index) => {
      const [x, y] = [itemAt(left, index), itemAt(right, index)];
      if (typeof x !== 'number' || typeof y !== 'number') return null;
      const result = operation(x, y);
      return typeof result === 'number' ? finite(result) : result;
    });
  };
}

/** Each missing place takes the last value before it; at the start there is none. */
function fillForward(series: JsonValue, missing: JsonValue): JsonValue {
  if (!isArray(series)) return null;
  let last: JsonValue = missing;
  return series.map((item) => (last = item === missing ? last : item));
}

function fillBackward(series: JsonValue, missing: JsonValue): JsonValue {
  const reversed = fillForward(isArray(series) ? [...series].reverse() : null, missing);
  return isArray(reversed) ? [...reversed].reverse() : null;
}

/** Gaps between two numbers lie on the line between them; gaps at the ends take the nearest number. */
function fillLinear(series: JsonValue): JsonValue {
  if (!isArray(series)) return null;
  const known = series.flatMap((item, index) => (typeof item === 'number' ? [{ index, item }] : []));
  return series.map((item, index) => {
    if (typeof item === 'number') return item;
    const before = known.filter((point) => point.index < index).at(-1);
    const after = known.find((point) => point.index > index);
    if (before === undefined || after === undefined) return (before ?? after)?.item ?? null;
    return before.item + ((after.item - before.item) * (index - before.index)) / (after.index - before.index);
  });
}

function stats(series: JsonValue): Readonly<Record<string, number>> | null {
  const values = numbersOf(series);
  if (!isArray(series) || values.length === 0) return null;
  const min = values.reduce((least, x) => Math.min(least, x));
  const max = values.reduce((greatest, x) => Math.max(greatest, x));
  const avg = meanOf(values);
  const variance = varianceOf(values);
  return {
    min,
    min_idx: series.indexOf(min),
    max,
    max_idx: series.indexOf(max),
    avg,
    stdev: Math.sqrt(variance),
    variance,
    sum: avg * values.length,
    len: series.length,
  };
}

const statsColumns = ['min', 'min_idx', 'max', 'max_idx', 'avg', 'stdev', 'variance'];

export const seriesJsFunctions: readonly ScalarFunction[] = [
  ...Object.entries(unarySeries).map(([name, operation]) =>
    jsonTextFunction(`kql_series_${name}`, 1, (series = null) => eachOf(operation)(series)),
  ),
  ...Object.entries(binarySeries).map(([name, operation]) =>
    jsonTextFunction(`kql_series_${name}`, 2, (left = null, right = null) => pairsOf(operation)(left, right)),
  ),
  jsonTextFunction('kql_series_dot_product', 2, (left = null, right = null) =>
    numbersOf(pairsOf((x, y) => x * y)(left, right)).reduce((sum, x) => sum + x, 0),
  ),
  jsonTextFunction('kql_series_sum', 1, (series = null) => numbersOf(series).reduce((sum, x) => sum + x, 0)),
  jsonTextFunction('kql_series_fill_forward', 2, (series = null, missing = null) =>
    fillForward(series, missing),
  ),
  jsonTextFunction('kql_series_fill_backward', 2, (series = null, missing = null) =>
    fillBackward(series, missing),
  ),
  jsonTextFunction('kql_series_fill_linear', 1, (series = null) => fillLinear(series)),
  jsonTextFunction('kql_series_fill_const', 2, (series = null, value = null) =>
    isArray(series) ? series.map((item) => item ?? value) : null,
  ),
  jsonTextFunction('kql_series_stats_dynamic', 1, (series = null) => stats(series)),
  jsonTextFunction('kql_series_stats', 1, (series = null) => {
    const all = stats(series);
    return all === null ? null : statsColumns.map((name) => all[name] ?? null);
  }),
];
