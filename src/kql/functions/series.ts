/** Functions of numeric arrays. */
import type { ScalarTranslator } from '../expression.ts';
import { convert, jsonOf } from './convert.ts';
import { differing, exact } from './entry.ts';
import type { ScalarTable } from './entry.ts';
import { binarySeries, unarySeries } from './js/series.ts';

/** Calls the JavaScript function of that name with `arity` JSON texts; arguments beyond it are refused. */
function series(name: string, arity: number): ScalarTranslator {
  return (args, call) => {
    if (args.length > arity) return call.unsupported(`${call.name}() with these further arguments.`, arity);
    const texts = Array.from({ length: arity }, (_, index) => {
      const arg = args[index];
      return arg === undefined ? 'CAST(NULL AS VARCHAR)' : `CAST(${jsonOf(arg)} AS VARCHAR)`;
    });
    const sql = `CAST(kql_series_${name}(${texts.join(', ')}) AS JSON)`;
    return convert({ sql, type: 'dynamic' }, call.type);
  };
}

const arities: readonly (readonly [name: string, arity: number])[] = [
  ...Object.keys(unarySeries).map((name) => [name, 1] as const),
  ...Object.keys(binarySeries).map((name) => [name, 2] as const),
  ['dot_product', 2],
  ['sum', 1],
  ['fill_forward', 2],
  ['fill_backward', 2],
  ['fill_linear', 1],
  ['fill_const', 2],
  ['stats_dynamic', 1],
  ['stats', 1],
  ['fit_line', 1],
  ['fit_line_dynamic', 1],
  ['fit_2lines', 1],
  ['fit_2lines_dynamic', 1],
  ['fit_poly', 3],
  ['fft', 2],
  ['ifft', 2],
  ['fir', 4],
  ['iir', 3],
  ['pearson_correlation', 2],
  ['cosine_similarity', 4],
  ['magnitude', 1],
  ['product', 1],
];

const periodScore =
  'The score of a period is the least autocorrelation at the period and at twice the period; the service does not publish its own.';
const fences =
  "Scores are distances beyond the quantiles in Tukey's manner, scaled for quantiles other than the quartiles; the service does not publish its scale.";

/** Functions whose method the service's documentation describes in part. */
const modelled: readonly (readonly [name: string, arity: number, how: string])[] = [
  ['periods_detect', 4, periodScore],
  ['periods_validate', 17, periodScore],
  ['seasonal', 2, periodScore],
  ['decompose', 5, periodScore],
  ['decompose_forecast', 5, periodScore],
  ['decompose_anomalies', 7, fences],
  ['outliers', 5, fences],
];

export const seriesFunctions: ScalarTable = Object.fromEntries([
  ...arities.map(([name, arity]) => [`series_${name}`, exact(series(name, arity))] as const),
  ...modelled.map(([name, arity, how]) => [`series_${name}`, differing(how, series(name, arity))] as const),
]);
