/**
 * Frequent patterns: values that rows share in several columns. The method is Apriori (Agrawal and Srikant, 1994), level
 * by level over the distinct rows, all in SQL. It walks minimal generators, the smallest sets of values that pick the
 * same rows, and reports each with all values that come with it (its closure), as Kusto's pages do: columns that always
 * go together count as one dimension.
 */
import type { TableExpressions } from '../context.ts';

/** At each level the patterns of the greatest weight go on; more would not be read, and cost as much as they are. */
const maxPatternsPerLevel = 1000;

/** More values of one column cannot reach the least threshold that the plugins take, 0.015, in either of two sets. */
const idsPerColumn = 1000;

export interface Mining {
  readonly tables: TableExpressions;
  readonly source: string;
  /** SQL of each column that can take part. */
  readonly columns: readonly string[];
  /** SQL of a row's weight in each of the sets that are compared (one set: its weight). */
  readonly weights: readonly string[];
  /** The least share of a set's weight that a pattern has in one of them. */
  readonly threshold: number;
  /** The most values of a minimal generator. */
  readonly levels: number;
  /** Nulls are no values. */
  readonly skipsNulls?: boolean;
}

export interface Mined {
  /** Step of the patterns: `items` (sorted list of ids of values) and the weight in each set, `w0`, `w1`. */
  readonly patterns: string;
  /** Step of the distinct rows: `items` and the weights. */
  readonly baskets: string;
  /** For each column, the step of its frequent values: `id` and `v`. */
  readonly values: readonly string[];
  /** SQL of the whole weight of each set. */
  readonly totals: readonly string[];
}

/** Returns the steps that find the patterns. */
export function minePatterns(mining: Mining): Mined {
  const { tables, weights, levels } = mining;
  const sets = weights.map((_weight, index) => `w${index}`);
  const all = sets.join(' + ');
  const sums = (alias = ''): string => sets.map((set) => `sum(${alias}${set}) AS ${set}`).join(', ');
  const table = tables.add(
    'items',
    `SELECT ${mining.columns.map((sql, index) => `${sql} AS c${index}`).join(', ')}, ${weights.map((sql, index) => `coalesce(${sql}, 0) AS w${index}`).join(', ')} FROM ${mining.source}`,
    'MATERIALIZED ',
  );
  const whole = tables.add('whole', `SELECT ${sums()} FROM ${table}`, 'MATERIALIZED ');
  const totals = sets.map((set) => `(SELECT ${set} FROM ${whole})`);
  const isFrequent = (alias: string): string =>
    sets
      .map((set, index) => {
        const weight = `sum(${alias}.${set})`;
        return `(${weight} > 0 AND ${weight} >= ${mining.threshold} * ${totals[index] ?? ''})`;
      })
      .join(' OR ');
  const values = mining.columns.map((_sql, index) => {
    const isValue = mining.skipsNulls === true ? ` WHERE c${index} IS NOT NULL` : '';
    const frequent = `SELECT c${index} AS v, ${sums()} FROM ${table} AS t${isValue} GROUP BY v HAVING ${isFrequent('t')}`;
    return tables.add(
      'frequent',
      `SELECT v, ${index * idsPerColumn} + row_number() OVER (ORDER BY ${all} DESC, v) AS id, ${sets.join(', ')} FROM (${frequent})`,
      'MATERIALIZED ',
    );
  });
  const baskets = basketsOf(mining, table, values, sums());
  const members = tables.add('members', `SELECT b, unnest(items) AS item FROM ${baskets}`, 'MATERIALIZED ');
  const isRare = `${all} < (SELECT ${all} FROM ${whole})`;
  const closures: string[] = [
    `SELECT list_sort(list(id)) AS items, ${sets.map((set, index) => `any_value(${totals[index] ?? ''}) AS ${set}`).join(', ')} FROM (${values.map((step) => `SELECT id, ${sets.join(', ')} FROM ${step}`).join(' UNION ALL ')}) WHERE NOT (${isRare}) HAVING count(*) > 0`,
  ];
  let level = tables.add(
    'level',
    values
      .map((step) => `SELECT id AS s, [id] AS items, ${sets.join(', ')} FROM ${step} WHERE ${isRare}`)
      .join(' UNION ALL '),
    'MATERIALIZED ',
  );
  let within = tables.add(
    'within',
    `SELECT m.b, l.s, m.item AS last FROM ${members} AS m JOIN ${level} AS l ON l.s = m.item`,
    'MATERIALIZED ',
  );
  for (let size = 1; ; size++) {
    closures.push(closuresOf(level, within, members, baskets, sets));
    if (size >= levels) break;
    const next = nextLevel({ tables, level, within, members, baskets, sets, isFrequent });
    within = tables.add(
      'within',
      `SELECT p.b, n.s, m.item AS last FROM ${within} AS p JOIN ${members} AS m ON m.b = p.b AND m.item > p.last JOIN ${next} AS n ON n.parent = p.s AND n.item = m.item`,
      'MATERIALIZED ',
    );
    level = next;
  }
  const patterns = tables.add(
    'patterns',
    `SELECT DISTINCT * FROM (${closures.join(' UNION ALL ')})`,
    'MATERIALIZED ',
  );
  return { patterns, baskets, values, totals };
}

