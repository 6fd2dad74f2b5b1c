/** `in`, `between`, `has_any` and `has_all`: operators whose right side is a list, a dynamic array or a table. */
import type { SqlExpression } from '../expression.ts';
import { errorAt } from '../queryError.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { isTable } from '../tables/letStatement.ts';
import { translateTable } from '../tables/translateTable.ts';
import { castTo } from './cast.ts';
import { stringConstant } from './literals.ts';
import { nameOf } from './paths.ts';
import type { Scope } from './scope.ts';
import { applyOperator, translateExpression } from './translateExpression.ts';

/** Returns the table that a list's only item is, if it is one. */
function onlyTable(items: readonly SyntaxNode[], scope: Scope): Relation | undefined {
  const [item] = items;
  if (item === undefined || items.length !== 1) return undefined;
  const isNamedTable =
    item.kind === 'NameReference' &&
    !scope.columns.has(nameOf(item)) &&
    scope.context.names.get(nameOf(item))?.kind === 'table';
  return isNamedTable || isTable(item) ? translateTable(item, scope.context) : undefined;
}

/** Returns `in`, `!in`, `in~` or `!in~`. */
export function translateIn(node: SyntaxNode, scope: Scope): SqlExpression {
  const isNegated = node.kind.startsWith('Not');
  const ignoresCase = node.child('Operator').text.endsWith('~');
  const left = translateExpression(node.child('Left'), scope);
  const items = node.child('Right').list('Expressions');
  const table = onlyTable(items, scope);
  const tests =
    table === undefined
      ? listTests(left, items, ignoresCase, scope)
      : [tableTest(left, table, ignoresCase, node)];
  const sql = anyOf(tests.map((test) => test.sql));
  if (isNegated) return { sql: `(NOT ${sql})`, type: 'bool' };
  return { sql, type: 'bool', condition: anyOf(tests.map(({ condition }) => condition)) };
}

/** One test of a list: as a value, and as a condition (see `SqlExpression`). */
interface Test {
  readonly sql: string;
  readonly condition: string;
}

/** A string is never null, so that its test is a value as it stands. */
function membership(needle: SqlExpression, condition: string): Test {
  return { condition, sql: needle.type === 'string' ? condition : `coalesce(${condition}, false)` };
}

function anyOf(tests: readonly string[]): string {
  return tests.length === 1 ? (tests[0] ?? 'false') : `(${tests.join(' OR ')})`;
}

function folded(value: SqlExpression, ignoresCase: boolean): string {
  return ignoresCase && value.type === 'string' ? `lower(${value.sql})` : value.sql;
}

function tableTest(left: SqlExpression, table: Relation, ignoresCase: boolean, node: SyntaxNode): Test {
  const [column] = table.columns;
  if (column === undefined)
    throw errorAt(node, 'semantic', 'no-columns', 'The query on the right has no column.');
  const isText = left.type === 'string' || column.type === 'string';
  const common = isText ? 'string' : left.type === 'dynamic' ? column.type : left.type;
  const needle = isText || left.type === 'dynamic' ? castTo(left, common) : left;
  const value = isText || column.type === 'dynamic' ? castTo(column, common) : column;
  const notNull = column.type === 'string' ? '' : ` WHERE ${column.sql} IS NOT NULL`;
  const members = `(SELECT ${folded(value, ignoresCase)} FROM ${table.source}${notNull})`;
  return membership(needle, `(${folded(needle, ignoresCase)} IN ${members})`);
}

function listTests(
  left: SqlExpression,
  items: readonly SyntaxNode[],
  ignoresCase: boolean,
  scope: Scope,
): Test[] {
  const scalars: SqlExpression[] = [];
  const tests: Test[] = [];
  for (const item of items) {
    const value = translateExpression(item, scope);
    const elements = elementsOf(value);
    if (elements !== undefined) scalars.push(...elements);
    else if (value.type === 'dynamic') {
      const sql = arrayTest(left, value, ignoresCase);
      tests.push({ sql, condition: sql });
    } else scalars.push(value);
  }
  if (scalars.length > 0) {
    const first = scalars[0]?.type ?? 'string';
    const needle = left.type === 'dynamic' ? castTo(left, first) : left;
    const values = scalars.map((scalar) =>
      folded(needle.type === 'string' ? castTo(scalar, 'string') : scalar, ignoresCase),
    );
    tests.unshift(membership(needle, `(${folded(needle, ignoresCase)} IN (${values.join(', ')}))`));
  }
  return tests.length === 0 ? [{ sql: 'false', condition: 'false' }] : tests;
}

/** The items of a constant array of strings, so that the test stays a plain `IN`. */
function elementsOf(value: SqlExpression): SqlExpression[] | undefined {
  const { constant } = value;
  if (typeof constant !== 'object' || constant === null || !Array.isArray(constant.json)) return undefined;
  const { json } = constant;
  return json.every((item) => typeof item === 'string')
    ? json.map((item) => stringConstant(item))
    : undefined;
}

function arrayTest(left: SqlExpression, array: SqlExpression, ignoresCase: boolean): string {
  const texts = `from_json(CASE WHEN json_type(${array.sql}) = 'ARRAY' THEN ${array.sql} ELSE json_array(${array.sql}) END, '["JSON"]')`;
  const text = castTo(left, 'string');
  const list = ignoresCase
    ? `list_transform(${texts}, lambda e: lower(e ->> '$'))`
    : `list_transform(${texts}, lambda e: e ->> '$')`;
  return `coalesce(list_contains(${list}, ${folded(text, ignoresCase)}), false)`;
}

/** Returns `between` or `!between`; a timespan as the upper bound of datetimes is relative to the lower. */
export function translateBetween(node: SyntaxNode, scope: Scope): SqlExpression {
  const range = node.child('Right');
  const [first, second] = [range.child('First'), range.child('Second')];
  const left = translateExpression(node.child('Left'), scope);
  const low = translateExpression(first, scope);
  const high = translateExpression(second, scope);
  const top = low.type === 'datetime' && high.type === 'timespan' ? `(${low.sql} + ${high.sql})` : high.sql;
  const value = left.type === 'dynamic' ? castTo(left, low.type) : left;
  const not = node.kind.startsWith('Not') ? 'NOT ' : '';
  return { sql: `(${value.sql} ${not}BETWEEN ${low.sql} AND ${top})`, type: 'bool' };
}

/** Returns `has_any` or `has_all`; a table on the right stands for the array of its first column. */
export function translateTermSet(node: SyntaxNode, scope: Scope): SqlExpression {
  const left = node.child('Left');
  const items = node.child('Right').list('Expressions');
  const value = translateExpression(left, scope);
  const table = onlyTable(items, scope);
  const terms =
    table === undefined ? items.map((item) => translateExpression(item, scope)) : [asArray(table, node)];
  return { ...applyOperator(node, [value, ...terms], [left, ...items], scope), type: 'bool' };
}

function asArray(table: Relation, node: SyntaxNode): SqlExpression {
  const [column] = table.columns;
  if (column === undefined)
    throw errorAt(node, 'semantic', 'no-columns', 'The query on the right has no column.');
  return {
    sql: `coalesce((SELECT to_json(list(${castTo(column, 'string').sql})) FROM ${table.source}), '[]'::JSON)`,
    type: 'dynamic',
  };
}
