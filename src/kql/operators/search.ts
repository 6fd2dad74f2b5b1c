/** `search` and `find`: rows of one or many tables in which any column matches. */
import { filterRows, select } from '../context.ts';
import type { Context } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { callAt } from '../expressions/call.ts';
import { castTo } from '../expressions/cast.ts';
import { argumentsOf } from '../expressions/functionCall.ts';
import { nullConstant, stringConstant } from '../expressions/literals.ts';
import { nameOf } from '../expressions/paths.ts';
import { columnMap } from '../expressions/scope.ts';
import type { Scope } from '../expressions/scope.ts';
import { booleanSql, translateExpression } from '../expressions/translateExpression.ts';
import { binaryOperators } from '../functions/operators.ts';
import { errorAt, unsupportedAt } from '../queryError.ts';
import type { Projection, Relation } from '../relation.ts';
import { stringLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { translateTable } from '../tables/translateTable.ts';
import type { ScalarType } from '../types.ts';
import { parameterNode, parameterText } from './operator.ts';
import { unionOf, wildcardTables } from './union.ts';

/** `search [kind=case_sensitive] [in (tables)] condition`. */
export function search(node: SyntaxNode, input: Relation | undefined, context: Context): Relation {
  const isCaseSensitive = parameterText(node, 'kind') === 'case_sensitive';
  const tables =
    input === undefined
      ? searchedTables(node, context)
      : [{ ...input, tableName: input.tableName ?? 'search_arg0' }];
  const found = matchingRows(tables, node.child('Condition'), context, isCaseSensitive);
  return unionOf(found, context, { isInner: false, sourceName: '$table' });
}

/** `find [withsource=Name] [in (tables)] where condition [project columns]`. */
export function find(node: SyntaxNode, input: Relation | undefined, context: Context): Relation {
  const tables = input === undefined ? searchedTables(node, context) : [input];
  const found = matchingRows(tables, node.child('Condition'), context, false);
  const sourceNode = parameterNode(node, 'withsource');
  const sourceName = sourceNode === undefined ? 'source_' : nameOf(sourceNode);
  const wanted = (node.columns ?? []).filter(({ name }) => name !== sourceName);
  const shaped = found.map((table) => {
    const rest = table.columns.filter((column) => !wanted.some(({ name }) => name === column.name));
    const columns = wanted.map(({ name, type }): Projection => {
      if (name === 'pack_') return { name, value: packed(rest) };
      const column = table.columns.find((candidate) => candidate.name === name);
      const wantedType = type ?? typeOfColumn(tables, name);
      const value = column === undefined ? nullConstant(wantedType) : castTo(column, wantedType);
      return { name, value };
    });
    return { ...select(context, 'find', table.source, columns), tableName: table.tableName };
  });
  return unionOf(shaped, context, { isInner: false, sourceName });
}

function typeOfColumn(tables: readonly Relation[], name: string): ScalarType {
  const columns = tables.flatMap((table) => table.columns);
  return columns.find((column) => column.name === name)?.type ?? 'dynamic';
}

function packed(columns: Relation['columns']): SqlExpression {
  const pairs = columns.map((column) => `${stringLiteral(column.name)}, ${castTo(column, 'dynamic').sql}`);
  return { sql: `json_object(${pairs.join(', ')})`, type: 'dynamic' };
}

/** The tables after `in`, or every table. */
function searchedTables(node: SyntaxNode, context: Context): Relation[] {
  const named = node.optional('InClause')?.list('Expressions');
  if (named === undefined) {
    const all = wildcardTables('*', node, context);
    if (all.length > 0) return all;
    throw errorAt(node, 'semantic', 'no-tables', 'There is no table to search; load one first.');
  }
  return named.flatMap((item) => {
    const name = item.kind === 'NameReference' ? nameOf(item) : '';
    return name.includes('*') ? wildcardTables(name, item, context) : [translateTable(item, context)];
  });
}

function matchingRows(
  tables: readonly Relation[],
  condition: SyntaxNode,
  context: Context,
  isCaseSensitive: boolean,
): Relation[] {
  // A column that only other tables have is null here.
  const missing = new Map(
    tables.flatMap((table) => table.columns.map(({ name, type }) => [name, nullConstant(type)] as const)),
  );
  return tables.map((table) => {
    const own = columnMap(table.columns);
    const scope: Scope = { context, columns: new Map([...missing, ...own]) };
    const sql = conditionSql(condition, { scope, own: [...own.values()], isCaseSensitive });
    return filterRows(context, 'search', table, `WHERE ${sql}`);
  });
}

/** Returns the condition of a `where` in which `*` stands for any column, as in `where * has "x"`. */
export function anyColumnCondition(condition: SyntaxNode, scope: Scope): string {
  return conditionSql(condition, { scope, own: [...scope.columns.values()], isCaseSensitive: false });
}

/** The condition names `*` as a column. */
export function hasAnyColumn(node: SyntaxNode): boolean {
  if (node.kind === 'AndExpression' || node.kind === 'OrExpression' || node.optional('Left') !== undefined) {
    const [left, right] = [node.optional('Left'), node.optional('Right')];
    return [left, right].some(
      (side) => side !== undefined && (side.kind === 'StarExpression' || hasAnyColumn(side)),
    );
  }
  return node.kind === 'ParenthesizedExpression' && hasAnyColumn(node.child('Expression'));
}

interface Search {
  readonly scope: Scope;
  /** The columns of the table itself. */
  readonly own: readonly SqlExpression[];
  readonly isCaseSensitive: boolean;
}

function conditionSql(node: SyntaxNode, search: Search): string {
  switch (node.kind) {
    case 'AndExpression':
    case 'OrExpression': {
      const word = node.kind === 'AndExpression' ? 'AND' : 'OR';
      return `(${conditionSql(node.child('Left'), search)} ${word} ${conditionSql(node.child('Right'), search)})`;
    }
    case 'ParenthesizedExpression':
      return conditionSql(node.child('Expression'), search);
    case 'StringLiteralExpression':
    case 'CompoundStringLiteralExpression':
      return anyColumn(search, (column) => termSql(column, node, search));
    case 'SearchExpression': {
      const left = node.child('Left');
      const right = node.child('Right');
      if (left.kind === 'StarExpression')
        return anyColumn(search, (column) => termSql(column, right, search));
      return termSql(translateExpression(left, search.scope), right, search);
    }
    case 'StarExpression':
      return 'true';
    case 'FunctionCallExpression': {
      const [arg] = argumentsOf(node);
      if (nameOf(node.child('Name')) === 'not' && arg !== undefined)
        return `(NOT ${conditionSql(arg, search)})`;
      return booleanSql(translateExpression(node, search.scope));
    }
    default: {
      const left = node.optional('Left');
      const right = node.optional('Right');
      if (left?.kind !== 'StarExpression' || right === undefined) {
        return booleanSql(translateExpression(node, search.scope));
      }
      const value = translateExpression(right, search.scope);
      return anyColumn(search, (column) =>
        operatorSql(node.kind, castTo(column, 'string'), value, node, search),
      );
    }
  }
}

function anyColumn({ own }: Search, test: (column: SqlExpression) => string): string {
  return own.length === 0 ? 'false' : `(${own.map(test).join(' OR ')})`;
}

/** A term matches as `has` does; `*` at its ends opens it there, in its middle it stands for any text. */
function termSql(column: SqlExpression, term: SyntaxNode, search: Search): string {
  const text = term.kind.includes('String') ? term.stringValue : term.text;
  const value = castTo(column, 'string');
  const cs = search.isCaseSensitive ? 'Cs' : '';
  const inner = text.replace(/^\*+|\*+$/g, '');
  if (inner === '') return 'true';
  if (inner.includes('*')) {
    const pattern = inner
      .split('*')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*');
    const flags = search.isCaseSensitive ? 's' : 'is';
    return operatorSql(
      'MatchesRegexExpression',
      value,
      stringConstant(`(?${flags})${pattern}`),
      term,
      search,
    );
  }
  const [isOpenStart, isOpenEnd] = [text.startsWith('*'), text.endsWith('*')];
  const kind =
    isOpenStart && isOpenEnd ? 'Contains' : isOpenEnd ? 'HasPrefix' : isOpenStart ? 'HasSuffix' : 'Has';
  return operatorSql(`${kind}${cs}Expression`, value, stringConstant(inner), term, search);
}

function operatorSql(
  kind: string,
  left: SqlExpression,
  right: SqlExpression,
  node: SyntaxNode,
  { scope }: Search,
): string {
  const operator = binaryOperators.get(kind);
  if (operator === undefined) throw unsupportedAt(node, `'${node.text}'`);
  return operator([left, right], callAt(node, kind, 'bool', [node, node], scope));
}