/** The distinct rows, as lists of the ids of their frequent values. */
function basketsOf(mining: Mining, table: string, values: readonly string[], sums: string): string {
  const joins = values.map(
    (step, index) => `LEFT JOIN ${step} AS d${index} ON d${index}.v IS NOT DISTINCT FROM t.c${index}`,
  );
  const ids = values.map((_step, index) => `d${index}.id AS i${index}`);
  const weights = mining.weights.map((_weight, index) => `t.w${index}`);
  const coded = `SELECT ${[...ids, ...weights].join(', ')} FROM ${table} AS t ${joins.join(' ')}`;
  const list = values.map((_step, index) => `i${index}`).join(', ');
  const grouped = `SELECT ${list}, ${sums} FROM (${coded}) GROUP BY ${list}`;
  return mining.tables.add(
    'baskets',
    `SELECT row_number() OVER () AS b, list_filter([${list}], lambda i: i IS NOT NULL) AS items, ${mining.weights.map((_weight, index) => `w${index}`).join(', ')} FROM (${grouped})`,
    'MATERIALIZED ',
  );
}

/** SQL of each set of a level with the values that all of its rows share. */
function closuresOf(
  level: string,
  within: string,
  members: string,
  baskets: string,
  sets: readonly string[],
): string {
  const all = (alias: string): string => sets.map((set) => `${alias}.${set}`).join(' + ');
  const shared = `SELECT p.s, m.item, sum(${all('b')}) AS together FROM ${within} AS p JOIN ${members} AS m ON m.b = p.b JOIN ${baskets} AS b ON b.b = p.b GROUP BY p.s, m.item`;
  return `SELECT list_sort(list(c.item)) AS items, ${sets.map((set) => `any_value(l.${set}) AS ${set}`).join(', ')} FROM (${shared}) AS c JOIN ${level} AS l ON l.s = c.s WHERE c.together >= ${all('l')} GROUP BY l.s`;
}

interface Level {
  readonly tables: TableExpressions;
  readonly level: string;
  readonly within: string;
  readonly members: string;
  readonly baskets: string;
  readonly sets: readonly string[];
  /** SQL that the groups of an alias are frequent. */
  readonly isFrequent: (alias: string) => string;
}

/** The step of the generators that are one value larger: every set within one is a generator and picks more rows. */
function nextLevel({ tables, level, within, members, baskets, sets, isFrequent }: Level): string {
  const all = (alias: string): string => sets.map((set) => `${alias}.${set}`).join(' + ');
  const counted = tables.add(
    'counted',
    `SELECT p.s AS parent, m.item, ${sets.map((set) => `sum(b.${set}) AS ${set}`).join(', ')} FROM ${within} AS p JOIN ${members} AS m ON m.b = p.b AND m.item > p.last JOIN ${baskets} AS b ON b.b = p.b GROUP BY p.s, m.item HAVING ${isFrequent('b')}`,
    'MATERIALIZED ',
  );
  const candidates = tables.add(
    'candidates',
    `SELECT c.*, list_append(l.items, c.item) AS items FROM ${counted} AS c JOIN ${level} AS l ON l.s = c.parent`,
    'MATERIALIZED ',
  );
  const without = `SELECT parent, item, unnest(list_transform(range(1, len(items) + 1), lambda n: list_filter(items, lambda i, place: place <> n))) AS part FROM ${candidates}`;
  const parts = `SELECT w.parent, w.item, count(*) AS found, min(${all('l')}) AS least FROM (${without}) AS w JOIN ${level} AS l ON l.items = w.part GROUP BY w.parent, w.item`;
  return tables.add(
    'level',
    `SELECT row_number() OVER (ORDER BY ${all('c')} DESC, c.items) AS s, c.* FROM ${candidates} AS c JOIN (${parts}) AS p ON p.parent = c.parent AND p.item = c.item
    WHERE p.found = len(c.items) AND p.least > ${all('c')} ORDER BY s LIMIT ${maxPatternsPerLevel}`,
    'MATERIALIZED ',
  );
}
