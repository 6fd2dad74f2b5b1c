/** Rounding down to multiples: `bin`, `floor`, `bin_at`. */
import type { ScalarTranslator, SqlExpression } from '../expression.ts';
import type { ScalarType } from '../types.ts';
import { convert } from './convert.ts';
import { exact } from './entry.ts';
import type { ScalarTable } from './entry.ts';

const steps: Partial<Record<ScalarType, ScalarType>> = { datetime: 'timespan', timespan: 'timespan' };

/** A constant positive step needs no test, so that grouping by time stays plain integer arithmetic. */
function binned(value: string, step: SqlExpression, type: ScalarType): string {
  const stepSql = convert(step, steps[type] ?? type);
  if (type === 'real' || type === 'decimal') return `kql_bin_real(${value}, ${stepSql})`;
  const isPositive = typeof step.constant === 'bigint' && step.constant > 0n;
  if (type === 'datetime' && isPositive) return `(${value} - ${value} % ${stepSql})`;
  return `kql_bin(${value}, ${stepSql})`;
}

const bin: ScalarTranslator = ([value, step], call) => {
  if (value === undefined || step === undefined)
    return call.invalid(`${call.name}() needs a value and a step.`);
  const sql = binned(convert(value, call.type), step, call.type);
  return call.type === 'decimal' ? convert({ sql, type: 'real' }, 'decimal') : sql;
};

const binAt: ScalarTranslator = ([value, step, origin], call) => {
  if (value === undefined || step === undefined || origin === undefined) {
    return call.invalid('bin_at() needs a value, a step and a fixed point.');
  }
  const { type } = call;
  const fixed = convert(origin, type);
  const offset = `(${convert(value, type)} - ${fixed})`;
  const moved = `(${binned(offset, step, type === 'datetime' ? 'timespan' : type)} + ${fixed})`;
  return type === 'datetime' ? `kql_datetime(${moved})` : moved;
};

export const binFunctions: ScalarTable = {
  bin: exact(bin),
  floor: exact(bin),
  bin_at: exact(binAt),
};
