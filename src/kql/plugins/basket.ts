/** `basket` and `autocluster`: the patterns that many rows share, all of them or a few telling ones. */
import type { Projection, Relation } from '../relation.ts';
import { realLiteral } from '../sql/literal.ts';
import { numberArgument } from './arguments.ts';
import { minePatterns } from './frequentPatterns.ts';
import type { Mined } from './frequentPatterns.ts';
import { countSql, patternColumns, patternRows, wildcards } from './patternColumns.ts';
import type { PluginCall } from './plugin.ts';

/** The least share of the rows that a pattern of `autocluster` has; it takes no threshold of its own. */
const clusterThreshold = 0.02;

/** The most values that are combined for a pattern of `autocluster`, before those that come with them. */
const clusterLevels = 5;

/** `evaluate basket([threshold, weight, max dimensions, wildcards...])`. */
export function basket(call: PluginCall): Relation {
  const threshold = numberArgument(call, 0, { fallback: 0.05, least: 0.015, most: 1 });
  const levels = numberArgument(call, 2, { fallback: 5, least: 1, most: 1000 });
  const columns = patternColumns(call, 1);
  const mined = minePatterns({
    tables: call.context.tables,
    source: call.input.source,
    columns: columns.mined.map(({ sql }) => sql),
    weights: [columns.weight],
    threshold,
    levels: Math.min(Math.trunc(levels), columns.mined.length),
  });
  return patternRows(call, columns, mined, mined.patterns, {
    measures: measures(mined),
    order: 'p.w0 DESC, len(p.items) DESC, p.items',
    wildcard: wildcards(call, 3),
  });
}

/**
 * `evaluate autocluster([size weight, weight, seeds, wildcards...])`. The most frequent rows are the seeds; each gives
 * the pattern it belongs to that has the highest score, the documented weighted geometric mean of the share of rows that
 * a pattern covers and the share of columns that it fixes.
 */
export function autocluster(call: PluginCall): Relation {
  const sizeWeight = numberArgument(call, 0, { fallback: 0.5, least: 0, most: 1 });
  const seeds = numberArgument(call, 2, { fallback: 25, least: 1, most: 1000 });
  const columns = patternColumns(call, 1);
  const { tables } = call.context;
  const mined = minePatterns({
    tables,
    source: call.input.source,
    columns: columns.mined.map(({ sql }) => sql),
    weights: [columns.weight],
    threshold: clusterThreshold,
    levels: Math.min(clusterLevels, columns.mined.length),
  });
  const score = `pow(w0 / CAST(${mined.totals[0] ?? ''} AS DOUBLE), ${realLiteral(sizeWeight)}) * pow(len(items) / ${realLiteral(columns.mined.length)}, ${realLiteral(1 - sizeWeight)})`;
  const scored = tables.add('scored', `SELECT *, ${score} AS score FROM ${mined.patterns}`, 'MATERIALIZED ');
  const seed = tables.add(
    'seeds',
    `SELECT b, items FROM ${mined.baskets} ORDER BY w0 DESC, items LIMIT ${Math.trunc(seeds)}`,
  );
  const clusters = tables.add(
    'clusters',
    `SELECT DISTINCT ON (items) items, w0, score FROM (SELECT c.*, s.b FROM ${seed} AS s JOIN ${scored} AS c ON list_has_all(s.items, c.items)
    QUALIFY row_number() OVER (PARTITION BY s.b ORDER BY c.score DESC, c.w0 DESC, c.items) = 1)`,
  );
  return patternRows(call, columns, mined, clusters, {
    measures: measures(mined),
    order: 'p.score DESC, p.items',
    wildcard: wildcards(call, 3),
  });
}

function measures({ totals }: Mined): Projection[] {
  return [
    { name: 'Count', value: { sql: countSql('p.w0'), type: 'long' } },
    { name: 'Percent', value: { sql: `round(100.0 * p.w0 / ${totals[0] ?? ''}, 1)`, type: 'real' } },
  ];
}
