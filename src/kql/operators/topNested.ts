/** `top-nested`. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import type { Scope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import type { Relation } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { nameProjections } from './naming.ts';
import { topWithOthers } from './topNestedOthers.ts';

/** One clause of the operator. */
export interface Level {
  readonly key: SqlExpression;
  readonly keyName: string | undefined;
  readonly aggregate: SqlExpression;
  readonly aggregateName: string | undefined;
  readonly order: string;
  /** SQL of how many values are kept; all when absent. */
  readonly limit: string | undefined;
  /** The value that stands for those that are not kept; they are left out when absent. */
  readonly others: SqlExpression | undefined;
}

/** SQL names of a level's columns, from 1 on. */
export const keyColumn = (level: number): string => identifier(`$k${level}`);
export const valueColumn = (level: number): string => identifier(`$v${level}`);

/**
 * `top-nested n of key [with others = value] by aggregate [asc|desc], top-nested ...`: the best values of each level within
 * each of the level above.
 */
export function topNested(node: SyntaxNode, input: Relation, context: Context): Relation {
  const scope = rowScope(context, input);
  const levels = node.list('Clauses').map((clause) => levelOf(clause, scope, context));
  const hasOthers = levels.some(({ others }) => others !== undefined);
  const source = hasOthers ? topWithOthers(levels, input, context) : topOnly(levels, input, context);
  const outputs = levels.flatMap(({ key, keyName, aggregate, aggregateName }, index) => [
    { name: keyName, value: { sql: keyColumn(index + 1), type: key.type } },
    { name: aggregateName, value: { sql: valueColumn(index + 1), type: aggregate.type } },
  ]);
  return select(context, 'top_nested', source, nameProjections(outputs, node.columns));
}

function levelOf(clause: SyntaxNode, scope: Scope, context: Context): Level {
  const of = clause.child('OfExpression');
  const key = translateExpression(of.kind === 'SimpleNamedExpression' ? of.child('Expression') : of, scope);
  const by = clause.child('ByExpression');
  const isOrdered = by.kind === 'OrderedExpression';
  const named = isOrdered ? by.child('Expression') : by;
  const isAscending = isOrdered && by.optional('Ordering')?.text.startsWith('asc') === true;
  const limit = clause.optional('Expression');
  const others = clause.optional('WithOthersClause')?.child('Expression');
  return {
    key,
    keyName: of.resultName,
    aggregate: translateExpression(
      named.kind === 'SimpleNamedExpression' ? named.child('Expression') : named,
      { ...scope, aggregate: (sql, type) => ({ sql, type }) },
    ),
    aggregateName: named.resultName,
    order: `${isAscending ? 'ASC' : 'DESC'} NULLS LAST`,
    limit: limit === undefined ? undefined : translateExpression(limit, constantScope(context)).sql,
    others:
      others === undefined
        ? undefined
        : castTo(translateExpression(others, constantScope(context)), key.type),
  };
}

/** Returns the name of a table of the levels' columns; each level groups the rows once. */
function topOnly(levels: readonly Level[], input: Relation, context: Context): string {
  let kept: string | undefined;
  levels.forEach(({ aggregate, order, limit }, index) => {
    const level = index + 1;
    const keys = levels.slice(0, level).map(({ key }, at) => `${key.sql} AS ${keyColumn(at + 1)}`);
    const value = valueColumn(level);
    const groups = context.tables.add(
      'level',
      `SELECT ${keys.join(', ')}, ${aggregate.sql} AS ${value} FROM ${input.source} GROUP BY ${keys.map((_, at) => at + 1).join(', ')}`,
    );
    const parents = levels.slice(0, index).map((_, at) => keyColumn(at + 1));
    const partition =
      parents.length === 0 ? '' : `PARTITION BY ${parents.map((name) => `g.${name}`).join(', ')} `;
    const rank = `row_number() OVER (${partition}ORDER BY g.${value} ${order})`;
    const qualify = limit === undefined ? '' : ` QUALIFY ${rank} <= ${limit}`;
    const above = parents.flatMap((name, at) => [`p.${name}`, `p.${valueColumn(at + 1)}`]);
    const join =
      kept === undefined
        ? `${groups} AS g`
        : `${groups} AS g JOIN ${kept} AS p ON ${parents.map((name) => `g.${name} IS NOT DISTINCT FROM p.${name}`).join(' AND ')}`;
    const columns = [...above, `g.${keyColumn(level)}`, `g.${value}`];
    kept = context.tables.add('top_nested', `SELECT ${columns.join(', ')} FROM ${join}${qualify}`);
  });
  return kept ?? input.source;
}
