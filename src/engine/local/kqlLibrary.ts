/** What translated queries call inside DuckDB: the JavaScript functions and macros of `src/kql`. */
import type { ScalarFunction } from '../../kql/scalarFunction.ts';
import { timeMacros } from '../../kql/time/macros.ts';

export const kqlScalarFunctions: readonly ScalarFunction[] = [];

/** Complete statements, to run in this order after the functions are registered. */
export const kqlMacros: readonly string[] = timeMacros
  .slice(0, -1)
  .map((m) => `CREATE OR REPLACE MACRO ${m}`);
