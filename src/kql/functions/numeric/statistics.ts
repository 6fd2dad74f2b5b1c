/** Sums, means, quantiles and the like of plain arrays of numbers; of none, NaN. */

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export function meanOf(values: readonly number[]): number {
  return sumOf(values) / values.length;
}

/** Sum of the squared distances from the mean. */
export function squaresOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return sumOf(values.map((value) => (value - mean) ** 2));
}

/** The sample variance; 0 of a single value. */
export function varianceOf(values: readonly number[]): number {
  return values.length > 1 ? squaresOf(values) / (values.length - 1) : 0;
}

/** The value below which the share `part` of the values lies, between two neighbours by straight line. */
export function quantileOf(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return below + (above - below) * (at - Math.floor(at));
}

export function medianOf(values: readonly number[]): number {
  return quantileOf(values, 0.5);
}

export function dotProduct(left: readonly number[], right: readonly number[]): number {
  return sumOf(left.map((x, index) => x * (right[index] ?? NaN)));
}

/** Pearson's correlation coefficient of the pairs, computed from their deviations. */
export function correlationOf(left: readonly number[], right: readonly number[]): number {
  const [meanLeft, meanRight] = [meanOf(left), meanOf(right)];
  const a = left.map((x) => x - meanLeft);
  const b = right.map((x) => x - meanRight);
  return dotProduct(a, b) / Math.sqrt(dotProduct(a, a) * dotProduct(b, b));
}
