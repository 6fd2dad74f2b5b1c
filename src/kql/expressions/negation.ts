/** Unary minus. */
import type { SqlExpression } from '../expression.ts';
import { unsupportedAt } from '../queryError.ts';
import { longLiteral, realLiteral, intLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { parseLiteral } from './literals.ts';
import { translateExpression } from './translateExpression.ts';
import { withoutSubqueries } from './withoutSubqueries.ts';
import type { Scope } from './scope.ts';

/** Returns the negated value; constants stay constants, and the smallest long is written with its sign. */
export function translateNegation(node: SyntaxNode, scope: Scope): SqlExpression {
  const operand = node.child('Expression');
  if (operand.kind === 'LongLiteralExpression') {
    const value = parseLiteral(`-${(operand.at(0) ?? operand).valueText}`, 'long');
    if (value !== undefined) return value;
  }
  const value = translateExpression(operand, scope);
  const { constant, type } = value;
  if (typeof constant === 'bigint') {
    const isInt = type === 'int' && -constant < 2n ** 31n;
    const sql = isInt ? intLiteral(-constant) : longLiteral(-constant);
    return { sql, type: type === 'int' && !isInt ? 'long' : type, constant: -constant };
  }
  if (typeof constant === 'number') return { sql: realLiteral(-constant), type, constant: -constant };
  if (type === 'dynamic') return { sql: `(-TRY_CAST(${value.sql} AS DOUBLE))`, type: 'real' };
  if (type === 'bool' || type === 'string' || type === 'guid') throw unsupportedAt(node, `'-' on a ${type}`);
  // The least int has no counterpart among ints, and the least long is its own.
  if (type === 'int') return { sql: `(-CAST(${value.sql} AS BIGINT))`, type: 'long' };
  if (type === 'long') {
    const negated = ([long = value]: readonly SqlExpression[]) => `coalesce(TRY(-${long.sql}), ${long.sql})`;
    return { sql: withoutSubqueries(negated, [value], scope), type };
  }
  return { sql: `(-${value.sql})`, type };
}
