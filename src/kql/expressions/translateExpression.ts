/** Scalar expressions: one entry per kind of syntax node. */
import type { SqlExpression } from '../expression.ts';
import { errorAt, unsupportedAt } from '../queryError.ts';
import { equalCondition } from '../functions/comparisonOperators.ts';
import { binaryOperators } from '../functions/operators.ts';
import { scalarTypes } from '../types.ts';
import type { ScalarType } from '../types.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { callAt } from './call.ts';
import { translateFunctionCall } from './functionCall.ts';
import { literalKinds, stringConstant, translateDynamic, translateLiteral } from './literals.ts';
import { translateBetween, translateIn, translateTermSet } from './membership.ts';
import { translateElement, translatePath } from './paths.ts';
import { translateScalarName } from './names.ts';
import { translateToScalar } from './toscalar.ts';
import { translateNegation } from './negation.ts';
import { withoutSubqueries } from './withoutSubqueries.ts';
import type { Scope } from './scope.ts';

type ExpressionTranslator = (node: SyntaxNode, scope: Scope) => SqlExpression;

const translators = new Map<string, ExpressionTranslator>([
  ['NameReference', translateScalarName],
  ['ParenthesizedExpression', (node, scope) => translateExpression(node.child('Expression'), scope)],
  ['SimpleNamedExpression', (node, scope) => translateExpression(node.child('Expression'), scope)],
  ['StringLiteralExpression', (node) => stringConstant(node.stringValue)],
  ['CompoundStringLiteralExpression', (node) => stringConstant(node.stringValue)],
  ...literalKinds.map((kind): [string, ExpressionTranslator] => [kind, translateLiteral]),
  ['DynamicExpression', translateDynamic],
  ['TypeOfLiteralExpression', translateTypeOf],
  ['PathExpression', translatePath],
  ['ElementExpression', translateElement],
  ['FunctionCallExpression', translateFunctionCall],
  ['ToScalarExpression', translateToScalar],
  ['UnaryMinusExpression', translateNegation],
  ['UnaryPlusExpression', (node, scope) => translateExpression(node.child('Expression'), scope)],
  ['AndExpression', translateLogical],
  ['OrExpression', translateLogical],
  ['InExpression', translateIn],
  ['InCsExpression', translateIn],
  ['NotInExpression', translateIn],
  ['NotInCsExpression', translateIn],
  ['HasAnyExpression', translateTermSet],
  ['HasAllExpression', translateTermSet],
  ['BetweenExpression', translateBetween],
  ['NotBetweenExpression', translateBetween],
]);

/** Returns the SQL of a scalar expression. */
export function translateExpression(node: SyntaxNode, scope: Scope): SqlExpression {
  const translate =
    translators.get(node.kind) ?? (binaryOperators.has(node.kind) ? translateBinary : undefined);
  if (translate === undefined) throw unsupportedAt(node, `'${node.text.slice(0, 60)}'`);
  return translate(node, scope);
}

function translateBinary(node: SyntaxNode, scope: Scope): SqlExpression {
  const left = node.child('Left');
  const right = node.child('Right');
  const args = [translateExpression(left, scope), translateExpression(right, scope)];
  return applyOperator(node, args, [left, right], scope);
}

/** Returns the result of the registered operator of the node's kind. */
export function applyOperator(
  node: SyntaxNode,
  args: readonly SqlExpression[],
  nodes: readonly SyntaxNode[],
  scope: Scope,
): SqlExpression {
  const operator = binaryOperators.get(node.kind);
  if (operator === undefined) throw unsupportedAt(node, `'${node.text.slice(0, 60)}'`);
  const type = node.type ?? args[0]?.type ?? 'dynamic';
  const name = node.optional('Operator')?.text ?? node.kind;
  const call = callAt(node, name, type, nodes, scope);
  const sql = withoutSubqueries((values) => operator(values, call), args, scope);
  const [left, right] = args;
  if (node.kind !== 'EqualExpression' || left === undefined || right === undefined) return { sql, type };
  return { sql, type, condition: equalCondition(left, right) };
}

/**
 * `and` and `or` chains of any length: flattened first, then nested as a balanced tree, so that neither this
 * translation nor DuckDB's parser meets a depth that grows with the chain.
 */
function translateLogical(node: SyntaxNode, scope: Scope): SqlExpression {
  const word = node.kind === 'AndExpression' ? 'AND' : 'OR';
  const operands: SyntaxNode[] = [];
  const pending = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === node.kind) pending.push(next.child('Left'), next.child('Right'));
    else operands.push(next);
  }
  const parts = operands.reverse().map((operand) => translateExpression(operand, scope));
  return {
    sql: balanced(parts.map(booleanSql), word),
    type: 'bool',
    condition: balanced(parts.map(conditionSql), word),
  };
}

/** Returns SQL that is true where the condition holds, and false or null elsewhere: for filters and choices. */
export function conditionSql(value: SqlExpression): string {
  return value.condition ?? booleanSql(value);
}

/** Returns a condition's SQL; dynamic values count as the booleans they hold. */
export function booleanSql(value: SqlExpression): string {
  return value.type === 'bool' ? value.sql : `TRY_CAST(${value.sql} AS BOOLEAN)`;
}

const flatOperands = 200;

function balanced(parts: readonly string[], word: string): string {
  if (parts.length <= flatOperands)
    return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(` ${word} `)})`;
  const half = Math.floor(parts.length / 2);
  return `(${balanced(parts.slice(0, half), word)} ${word} ${balanced(parts.slice(half), word)})`;
}

function translateTypeOf(node: SyntaxNode): SqlExpression {
  return stringConstant(typeOfName(node));
}

/** Returns the type that `typeof(...)` names. */
export function typeOfName(node: SyntaxNode): ScalarType {
  const [first] = node.list('Types');
  return scalarTypeNamed(first ?? node);
}

const typeAliases: Readonly<Record<string, ScalarType>> = {
  boolean: 'bool',
  date: 'datetime',
  double: 'real',
  time: 'timespan',
  uuid: 'guid',
  uniqueid: 'guid',
  int64: 'long',
  int32: 'int',
  float: 'real',
  object: 'dynamic',
};

/** Returns the scalar type that a type node names. */
export function scalarTypeNamed(node: SyntaxNode): ScalarType {
  const name = node.text.toLowerCase();
  const type = scalarTypes.find((candidate) => candidate === name) ?? typeAliases[name];
  if (type === undefined) throw errorAt(node, 'semantic', 'unknown-type', `'${node.text}' is not a type.`);
  return type;
}
