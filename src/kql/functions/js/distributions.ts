/** The beta distribution and Welch's test; null when an argument is null. */
import type { ScalarFunction } from '../../scalarFunction.ts';
import { betaCumulative, betaDensity, betaInverse, welchTest } from '../numeric/beta.ts';

function ofReals(name: string, arity: number, compute: (...numbers: number[]) => number): ScalarFunction {
  return {
    name,
    parameters: Array.from({ length: arity }, () => 'DOUBLE' as const),
    returns: 'DOUBLE',
    call: (...values) => {
      const numbers = values.filter((value) => typeof value === 'number');
      return numbers.length < arity ? null : compute(...numbers);
    },
  };
}

export const distributionJsFunctions: readonly ScalarFunction[] = [
  ofReals('kql_beta_cdf', 3, (x = NaN, a = NaN, b = NaN) => betaCumulative(x, a, b)),
  ofReals('kql_beta_inv', 3, (share = NaN, a = NaN, b = NaN) => betaInverse(share, a, b)),
  ofReals('kql_beta_pdf', 3, (x = NaN, a = NaN, b = NaN) => betaDensity(x, a, b)),
  ofReals(
    'kql_welch_test',
    6,
    (mean1 = NaN, variance1 = NaN, count1 = NaN, mean2 = NaN, variance2 = NaN, count2 = NaN) =>
      welchTest(
        { mean: mean1, variance: variance1, count: count1 },
        { mean: mean2, variance: variance2, count: count2 },
      ),
  ),
];
