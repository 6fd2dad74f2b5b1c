/** Choices between values. A null condition counts as false. */
import type { ScalarTranslator, SqlExpression } from '../expression.ts';
import type { ScalarType } from '../types.ts';
import { convert } from './convert.ts';
import { exact } from './entry.ts';
import type { ScalarTable } from './entry.ts';

const iff: ScalarTranslator = ([condition, whenTrue, whenFalse], call) => {
  if (condition === undefined || whenTrue === undefined || whenFalse === undefined) {
    return call.invalid(`${call.name}() needs a condition and two values.`);
  }
  const test = condition.condition ?? convert(condition, 'bool');
  return `CASE WHEN ${test} THEN ${convert(whenTrue, call.type)} ELSE ${convert(whenFalse, call.type)} END`;
};

const cases: ScalarTranslator = (args, call) => {
  const otherwise = args.at(-1);
  if (otherwise === undefined || args.length % 2 === 0)
    return call.invalid('case() needs pairs and a last value.');
  const branches: string[] = [];
  for (let index = 0; index + 1 < args.length; index += 2) {
    const [condition, value] = [args[index], args[index + 1]];
    if (condition === undefined || value === undefined) break;
    branches.push(
      `WHEN ${condition.condition ?? convert(condition, 'bool')} THEN ${convert(value, call.type)}`,
    );
  }
  return `CASE ${branches.join(' ')} ELSE ${convert(otherwise, call.type)} END`;
};

/** The first that is not null, for strings the first that is not empty. */
const coalesce: ScalarTranslator = (args, call) => {
  const values = args.map((arg) => present(arg, call.type));
  return call.type === 'string' ? `coalesce(${values.join(', ')}, '')` : `coalesce(${values.join(', ')})`;
};

function present(value: SqlExpression, type: ScalarType): string {
  const sql = convert(value, type);
  return type === 'string' ? `nullif(${sql}, '')` : sql;
}

export const conditionalFunctions: ScalarTable = {
  iff: exact(iff),
  iif: exact(iff),
  case: exact(cases),
  coalesce: exact(coalesce),
  not: exact(([value], call) => {
    if (value === undefined) return call.invalid('not() needs a value.');
    return `(NOT ${convert(value, 'bool')})`;
  }),
};
