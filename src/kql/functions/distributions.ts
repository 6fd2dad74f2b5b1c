/** The beta distribution and Welch's test of two means. */
import { typed } from './entry.ts';
import type { ScalarTable } from './entry.ts';

export const distributionFunctions: ScalarTable = {
  beta_cdf: typed(['real'], (x, a, b) => `kql_beta_cdf(${x}, ${a}, ${b})`),
  beta_inv: typed(['real'], (share, a, b) => `kql_beta_inv(${share}, ${a}, ${b})`),
  beta_pdf: typed(['real'], (x, a, b) => `kql_beta_pdf(${x}, ${a}, ${b})`),
  welch_test: typed(
    ['real'],
    (mean1, variance1, count1, mean2, variance2, count2) =>
      `kql_welch_test(${[mean1, variance1, count1, mean2, variance2, count2].join(', ')})`,
  ),
};
