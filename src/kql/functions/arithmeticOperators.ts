/**
 * `+`, `-`, `*`, `/`, `%` by the types of their operands. Whole numbers are computed as longs and wrap at 64 bits,
 * division by zero is null for them and infinite or NaN for reals, a remainder is never negative, and a datetime
 * outside the years 1 to 9999 is null.
 */
import type { Call, ScalarTranslator, SqlExpression } from '../expression.ts';
import { sqlTypes } from '../sql/literal.ts';
import type { ScalarType } from '../types.ts';
import { convert, longOf, realOf } from './convert.ts';

type Arithmetic = (left: SqlExpression, right: SqlExpression, call: Call) => string;

const timeTypes: readonly ScalarType[] = ['datetime', 'timespan'];

function isTime(value: SqlExpression): boolean {
  return timeTypes.includes(value.type);
}

/** Small enough that adding, subtracting or multiplying two of them cannot overflow 64 bits. */
function isSmall(value: SqlExpression): boolean {
  if (value.type === 'int' || value.type === 'bool') return true;
  return typeof value.constant === 'bigint' && value.constant >= -(2n ** 31n) && value.constant < 2n ** 31n;
}

const wrapping = { '+': 'kql_add', '-': 'kql_subtract', '*': 'kql_multiply' } as const;
type WrappingOperator = keyof typeof wrapping;

/**
 * Long arithmetic that wraps. The macros evaluate their operands a second time when the sum overflows, so a nested
 * operand, whose text would double with each level, takes the slower form that holds it once.
 */
function wholeNumbers(operator: WrappingOperator, left: SqlExpression, right: SqlExpression): string {
  const [a, b] = [longOf(left), longOf(right)];
  if (isSmall(left) && isSmall(right)) return `(${a} ${operator} ${b})`;
  if (!/kql_(add|subtract|multiply)\(/.test(a + b)) return `${wrapping[operator]}(${a}, ${b})`;
  const wide = `CAST(${a} AS HUGEINT) ${operator} CAST(${b} AS HUGEINT)`;
  return `kql_wrap((${wide}) % 18446744073709551616)`;
}

function decimals(operator: string, left: SqlExpression, right: SqlExpression): string {
  const [a, b] = [convert(left, 'decimal'), convert(right, 'decimal')];
  if (operator === '+' || operator === '-') return `TRY(${a} ${operator} ${b})`;
  if (operator === '%') return `kql_modulo(${a}, ${b})`;
  const wide = `CAST(${a} AS DOUBLE) ${operator} CAST(${b} AS DOUBLE)`;
  return `TRY_CAST(${wide} AS ${sqlTypes.decimal})`;
}

/** Ticks plus or minus ticks; the result of the operation as the call's type has it. */
function times(operator: '+' | '-', left: SqlExpression, right: SqlExpression, call: Call): string {
  const sql = `TRY(${ticksOf(left)} ${operator} ${ticksOf(right)})`;
  return call.type === 'datetime' ? `kql_datetime(${sql})` : sql;
}

function ticksOf(value: SqlExpression): string {
  return isTime(value) ? value.sql : convert(value, value.type === 'dynamic' ? 'timespan' : 'long');
}

const additive =
  (operator: '+' | '-'): Arithmetic =>
  (left, right, call) => {
    if (isTime(left) || isTime(right)) return times(operator, left, right, call);
    if (call.type === 'decimal') return decimals(operator, left, right);
    if (call.type === 'real') return `(${realOf(left)} ${operator} ${realOf(right)})`;
    if (call.type === 'string') return call.unsupported(`'${call.name}' on strings; use strcat().`);
    return wholeNumbers(operator, left, right);
  };

const multiply: Arithmetic = (left, right, call) => {
  if (isTime(left) || isTime(right)) {
    const [span, factor] = isTime(left) ? [left, right] : [right, left];
    return factor.type === 'real' || factor.type === 'decimal' || factor.type === 'dynamic'
      ? `TRY_CAST(CAST(${span.sql} AS DOUBLE) * ${realOf(factor)} AS BIGINT)`
      : `TRY(${span.sql} * ${longOf(factor)})`;
  }
  if (call.type === 'decimal') return decimals('*', left, right);
  if (call.type === 'real') return `(${realOf(left)} * ${realOf(right)})`;
  return wholeNumbers('*', left, right);
};

const divide: Arithmetic = (left, right, call) => {
  if (isTime(left) && isTime(right)) return `(CAST(${left.sql} AS DOUBLE) / CAST(${right.sql} AS DOUBLE))`;
  if (isTime(left)) {
    return right.type === 'int' || right.type === 'long'
      ? `(${left.sql} // ${right.sql})`
      : `TRY_CAST(CAST(${left.sql} AS DOUBLE) / ${realOf(right)} AS BIGINT)`;
  }
  if (call.type === 'decimal') return decimals('/', left, right);
  if (call.type === 'real') return `(${realOf(left)} / ${realOf(right)})`;
  return `TRY(${longOf(left)} // ${longOf(right)})`;
};

const modulo: Arithmetic = (left, right, call) => {
  if (isTime(left)) return `kql_modulo(${left.sql}, ${ticksOf(right)})`;
  if (call.type === 'decimal') return decimals('%', left, right);
  if (call.type === 'real') return `kql_modulo_real(${realOf(left)}, ${realOf(right)})`;
  return `kql_modulo(${longOf(left)}, ${longOf(right)})`;
};

function operator(compute: Arithmetic): ScalarTranslator {
  return ([left, right], call) => {
    if (left === undefined || right === undefined) return call.invalid(`'${call.name}' needs two operands.`);
    return compute(left, right, call);
  };
}

export const arithmeticOperators: ReadonlyMap<string, ScalarTranslator> = new Map([
  ['AddExpression', operator(additive('+'))],
  ['SubtractExpression', operator(additive('-'))],
  ['MultiplyExpression', operator(multiply)],
  ['DivideExpression', operator(divide)],
  ['ModuloExpression', operator(modulo)],
]);
