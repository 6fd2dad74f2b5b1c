/** `top-nested` and `top-hitters`. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import type { Relation } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { nameProjections } from './naming.ts';
import { unsupportedAt } from '../queryError.ts';
import { stored } from './operator.ts';

/** `top-nested n of key by aggregate, top-nested ...`: the best values of each level within each of the level above. */
export function topNested(node: SyntaxNode, input: Relation, context: Context): Relation {
  const scope = rowScope(context, input);
  const keys: string[] = [];
  let kept: { readonly source: string; readonly columns: readonly string[] } | undefined;
  const outputs: { name: string | undefined; value: SqlExpression }[] = [];
  node.list('Clauses').forEach((clause, level) => {
    const others = clause.optional('WithOthersClause');
    if (others !== undefined) throw unsupportedAt(others, "'with others'");
    const of = clause.child('OfExpression');
    const key = translateExpression(of.kind === 'SimpleNamedExpression' ? of.child('Expression') : of, scope);
    const by = clause.child('ByExpression');
    const isOrdered = by.kind === 'OrderedExpression';
    const named = isOrdered ? by.child('Expression') : by;
    const isAscending = isOrdered && by.optional('Ordering')?.text.startsWith('asc') === true;
    const aggregate = translateExpression(
      named.kind === 'SimpleNamedExpression' ? named.child('Expression') : named,
      {
        ...scope,
        aggregate: (sql, type) => ({ sql, type }),
      },
    );
    keys.push(key.sql);
    const keyNames = keys.map((_, index) => identifier(`$k${index + 1}`));
    const value = identifier(`$v${level + 1}`);
    const keyList = keys.map((sql, index) => `${sql} AS ${keyNames[index] ?? ''}`).join(', ');
    const groups = context.tables.add(
      'level',
      `SELECT ${keyList}, ${aggregate.sql} AS ${value} FROM ${input.source} GROUP BY ${keys.map((_, index) => index + 1).join(', ')}`,
    );
    const parents = keyNames.slice(0, -1);
    const limit = clause.optional('Expression');
    const partition =
      parents.length === 0 ? '' : `PARTITION BY ${parents.map((name) => `g.${name}`).join(', ')} `;
    const rank = `row_number() OVER (${partition}ORDER BY g.${value} ${isAscending ? 'ASC' : 'DESC'} NULLS LAST)`;
    const qualify =
      limit === undefined
        ? ''
        : ` QUALIFY ${rank} <= ${translateExpression(limit, constantScope(context)).sql}`;
    const previous: readonly string[] = kept?.columns ?? [];
    const join =
      kept === undefined
        ? `${groups} AS g`
        : `${groups} AS g JOIN ${kept.source} AS p ON ${parents.map((name) => `g.${name} IS NOT DISTINCT FROM p.${name}`).join(' AND ')}`;
    const columns = [...previous.map((name) => `p.${name}`), `g.${keyNames.at(-1) ?? ''}`, `g.${value}`];
    kept = {
      source: context.tables.add('top_nested', `SELECT ${columns.join(', ')} FROM ${join}${qualify}`),
      columns: [...previous, keyNames.at(-1) ?? '', value],
    };
    outputs.push({ name: of.resultName, value: { sql: keyNames.at(-1) ?? '', type: key.type } });
    outputs.push({ name: named.resultName, value: { sql: value, type: aggregate.type } });
  });
  const source = (kept as { readonly source: string } | undefined)?.source ?? input.source;
  return select(context, 'top_nested', source, nameProjections(outputs, node.columns));
}

/** `top-hitters n of key [by weight]`: exact here, where Kusto estimates. */
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
  const sql = `SELECT ${key.sql} AS ${identifier(keyName)}, ${sum} AS ${identifier(sumName)} FROM ${input.source} GROUP BY 1 ORDER BY 2 DESC LIMIT ${count.sql}`;
  return stored(context, 'top_hitters', sql, [
    { name: keyName, type: key.type },
    { name: sumName, type: total.type },
  ]);
}
