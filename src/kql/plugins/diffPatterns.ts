/** `diffpatterns`: the patterns that are common in one of two sets of rows and rare in the other. */
import type { TableExpressions } from '../context.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import type { Relation } from '../relation.ts';
import { constantArgument, numberArgument } from './arguments.ts';
import { minePatterns } from './frequentPatterns.ts';
import type { Mined } from './frequentPatterns.ts';
import { countSql, patternColumns, patternRows, wildcards } from './patternColumns.ts';
import { requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';

/** The most values that are combined where the query sets no limit, before those that come with them. */
export const mostLevels = 5;

/** `evaluate diffpatterns(split, value A, value B [, weight, threshold, max dimensions, wildcards...])`. */
export function diffPatterns(call: PluginCall): Relation {
  const splitNode = requiredArgument(call, 0);
  const split = castTo(translateExpression(splitNode, rowScope(call.context, call.input)), 'string').sql;
  const [a, b] = [1, 2].map((index) => castTo(constantArgument(call, index), 'string').sql);
  const columns = patternColumns(call, 3, [nameOf(splitNode)]);
  const threshold = numberArgument(call, 4, { fallback: 0.05, least: 0.015, most: 1 });
  const levels = numberArgument(call, 5, { fallback: mostLevels, least: 1, most: 1000 });
  const mined = minePatterns({
    tables: call.context.tables,
    source: call.input.source,
    columns: columns.mined.map(({ sql }) => sql),
    weights: [a, b].map((value) => `CASE WHEN ${split} = ${value ?? ''} THEN ${columns.weight} ELSE 0 END`),
    threshold,
    levels: Math.min(Math.trunc(levels), columns.mined.length),
  });
  const telling = tellingPatterns(call.context.tables, mined, threshold);
  const percent = (sql: string): string => `round(${sql}, 2)`;
  return patternRows(call, columns, mined, telling, {
    measures: [
      { name: 'CountA', value: { sql: countSql('p.w0'), type: 'long' } },
      { name: 'CountB', value: { sql: countSql('p.w1'), type: 'long' } },
      { name: 'PercentA', value: { sql: percent('p.pa'), type: 'real' } },
      { name: 'PercentB', value: { sql: percent('p.pb'), type: 'real' } },
      { name: 'PercentDiffAB', value: { sql: percent('p.difference'), type: 'real' } },
    ],
    order: 'p.difference DESC, len(p.items) DESC, p.items',
    wildcard: wildcards(call, 6),
  });
}

/**
 * Returns the step of the patterns whose share differs enough between the sets, with the shares in percent; of patterns
 * that are part of one another, the one that differs most.
 */
export function tellingPatterns(
  tables: TableExpressions,
  { patterns, totals }: Mined,
  threshold: number,
): string {
  const share = (index: number): string =>
    `coalesce(100.0 * w${index} / nullif(${totals[index] ?? ''}, 0), 0)`;
  const shares = tables.add(
    'shares',
    `SELECT *, abs(pa - pb) AS difference FROM (SELECT *, ${share(0)} AS pa, ${share(1)} AS pb FROM ${patterns}) WHERE difference >= ${100 * threshold}`,
    'MATERIALIZED ',
  );
  return tables.add(
    'telling',
    `SELECT p.* FROM ${shares} AS p WHERE NOT EXISTS (SELECT 1 FROM ${shares} AS o WHERE (list_has_all(o.items, p.items) OR list_has_all(p.items, o.items))
    AND o.items <> p.items AND (o.difference > p.difference OR (o.difference = p.difference AND len(o.items) > len(p.items))))`,
    'MATERIALIZED ',
  );
}
