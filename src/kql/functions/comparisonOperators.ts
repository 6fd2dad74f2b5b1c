/**
 * `==`, `!=`, `<`, `<=`, `>`, `>=` with Kusto's nulls and NaN: a null equals nothing and differs from every value,
 * two nulls compare to null, and NaN, which DuckDB sorts above all numbers, compares like an IEEE number.
 */
import type { ScalarTranslator, SqlExpression } from '../expression.ts';
import type { ScalarType } from '../types.ts';
import { convert } from './convert.ts';

const numericRank: Partial<Record<ScalarType, number>> = { bool: 0, int: 1, long: 2, decimal: 3, real: 4 };

/** The type in which two values are compared. */
function commonType(left: SqlExpression, right: SqlExpression): ScalarType {
  if (left.type === right.type) return left.type;
  if (left.type === 'dynamic') return right.type;
  if (right.type === 'dynamic') return left.type;
  const [leftRank, rightRank] = [numericRank[left.type], numericRank[right.type]];
  if (leftRank === undefined || rightRank === undefined) {
    return left.type === 'string' ? right.type : right.type === 'string' ? left.type : 'long';
  }
  return leftRank > rightRank ? left.type : right.type;
}

function isKnown(value: SqlExpression): boolean {
  return value.constant !== undefined && value.constant !== null && !Number.isNaN(value.constant);
}

interface Comparison {
  readonly left: string;
  readonly right: string;
  readonly type: ScalarType;
  /** The operands that may be null or NaN at run time. */
  readonly unknown: readonly string[];
}

function comparisonOf(left: SqlExpression, right: SqlExpression): Comparison {
  const type = commonType(left, right);
  const [leftSql, rightSql] = [operand(left, type), operand(right, type)];
  const unknown = [...(isKnown(left) ? [] : [leftSql]), ...(isKnown(right) ? [] : [rightSql])];
  return { left: leftSql, right: rightSql, type, unknown };
}

function operand(value: SqlExpression, type: ScalarType): string {
  // Two dynamics are compared as the JSON texts they hold.
  if (type === 'dynamic') return `CAST(${value.sql} AS VARCHAR)`;
  return convert(value, type);
}

function equal({ left, right, type, unknown }: Comparison): string {
  if (type === 'string') return `(${left} = ${right})`;
  const conditions = [`${left} = ${right}`];
  const [first, second] = unknown;
  if (type === 'real' && second !== undefined) conditions.push(`NOT isnan(${left})`);
  if (second !== undefined) conditions.push(`(${left} IS NULL) = (${right} IS NULL)`);
  else if (first !== undefined) conditions.push(`${first} IS NOT NULL`);
  return `(${conditions.join(' AND ')})`;
}

/** Condition (see `SqlExpression`) of `==`: what tells null from false is left out. */
export function equalCondition(left: SqlExpression, right: SqlExpression): string {
  const comparison = comparisonOf(left, right);
  const plain = `${comparison.left} = ${comparison.right}`;
  const mayBothBeNaN = comparison.type === 'real' && comparison.unknown.length > 1;
  return mayBothBeNaN ? `(${plain} AND NOT isnan(${comparison.left}))` : `(${plain})`;
}

function notEqual({ left, right, type, unknown }: Comparison): string {
  if (type === 'string') return `(${left} <> ${right})`;
  const [, second] = unknown;
  if (second === undefined) return `(${left} IS DISTINCT FROM ${right})`;
  const conditions = [`${left} <> ${right}`];
  if (type === 'real') conditions.push(`isnan(${left})`);
  conditions.push(`(${left} IS NULL) <> (${right} IS NULL)`);
  return `(${conditions.join(' OR ')})`;
}

function ordered(operator: string, { left, right, type, unknown }: Comparison): string {
  const plain = `${left} ${operator} ${right}`;
  const greater = operator.startsWith('>') ? left : right;
  if (type !== 'real' || !unknown.includes(greater)) return `(${plain})`;
  return `(${plain} AND NOT isnan(${greater}))`;
}

function operator(compare: (comparison: Comparison) => string): ScalarTranslator {
  return ([left, right], call) => {
    if (left === undefined || right === undefined) return call.invalid(`'${call.name}' needs two operands.`);
    return compare(comparisonOf(left, right));
  };
}

export const comparisonOperators: ReadonlyMap<string, ScalarTranslator> = new Map([
  ['EqualExpression', operator(equal)],
  ['NotEqualExpression', operator(notEqual)],
  ['LessThanExpression', operator((comparison) => ordered('<', comparison))],
  ['LessThanOrEqualExpression', operator((comparison) => ordered('<=', comparison))],
  ['GreaterThanExpression', operator((comparison) => ordered('>', comparison))],
  ['GreaterThanOrEqualExpression', operator((comparison) => ordered('>=', comparison))],
]);
