/** Aggregates that yield several columns: `arg_max`, `arg_min`, `take_any` and `percentiles`. */
import type { SqlExpression } from '../expression.ts';
import { argumentsOf } from '../expressions/functionCall.ts';
import { nameOf } from '../expressions/paths.ts';
import type { Scope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { errorAt } from '../queryError.ts';
import { identifier } from '../sql/identifier.ts';
import { intLiteral, longLiteral, realLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { ScalarType } from '../types.ts';
import { isPercentileColumns, percentileColumns } from './percentileColumns.ts';

/** Aggregates of `summarize` with several columns, each with its name of today. */
export const extremes: Readonly<Record<string, 'arg_max' | 'arg_min'>> = {
  arg_max: 'arg_max',
  argmax: 'arg_max',
  arg_min: 'arg_min',
  argmin: 'arg_min',
};

const anyRow: ReadonlySet<string> = new Set(['take_any', 'any', 'take_anyif', 'anyif']);

interface Output {
  readonly name: string | undefined;
  readonly value: SqlExpression;
}

/** The call is one of these aggregates. */
export function isMultiColumn(node: SyntaxNode): boolean {
  if (node.kind !== 'FunctionCallExpression') return false;
  const name = nameOf(node.child('Name'));
  return extremes[name] !== undefined || anyRow.has(name) || isPercentileColumns(node);
}

/** The call itself of an item that may give its columns names. */
function callOf(item: SyntaxNode): SyntaxNode {
  return item.kind.endsWith('NamedExpression') ? item.child('Expression') : item;
}

/** One row's values, and how the row is chosen. */
interface PickedRow {
  readonly extreme: 'arg_max' | 'arg_min' | undefined;
  readonly condition: SyntaxNode | undefined;
  /** The first is the value that rows compare by, where there is an extreme. */
  readonly picked: readonly Output[];
}

/** `*` stands for every column but the keys and the extreme itself. */
function pickedRow(call: SyntaxNode, scope: Scope, keyNames: ReadonlySet<string | undefined>): PickedRow {
  const functionName = nameOf(call.child('Name'));
  const extreme = extremes[functionName];
  const args = argumentsOf(call);
  const condition = functionName.endsWith('if') ? args[1] : undefined;
  const valueNodes = condition === undefined ? args : args.slice(0, 1);
  const [first] = valueNodes;
  if (first === undefined) {
    throw errorAt(call, 'semantic', 'missing-argument', `${functionName}() needs an argument.`);
  }
  const taken = new Set(keyNames);
  const picked: Output[] = [];
  valueNodes.forEach((node, index) => {
    if (node.kind === 'StarExpression') {
      for (const [name, value] of scope.columns) {
        if (!taken.has(name)) picked.push({ name, value });
      }
      return;
    }
    const isNamed = node.kind === 'SimpleNamedExpression';
    const name = isNamed ? nameOf(node.child('Name')) : node.resultName;
    const value = translateExpression(node, scope);
    if (extreme !== undefined && index === 0 && node.kind === 'NameReference') taken.add(name);
    picked.push({ name, value });
  });
  return { extreme, condition, picked };
}

/**
 * The values of one `arg_max` or `arg_min`, by the columns' names, over the input's own rows: those of the group's
 * first row in `order`. Undefined for another aggregate.
 */
export function extremeRow(
  item: SyntaxNode,
  scope: Scope,
  keyNames: ReadonlySet<string | undefined>,
): { readonly order: string; readonly columns: readonly Output[] } | undefined {
  const call = callOf(item);
  if (!isMultiColumn(call) || isPercentileColumns(call)) return undefined;
  const { extreme, picked } = pickedRow(call, scope, keyNames);
  const [by] = picked;
  if (extreme === undefined || by === undefined) return undefined;
  const names = givenNames(item);
  return {
    order: `${by.value.sql} ${extreme === 'arg_max' ? 'DESC' : 'ASC'} NULLS LAST`,
    columns: picked.map(({ name, value }, index) => ({ name: names[index] ?? name, value })),
  };
}

/**
 * Adds the aggregates that pick one row's values and returns its columns: one for each column where rows compare by a
 * value that is never null, else one of the row packed as a struct.
 */
export function multiColumn(
  item: SyntaxNode,
  scope: Scope,
  keyNames: ReadonlySet<string | undefined>,
  add: (sql: string, type: ScalarType) => SqlExpression,
): Output[] {
  const names = givenNames(item);
  const call = callOf(item);
  if (isPercentileColumns(call)) return percentileColumns(call, names, scope, add);
  const { extreme, condition, picked } = pickedRow(call, scope, keyNames);
  const key = extreme === undefined ? undefined : neverNull(extreme, picked[0]?.value);
  if (extreme !== undefined && key !== undefined) {
    return picked.map(({ name, value }, index) => {
      const sql =
        index === 0 ? `${plainExtremes[extreme]}(${value.sql})` : `${extreme}_null(${value.sql}, ${key})`;
      const column = add(sql, value.type).sql;
      return { name: names[index] ?? name, value: { sql: emptyForNull(column, value), type: value.type } };
    });
  }
  const fields = picked.map(({ value }, index) => `${identifier(`f${index}`)}: ${value.sql}`);
  const row = `{${fields.join(', ')}}`;
  const by = picked[0]?.value.sql ?? 'NULL';
  const filter =
    condition === undefined ? '' : ` FILTER (WHERE ${translateExpression(condition, scope).sql})`;
  const sql =
    extreme === undefined ? `first(${row})${filter}` : `coalesce(${extreme}(${row}, ${by}), first(${row}))`;
  const pack = add(sql, 'dynamic').sql;
  return picked.map(({ name, value }, index) => ({
    name: names[index] ?? name,
    value: { sql: emptyForNull(`${pack}.${identifier(`f${index}`)}`, value), type: value.type },
  }));
}

const plainExtremes = { arg_max: 'max', arg_min: 'min' } as const;

/** The values that lose against all others, by type: what a null counts as when rows are compared. */
const losers: Partial<Record<ScalarType, readonly [least: string, greatest: string]>> = {
  int: [intLiteral(-(2n ** 31n)), intLiteral(2n ** 31n - 1n)],
  long: [longLiteral(-(2n ** 63n)), longLiteral(2n ** 63n - 1n)],
  datetime: [longLiteral(-1n), longLiteral(2n ** 63n - 1n)],
  timespan: [longLiteral(-(2n ** 63n)), longLiteral(2n ** 63n - 1n)],
  real: [realLiteral(-Infinity), realLiteral(NaN)],
};

/**
 * SQL of the compared value without nulls, where its type has a value that loses against all others: all columns then
 * come from the same row with an aggregate each, which is several times as fast as to compare packed rows.
 */
function neverNull(extreme: 'arg_max' | 'arg_min', by: SqlExpression | undefined): string | undefined {
  if (by === undefined || by.type === 'string') return by?.sql;
  const loser = losers[by.type]?.[extreme === 'arg_max' ? 0 : 1];
  return loser === undefined ? undefined : `coalesce(${by.sql}, ${loser})`;
}

function emptyForNull(sql: string, { type }: SqlExpression): string {
  return type === 'string' ? `coalesce(${sql}, '')` : sql;
}

function givenNames(item: SyntaxNode): (string | undefined)[] {
  if (item.kind === 'SimpleNamedExpression') return [nameOf(item.child('Name'))];
  if (item.kind === 'CompoundNamedExpression') return item.child('Names').list('Names').map(nameOf);
  return [];
}
