/** `top-hitters`. */
import type { Context } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import type { Relation } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { stored } from './operator.ts';

/**
 * `top-hitters n of key [by weight]`: exact here, where Kusto estimates. Of equal sums the greater key comes first, so
 * that each run gives the same.
 */
export function topHitters(node: SyntaxNode, input: Relation, context: Context): Relation {
  const scope = rowScope(context, input);
  const count = translateExpression(node.child('Expression'), constantScope(context));
  const key = translateExpression(node.child('OfExpression'), scope);
  const byNode = node.optional('ByClause')?.child('Expression');
  const weight = byNode === undefined ? undefined : translateExpression(byNode, scope);
  context.shared.notices.add('top-hitters is exact here, where Kusto estimates.');
  const [keyName = 'Column1', sumName = 'approximate_count_'] = (node.columns ?? []).map(({ name }) => name);
  const total: SqlExpression =
    weight === undefined
      ? { sql: 'count(*)', type: 'long' }
      : castTo({ sql: `sum(${weight.sql})`, type: weight.type }, weight.type === 'real' ? 'real' : 'long');
  const sum = weight === undefined || weight.type === 'real' ? total.sql : `CAST(${total.sql} AS BIGINT)`;
  const sql = `SELECT ${key.sql} AS ${identifier(keyName)}, ${sum} AS ${identifier(sumName)} FROM ${input.source} GROUP BY 1 ORDER BY 2 DESC, 1 DESC LIMIT ${count.sql}`;
  return stored(context, 'top_hitters', sql, [
    { name: keyName, type: key.type },
    { name: sumName, type: total.type },
  ]);
}
