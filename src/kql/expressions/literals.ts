/** Literals of the query text as SQL. */
import type { SqlExpression } from '../expression.ts';
import { errorAt } from '../queryError.ts';
import {
  intLiteral,
  jsonLiteral,
  longLiteral,
  nullLiteral,
  realLiteral,
  sqlTypes,
  stringLiteral,
} from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { parseDatetime } from '../time/parseDatetime.ts';
import { parseTimespan } from '../time/parseTimespan.ts';
import type { JsonValue, ScalarType } from '../types.ts';

/** Returns a string constant. */
export function stringConstant(text: string): SqlExpression {
  return { sql: stringLiteral(text), type: 'string', constant: text };
}

/** Returns the null of a type as a constant. */
export function nullConstant(type: ScalarType): SqlExpression {
  return { sql: nullLiteral(type), type, constant: null };
}

/** Returns a datetime or timespan constant. */
export function ticksConstant(ticks: bigint, type: 'datetime' | 'timespan'): SqlExpression {
  return { sql: longLiteral(ticks), type, constant: ticks };
}

/** Returns a dynamic constant. */
export function dynamicConstant(json: JsonValue): SqlExpression {
  return json === null
    ? nullConstant('dynamic')
    : { sql: jsonLiteral(json), type: 'dynamic', constant: { json } };
}

const literalTypes: Readonly<Record<string, ScalarType>> = {
  BooleanLiteralExpression: 'bool',
  IntLiteralExpression: 'int',
  LongLiteralExpression: 'long',
  RealLiteralExpression: 'real',
  DecimalLiteralExpression: 'decimal',
  DateTimeLiteralExpression: 'datetime',
  TimespanLiteralExpression: 'timespan',
  GuidLiteralExpression: 'guid',
};

/** Returns the literal of the text that stands inside `type(...)`, or undefined when it is no such value. */
export function parseLiteral(text: string, type: ScalarType): SqlExpression | undefined {
  const value = text.trim();
  if (value === 'null' || (value === '' && type !== 'string')) return nullConstant(type);
  switch (type) {
    case 'bool':
      return boolConstant(value);
    case 'int':
    case 'long': {
      const number = parseInteger(value);
      if (number === undefined) return undefined;
      return type === 'int'
        ? { sql: intLiteral(number), type, constant: number }
        : { sql: longLiteral(number), type, constant: number };
    }
    case 'real': {
      const number = parseReal(value);
      return number === undefined ? undefined : { sql: realLiteral(number), type, constant: number };
    }
    case 'decimal':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)
        ? { sql: `CAST(${stringLiteral(value)} AS ${sqlTypes.decimal})`, type, constant: value }
        : undefined;
    case 'guid':
      return /^\{?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?$/i.test(value)
        ? { sql: `CAST(${stringLiteral(value)} AS UUID)`, type, constant: value }
        : undefined;
    case 'datetime':
    case 'timespan': {
      const ticks = type === 'datetime' ? parseDatetime(unquoted(value)) : parseTimespan(unquoted(value));
      return ticks === null ? undefined : ticksConstant(ticks, type);
    }
    case 'string':
      return stringConstant(text);
    case 'dynamic':
      return undefined;
  }
}

/** Returns the constant of a literal node. */
export function translateLiteral(node: SyntaxNode): SqlExpression {
  const type = literalTypes[node.kind];
  const token = node.at(0) ?? node;
  const value = type === undefined ? undefined : parseLiteral(token.valueText, type);
  if (value === undefined) {
    throw errorAt(node, 'syntax', 'invalid-literal', `'${node.text}' is not a valid ${type ?? 'value'}.`);
  }
  return value;
}

/** Literal kinds that `translateLiteral` takes. */
export const literalKinds: readonly string[] = Object.keys(literalTypes);

/**
 * Returns the constant of a `dynamic(...)` node. A whole number that a JSON value here would round is written into the
 * SQL digit by digit; such a constant is none for the translator.
 */
export function translateDynamic(node: SyntaxNode): SqlExpression {
  const constant = dynamicConstant(jsonValueOf(node));
  const exact = jsonTextOf(node);
  return exact === undefined ? constant : { sql: `CAST(${stringLiteral(exact)} AS JSON)`, type: 'dynamic' };
}

/** JSON text of a whole number beyond 2^53; undefined for anything else. */
function jsonTextOf(node: SyntaxNode): string | undefined {
  if (node.kind === 'DynamicExpression') return jsonTextOf(node.child('Expression'));
  const isNegated = node.kind === 'UnaryMinusExpression';
  const literal = isNegated ? node.child('Expression') : node;
  if (literal.kind !== 'LongLiteralExpression') return undefined;
  const digits = parseInteger((literal.at(0) ?? literal).valueText);
  if (digits === undefined || digits <= BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return `${isNegated ? '-' : ''}${digits}`;
}

/** Returns the JSON value inside `dynamic(...)`. */
export function jsonValueOf(node: SyntaxNode): JsonValue {
  switch (node.kind) {
    case 'DynamicExpression':
      return jsonValueOf(node.child('Expression'));
    case 'JsonObjectExpression':
      return Object.fromEntries(
        node.list('Pairs').map((pair) => [pair.child('Name').valueText, jsonValueOf(pair.child('Value'))]),
      );
    case 'JsonArrayExpression':
      return node.list('Values').map(jsonValueOf);
    case 'StringLiteralExpression':
    case 'CompoundStringLiteralExpression':
      return node.stringValue;
    case 'NullLiteralExpression':
      return null;
    case 'UnaryMinusExpression': {
      const value = jsonValueOf(node.child('Expression'));
      return typeof value === 'number' ? -value : value;
    }
    case 'UnaryPlusExpression':
      return jsonValueOf(node.child('Expression'));
    default:
      return jsonOfConstant(node, translateLiteral(node));
  }
}

function jsonOfConstant(node: SyntaxNode, literal: SqlExpression): JsonValue {
  const { constant, type } = literal;
  if (type === 'datetime' || type === 'timespan') return (node.at(0) ?? node).valueText;
  if (constant === undefined || constant === null) return null;
  if (typeof constant === 'bigint') return Number(constant);
  if (typeof constant === 'object') return constant.json;
  return constant;
}

function boolConstant(value: string): SqlExpression | undefined {
  const word = value.toLowerCase();
  if (word === 'true' || word === '1') return { sql: 'true', type: 'bool', constant: true };
  if (word === 'false' || word === '0') return { sql: 'false', type: 'bool', constant: false };
  return undefined;
}

function parseInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(0x[0-9a-f]+|\d+)$/i.exec(text);
  if (match?.[2] === undefined) return undefined;
  const magnitude = BigInt(match[2]);
  return match[1] === '-' ? -magnitude : magnitude;
}

function parseReal(text: string): number | undefined {
  const word = text.toLowerCase();
  if (word === 'nan') return NaN;
  if (word === 'inf' || word === '+inf') return Infinity;
  if (word === '-inf') return -Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}
