/** Functions of numeric arrays. */
import type { ScalarTranslator } from '../expression.ts';
import { convert, jsonOf } from './convert.ts';
import { exact } from './entry.ts';
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
];

export const seriesFunctions: ScalarTable = Object.fromEntries(
  arities.map(([name, arity]) => [`series_${name}`, exact(series(name, arity))]),
);
