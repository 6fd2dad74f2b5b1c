/** `summarize aggregates by keys`. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { nameOf } from '../expressions/paths.ts';
import type { Scope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { relationColumns } from '../relation.ts';
import type { Projection, Relation } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { ScalarType } from '../types.ts';
import { assignmentsOf } from './assignments.ts';
import { extremeRow, isMultiColumn, multiColumn } from './multiColumn.ts';
import { nameProjections } from './naming.ts';
import { hoistingScope, stored } from './operator.ts';

/** A column of the result before it has its name; its value stands over the columns of the groups. */
interface Draft {
  readonly name: string | undefined;
  readonly value: SqlExpression;
}

/** The step that computes the groups: keys and aggregates under names of their own. */
class Groups {
  readonly #columns: string[] = [];
  readonly #values: string[] = [];

  /** Adds a column and returns a reference to it; the same SQL is computed once. */
  add(sql: string, type: ScalarType): SqlExpression {
    let at = this.#values.indexOf(sql);
    if (at < 0) {
      at = this.#values.push(sql) - 1;
      this.#columns.push(identifier(`$${at + 1}`));
    }
    return { sql: this.#columns[at] ?? '', type };
  }

  get columns(): readonly string[] {
    return this.#columns;
  }

  get values(): readonly string[] {
    return this.#values;
  }
}

/** Returns one row for each group; without keys one row, even of no rows. */
export function summarize(node: SyntaxNode, input: Relation, context: Context): Relation {
  const { scope, input: prepared } = hoistingScope(context, input);
  const groups = new Groups();
  const byNodes = node.optional('ByClause')?.list('Expressions') ?? [];
  const keyValues = byNodes.flatMap((item) => assignmentsOf(item, scope));
  const keys = keyValues.map(({ name, value }): Draft => ({
    name,
    value: groups.add(value.sql, value.type),
  }));
  const keyCount = groups.columns.length;
  const keyNames = new Set(keys.map(({ name }) => name));
  const [only, ...others] = node.list('Aggregates');
  if (context.shared.spills && only !== undefined && others.length === 0 && keys.length > 0) {
    const extreme = extremeRow(only, scope, keyNames);
    if (extreme !== undefined) {
      const drafts = [...keyValues, ...extreme.columns];
      return firstOfGroup(
        context,
        prepared(),
        nameProjections(drafts, node.columns),
        groups.values,
        extreme.order,
      );
    }
  }
  const aggregateScope: Scope = { ...scope, aggregate: (sql, type) => groups.add(sql, type) };
  const drafts = [...keys];
  for (const item of node.list('Aggregates')) {
    const isNamed = item.kind.endsWith('NamedExpression');
    const call = isNamed ? item.child('Expression') : item;
    if (isMultiColumn(call)) drafts.push(...multiColumn(item, scope, keyNames, groups.add.bind(groups)));
    else {
      const name = item.kind === 'SimpleNamedExpression' ? nameOf(item.child('Name')) : item.resultName;
      drafts.push({ name, value: translateExpression(call, aggregateScope) });
    }
  }
  const named = nameProjections(drafts, node.columns);
  const relation = grouped(context, prepared(), named, groups, keyCount);
  if (keys.length === 0) return relation;
  return { ...relation, uniqueBy: named.slice(0, keys.length).map(({ name }) => name) };
}

/**
 * The first row of each group in that order, found by sorting: the sort goes to disk where memory is short, while what
 * aggregates collect cannot.
 */
function firstOfGroup(
  context: Context,
  input: Relation,
  named: readonly Projection[],
  keys: readonly string[],
  order: string,
): Relation {
  const place = `row_number() OVER (PARTITION BY ${keys.join(', ')} ORDER BY ${order})`;
  const placed = context.tables.add('placed', `SELECT *, ${place} AS "$place" FROM ${input.source}`);
  const first = select(context, 'summarize', placed, named, { tail: 'WHERE "$place" = 1' });
  return { ...first, uniqueBy: named.slice(0, keys.length).map(({ name }) => name) };
}

/** One step when every column is a key or an aggregate as it stands, else two: the groups, then what is made of them. */
function grouped(
  context: Context,
  input: Relation,
  named: readonly Projection[],
  groups: Groups,
  keyCount: number,
): Relation {
  const isOrdered = context.ordersGroups === true && keyCount > 0;
  const source = isOrdered
    ? context.tables.add('numbered', `SELECT *, row_number() OVER () AS "$row" FROM ${input.source}`)
    : input.source;
  const isGrouped = groups.columns.length > keyCount || keyCount === 0 || isOrdered;
  const keyPositions = Array.from({ length: keyCount }, (_, index) => index + 1);
  const isPlain =
    named.length === groups.columns.length &&
    named.every(({ value }, index) => value.sql === groups.columns[index]);
  const columns = relationColumns(named.map(({ name, value }) => ({ name, type: value.type })));
  const names = isPlain ? columns.map(({ sql }) => sql) : groups.columns;
  const list = groups.values.map((sql, index) =>
    sql === names[index] ? sql : `${sql} AS ${names[index] ?? ''}`,
  );
  const groupBy = isGrouped && keyCount > 0 ? ` GROUP BY ${keyPositions.join(', ')}` : '';
  const distinct = isGrouped ? '' : 'DISTINCT ';
  const order = isOrdered ? ' ORDER BY min("$row")' : '';
  const sql = `SELECT ${distinct}${list.length === 0 ? 'NULL AS "no columns"' : list.join(', ')} FROM ${source}${groupBy}${order}`;
  if (isPlain) return stored(context, 'summarize', sql, columns, isOrdered);
  return select(context, 'summarize', context.tables.add('groups', sql), named, { isSorted: isOrdered });
}
