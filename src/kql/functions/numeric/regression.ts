/** Least squares: a line, two lines with a break, a polynomial. Missing points (NaN) carry no weight. */
import { meanOf, squaresOf, sumOf } from './statistics.ts';

export interface Fit {
  readonly fitted: readonly number[];
  /** Share of the variance that the fit explains. */
  readonly rsquare: number;
  /** Sample variance of the points. */
  readonly variance: number;
  /** Variance of the points around the fit, with the same divisor. */
  readonly rvariance: number;
}

export interface LineFit extends Fit {
  readonly slope: number;
  readonly interception: number;
}

export interface TwoLinesFit extends Fit {
  /** First index of the right line. */
  readonly splitIndex: number;
  readonly left: LineFit;
  readonly right: LineFit;
}

export interface PolynomialFit extends Fit {
  /** The highest degree first. */
  readonly coefficients: readonly number[];
}

/** How well `fitted` follows `y`. */
function quality(y: readonly number[], fitted: readonly number[]): Fit {
  const known = y.filter((value) => !Number.isNaN(value));
  const total = squaresOf(known);
  const residual = sumOf(
    y.map((value, index) => (Number.isNaN(value) ? 0 : (value - (fitted[index] ?? NaN)) ** 2)),
  );
  const divisor = Math.max(1, known.length - 1);
  return {
    fitted,
    rsquare: total === 0 ? (residual === 0 ? 1 : 0) : Math.max(0, 1 - residual / total),
    variance: total / divisor,
    rvariance: residual / divisor,
  };
}

/** The line `y = slope * x + interception` over x = 0, 1, 2, ... */
export function fitLine(y: readonly number[]): LineFit {
  const points = y.flatMap((value, x) => (Number.isNaN(value) ? [] : [{ x, value }]));
  const meanX = meanOf(points.map(({ x }) => x));
  const meanY = meanOf(points.map(({ value }) => value));
  const spread = sumOf(points.map(({ x }) => (x - meanX) ** 2));
  const shared = sumOf(points.map(({ x, value }) => (x - meanX) * (value - meanY)));
  const slope = spread === 0 ? 0 : shared / spread;
  const interception = meanY - slope * meanX;
  const fitted = y.map((_value, x) => slope * x + interception);
  return { slope, interception, ...quality(y, fitted) };
}

/** The two lines, left and right of the break, that together leave the smallest residuals; each has two points at least. */
export function fitTwoLines(y: readonly number[]): TwoLinesFit | undefined {
  let splitIndex = 0;
  let least = Infinity;
  const residuals = prefixResiduals(y);
  const reversed = prefixResiduals([...y].reverse());
  for (let split = 2; split <= y.length - 2; split++) {
    const residual = (residuals[split] ?? NaN) + (reversed[y.length - split] ?? NaN);
    if (residual < least - 1e-12) [least, splitIndex] = [residual, split];
  }
  if (splitIndex === 0) return undefined;
  const left = fitLine(y.slice(0, splitIndex));
  const right = fitLine(y.slice(splitIndex));
  return { splitIndex, left, right, ...quality(y, [...left.fitted, ...right.fitted]) };
}

/** The squared residuals of the line through the first 0, 1, 2, ... points, from running sums. */
function prefixResiduals(y: readonly number[]): number[] {
  let [n, x1, x2, y1, y2, xy] = [0, 0, 0, 0, 0, 0];
  const base = meanOf(y.filter((value) => !Number.isNaN(value)));
  const result = [0];
  y.forEach((value, x) => {
    if (!Number.isNaN(value)) {
      const d = value - base;
      [n, x1, x2, y1, y2, xy] = [n + 1, x1 + x, x2 + x * x, y1 + d, y2 + d * d, xy + x * d];
    }
    const spread = n * x2 - x1 * x1;
    const total = n === 0 ? 0 : y2 - (y1 * y1) / n;
    const explained = spread === 0 ? 0 : (n * xy - x1 * y1) ** 2 / (n * spread);
    result.push(Math.max(0, total - explained));
  });
  return result;
}

/** The polynomial of that degree over `x` (0, 1, 2, ... unless given), by the normal equations on centred, scaled x. */
export function fitPolynomial(
  y: readonly number[],
  degree: number,
  x: readonly number[] = y.map((_value, index) => index),
): PolynomialFit {
  const centre = meanOf(x);
  const scale = Math.max(...x.map((value) => Math.abs(value - centre))) || 1;
  const size = degree + 1;
  const matrix = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  y.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    const t = ((x[index] ?? NaN) - centre) / scale;
    matrix.forEach((row, i) => {
      for (let j = 0; j < size; j++) row[j] = (row[j] ?? 0) + t ** (i + j);
      row[size] = (row[size] ?? 0) + value * t ** i;
    });
  });
  const scaled = solve(matrix);
  const ascending = expanded(scaled, centre, scale);
  const fitted = x.map((value) =>
    scaled.reduceRight((sum, coefficient) => sum * ((value - centre) / scale) + coefficient, 0),
  );
  return { coefficients: [...ascending].reverse(), ...quality(y, fitted) };
}

/** Gauss's elimination with pivots; the last column is the right side. */
function solve(matrix: number[][]): number[] {
  const size = matrix.length;
  for (let column = 0; column < size; column++) {
    const pivot = matrix
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column] ?? 0) > Math.abs(best[column] ?? 0) ? row : best));
    matrix.splice(matrix.indexOf(pivot), 1);
    matrix.splice(column, 0, pivot);
    matrix.forEach((row, index) => {
      if (index === column) return;
      const factor = (row[column] ?? 0) / (pivot[column] ?? NaN);
      pivot.forEach((value, at) => (row[at] = (row[at] ?? 0) - factor * value));
    });
  }
  return matrix.map((row, index) => (row[size] ?? NaN) / (row[index] ?? NaN));
}

/** Coefficients in ((x - centre) / scale), lowest degree first, as coefficients in x. */
function expanded(coefficients: readonly number[], centre: number, scale: number): number[] {
  return coefficients.reduceRight<number[]>((polynomial, coefficient) => {
    const next = new Array<number>(polynomial.length + 1).fill(0);
    polynomial.forEach((value, power) => {
      next[power] = (next[power] ?? 0) - (value * centre) / scale;
      next[power + 1] = (next[power + 1] ?? 0) + value / scale;
    });
    next[0] = (next[0] ?? 0) + coefficient;
    return next.slice(0, coefficients.length);
  }, []);
}
