/** Linear filters and the discrete Fourier transform. */
import { sumOf } from './statistics.ts';

/** A finite impulse response filter; points before the start (and, centred, after the end) count as 0. */
export function firFilter(
  y: readonly number[],
  filter: readonly number[],
  isNormalized: boolean,
  isCentred: boolean,
): number[] {
  const divisor = isNormalized ? sumOf(filter) : 1;
  const ahead = isCentred ? Math.floor(filter.length / 2) : 0;
  return y.map(
    (_value, index) => sumOf(filter.map((weight, back) => weight * (y[index + ahead - back] ?? 0))) / divisor,
  );
}

/** An infinite impulse response filter: a[0] * out[i] = sum b[k] * y[i - k] - sum (k > 0) a[k] * out[i - k]. */
export function iirFilter(y: readonly number[], b: readonly number[], a: readonly number[]): number[] {
  const out: number[] = [];
  y.forEach((_value, index) => {
    const fresh = sumOf(b.map((weight, back) => weight * (y[index - back] ?? 0)));
    const fed = sumOf(a.map((weight, back) => (back === 0 ? 0 : weight * (out[index - back] ?? 0))));
    out.push((fresh - fed) / (a[0] ?? NaN));
  });
  return out;
}

export interface ComplexSeries {
  readonly real: readonly number[];
  readonly imaginary: readonly number[];
}

/**
 * The discrete Fourier transform, or its inverse (which divides by the length): Cooley and Tukey's by halves while the
 * length is even, the sum itself for an odd length.
 */
export function fourier({ real, imaginary }: ComplexSeries, isInverse: boolean): ComplexSeries {
  const { re, im } = transform(real, imaginary, isInverse ? 1 : -1);
  const divisor = isInverse ? real.length : 1;
  return { real: re.map((x) => x / divisor), imaginary: im.map((x) => x / divisor) };
}

function transform(
  real: readonly number[],
  imaginary: readonly number[],
  sign: 1 | -1,
): { re: number[]; im: number[] } {
  const n = real.length;
  if (n > 1 && n % 2 === 0) return combined(real, imaginary, sign);
  const re: number[] = [];
  const im: number[] = [];
  for (let k = 0; k < n; k++) {
    let [a, b] = [0, 0];
    for (let index = 0; index < n; index++) {
      const angle = (sign * 2 * Math.PI * ((index * k) % n)) / n;
      const [x, y] = [real[index] ?? 0, imaginary[index] ?? 0];
      a += x * Math.cos(angle) - y * Math.sin(angle);
      b += x * Math.sin(angle) + y * Math.cos(angle);
    }
    re.push(a);
    im.push(b);
  }
  return { re, im };
}

function combined(
  real: readonly number[],
  imaginary: readonly number[],
  sign: 1 | -1,
): { re: number[]; im: number[] } {
  const n = real.length;
  const isEven = (_value: number, index: number): boolean => index % 2 === 0;
  const isOdd = (_value: number, index: number): boolean => index % 2 === 1;
  const even = transform(real.filter(isEven), imaginary.filter(isEven), sign);
  const odd = transform(real.filter(isOdd), imaginary.filter(isOdd), sign);
  const re = new Array<number>(n);
  const im = new Array<number>(n);
  for (let k = 0; k < n / 2; k++) {
    const angle = (sign * 2 * Math.PI * k) / n;
    const [x, y] = [odd.re[k] ?? 0, odd.im[k] ?? 0];
    const [a, b] = [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];
    re[k] = (even.re[k] ?? 0) + a;
    im[k] = (even.im[k] ?? 0) + b;
    re[k + n / 2] = (even.re[k] ?? 0) - a;
    im[k + n / 2] = (even.im[k] ?? 0) - b;
  }
  return { re, im };
}
