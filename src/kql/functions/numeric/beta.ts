/** The beta distribution, and the test of means that rests on it. */

/** Coefficients of Lanczos' approximation with g = 7 and 9 terms, about 1e-15 relative. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const t = z + 7.5;
  const sum = lanczos.reduce((total, term, index) => (index === 0 ? term : total + term / (z + index)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

function isOutside(x: number, a: number, b: number): boolean {
  return !(x >= 0 && x <= 1 && a > 0 && b > 0);
}

/** The density at x; NaN outside of 0 to 1 or for a parameter that is not positive. */
export function betaDensity(x: number, a: number, b: number): number {
  if (isOutside(x, a, b)) return NaN;
  return Math.exp(power(x, a - 1) + power(1 - x, b - 1) - logBeta(a, b));
}

/** ln(x^n), with 0^0 = 1. */
function power(x: number, n: number): number {
  return n === 0 ? 0 : n * Math.log(x);
}

/**
 * The share of the distribution up to x, the regularised incomplete beta function; NaN as for the density. Source:
 * Abramowitz and Stegun, 26.5.8, by Lentz's method.
 */
export function betaCumulative(x: number, a: number, b: number): number {
  if (isOutside(x, a, b)) return NaN;
  if (x === 0 || x === 1) return x;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCumulative(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a;
  return front / fraction(x, a, b);
}

/** More steps than this are needed only by parameters beyond a million. */
const maxSteps = 10_000;
const tiny = 1e-300;

function fraction(x: number, a: number, b: number): number {
  let value = 1;
  let c = 1;
  let d = 0;
  for (let step = 1; step < maxSteps; step++) {
    const m = Math.floor(step / 2);
    const term =
      step % 2 === 0
        ? (m * (b - m) * x) / ((a + step - 1) * (a + step))
        : -((a + m) * (a + b + m) * x) / ((a + step - 1) * (a + step));
    d = 1 / nonzero(1 + term * d);
    c = nonzero(1 + term / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value;
}

function nonzero(x: number): number {
  return Math.abs(x) < tiny ? tiny : x;
}

/** The x up to which the distribution holds a share; NaN for a share outside of 0 to 1 or a parameter that is not positive. */
export function betaInverse(share: number, a: number, b: number): number {
  if (isOutside(share, a, b)) return NaN;
  let [low, high] = [0, 1];
  // Halving until the numbers in between run out is as exact as the distribution itself.
  for (let middle = 0.5; middle > low && middle < high; middle = (low + high) / 2) {
    if (betaCumulative(middle, a, b) < share) low = middle;
    else high = middle;
  }
  return high;
}

/** The mean, variance and size of a sample. */
export interface Sample {
  readonly mean: number;
  readonly variance: number;
  readonly count: number;
}

/** The p-value of Welch's two-sided t-test that two samples have the same mean. */
export function welchTest(first: Sample, second: Sample): number {
  const [one, two] = [first.variance / first.count, second.variance / second.count];
  const t = (first.mean - second.mean) / Math.sqrt(one + two);
  const freedom = (one + two) ** 2 / (one ** 2 / (first.count - 1) + two ** 2 / (second.count - 1));
  return betaCumulative(freedom / (freedom + t * t), freedom / 2, 0.5);
}
