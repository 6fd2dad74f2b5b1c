/**
 * `top-nested ... with others = value`: at each level, one more record for all that did not make it to the top. Each row is
 * told at each level which record it belongs to; what belongs to the others of a level belongs to the others below it.
 */
import type { Context } from '../context.ts';
import { nullLiteral } from '../sql/literal.ts';
import { identifier } from '../sql/identifier.ts';
import type { Relation } from '../relation.ts';
import { keyColumn, valueColumn } from './topNested.ts';
import type { Level } from './topNested.ts';

/** Whether a row is among the others of a level. */
const otherColumn = (level: number): string => identifier(`$o${level}`);

/** Returns the name of a table of the levels' columns. */
export function topWithOthers(levels: readonly Level[], input: Relation, context: Context): string {
  let rows = input.source;
  let result: string | undefined;
  levels.forEach((level, index) => {
    rows = assigned(level, index + 1, rows, context);
    result = withValues(level, index + 1, rows, result, context);
  });
  return result ?? input.source;
}

/** SQL names of the columns that tell a row's record down to a level. */
function recordColumns(level: number): string[] {
  return Array.from({ length: level }, (_, at) => [keyColumn(at + 1), otherColumn(at + 1)]).flat();
}

function sameRecord(level: number, left: string, right: string): string {
  return recordColumns(level)
    .map((name) => `${left}.${name} IS NOT DISTINCT FROM ${right}.${name}`)
    .join(' AND ');
}

/** The rows with the record of this level; a level that names no others drops the rows that are not kept. */
function assigned(
  { key, aggregate, order, limit, others }: Level,
  level: number,
  rows: string,
  context: Context,
): string {
  const parents = recordColumns(level - 1);
  const isBelowOthers = level === 1 ? 'false' : `r.${otherColumn(level - 1)}`;
  const partition = parents.length === 0 ? '' : `PARTITION BY ${parents.join(', ')} `;
  const qualify =
    limit === undefined
      ? ''
      : ` QUALIFY row_number() OVER (${partition}ORDER BY "$rank" ${order}) <= ${limit}`;
  const where = level === 1 ? '' : ` WHERE NOT ${otherColumn(level - 1)}`;
  const keyed = context.tables.add('keyed', `SELECT *, ${key.sql} AS "$key" FROM ${rows}`);
  const top = context.tables.add(
    'level',
    `SELECT ${[...parents, '"$key"'].join(', ')}, ${aggregate.sql} AS "$rank" FROM ${keyed}${where} GROUP BY ${[...parents, '"$key"'].join(', ')}${qualify}`,
    'MATERIALIZED ',
  );
  const above = level === 1 ? '' : `${sameRecord(level - 1, 'r', 'g')} AND `;
  const name = others?.sql ?? nullLiteral(key.type);
  const kept = others === undefined ? ` WHERE ${isBelowOthers} OR g."$is_top"` : '';
  return context.tables.add(
    'records',
    `SELECT r.* EXCLUDE ("$key"), CASE WHEN g."$is_top" THEN r."$key" ELSE ${name} END AS ${keyColumn(level)}, g."$is_top" IS NULL AS ${otherColumn(level)} FROM ${keyed} AS r LEFT JOIN (SELECT *, true AS "$is_top" FROM ${top}) AS g ON ${above}g."$key" IS NOT DISTINCT FROM r."$key"${kept}`,
  );
}

/** The records of a level with their values, beside those of the levels above. */
function withValues(
  { aggregate, others }: Level,
  level: number,
  rows: string,
  above: string | undefined,
  context: Context,
): string {
  const columns = recordColumns(level);
  const value =
    others === undefined && level > 1
      ? `CASE WHEN NOT ${otherColumn(level)} THEN ${aggregate.sql} ELSE ${nullLiteral(aggregate.type)} END`
      : aggregate.sql;
  const values = context.tables.add(
    'level',
    `SELECT ${columns.join(', ')}, ${value} AS ${valueColumn(level)} FROM ${rows} GROUP BY ${columns.join(', ')}`,
  );
  if (above === undefined) return values;
  const parents = Array.from({ length: level - 1 }, (_, at) => `p.${valueColumn(at + 1)}`);
  return context.tables.add(
    'top_nested',
    `SELECT v.*, ${parents.join(', ')} FROM ${values} AS v JOIN ${above} AS p ON ${sameRecord(level - 1, 'v', 'p')}`,
  );
}
