/** The rows that only one of two results has, counted: their difference as multisets. */
import { identifier, physicalNames } from '../../kql/sql/identifier.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';
import type { Column, ScalarType } from '../../kql/types.ts';
import type { ResultTable } from '../result.ts';
import { displayText } from './display.ts';
import type { LocalResult } from './localResult.ts';

/** What the sides are called. */
export type Labels = readonly [left: string, right: string];

export interface Difference {
  /** `OnlyIn` (the label of a side), `Copies` (how many more rows like this one it has), then the shared columns. */
  readonly table: ResultTable;
  /** Columns that only one of the results has, or that have another type in each. */
  readonly unshared: readonly string[];
}

/**
 * Reals are the same where 13 digits are: sums of the same numbers in another order differ after that. A dynamic value is
 * its JSON text.
 */
const sameRealDigits = 13;

interface Compared extends Column {
  /** Physical names in each result. */
  readonly left: string;
  readonly right: string;
  readonly isSameType: boolean;
}

/** Returns SQL that makes the difference as `target`, and its columns. */
export function differenceOf(
  left: LocalResult,
  right: LocalResult,
  target: string,
  labels: Labels,
): { readonly sql: string; readonly columns: readonly Column[]; readonly unshared: readonly string[] } {
  const shared = sharedColumns(left.columns, right.columns);
  const taken = new Set(shared.map(({ name }) => name.toLowerCase()));
  const columns: readonly Column[] = [
    { name: unused('OnlyIn', taken), type: 'string' },
    { name: unused('Copies', taken), type: 'long' },
    ...shared.map(({ name, type }) => ({ name, type })),
  ];
  const names = physicalNames(columns.map(({ name }) => name)).map(identifier);
  const side = (result: LocalResult, sign: 1 | -1): string => {
    const values = shared.flatMap((column, index) => {
      const physical = sign === 1 ? column.left : column.right;
      const type =
        (sign === 1 ? left : right).columns.find(({ name }) => name === column.name)?.type ?? column.type;
      const value = column.isSameType ? physical : displayText(physical, type);
      return [`${value} AS v${index}`, `${keyOf(value, column.type)} AS k${index}`];
    });
    return `SELECT ${[...values, `${sign} AS side`].join(', ')} FROM ${result.sqlName}`;
  };
  const keys = shared.map((_column, index) => `k${index}`);
  const firsts = shared.map((_column, index) => `first(v${index}) AS v${index}`);
  const grouped = `SELECT ${[...firsts, 'sum(side) AS n'].join(', ')}
    FROM (${side(left, 1)} UNION ALL ${side(right, -1)})
    ${keys.length === 0 ? '' : `GROUP BY ${keys.join(', ')}`} HAVING sum(side) <> 0`;
  const select = [
    `CASE WHEN n > 0 THEN ${stringLiteral(labels[0])} ELSE ${stringLiteral(labels[1])} END AS ${names[0] ?? ''}`,
    `abs(n)::BIGINT AS ${names[1] ?? ''}`,
    ...shared.map((_column, index) => `v${index} AS ${names[index + 2] ?? ''}`),
  ];
  const order = ['n > 0 DESC', ...shared.map((_column, index) => `v${index}::VARCHAR`)].join(', ');
  return {
    sql: `CREATE TABLE ${target} AS SELECT ${select.join(', ')} FROM (${grouped}) ORDER BY ${order}`,
    columns,
    unshared: unsharedColumns(left.columns, right.columns, labels),
  };
}

function keyOf(value: string, type: ScalarType): string {
  if (type === 'real') return `printf('%.${sameRealDigits - 1}e', ${value})`;
  return type === 'dynamic' ? `${value}::VARCHAR` : value;
}

function sharedColumns(left: readonly Column[], right: readonly Column[]): readonly Compared[] {
  const physical = (columns: readonly Column[]): readonly string[] =>
    physicalNames(columns.map(({ name }) => name)).map(identifier);
  const leftNames = physical(left);
  const rightNames = physical(right);
  return left.flatMap(({ name, type }, index) => {
    const place = right.findIndex((column) => column.name === name);
    const other = right[place];
    if (other === undefined) return [];
    const isSameType = other.type === type;
    return [
      {
        name,
        type: isSameType ? type : ('string' as const),
        left: leftNames[index] ?? '',
        right: rightNames[place] ?? '',
        isSameType,
      },
    ];
  });
}

function unsharedColumns(
  left: readonly Column[],
  right: readonly Column[],
  [leftLabel, rightLabel]: Labels,
): readonly string[] {
  const only = (columns: readonly Column[], others: readonly Column[], side: string): readonly string[] =>
    columns
      .filter(({ name }) => !others.some((other) => other.name === name))
      .map(({ name }) => `${name} (${side} only)`);
  const retyped = left.flatMap(({ name, type }) => {
    const other = right.find((column) => column.name === name);
    return other === undefined || other.type === type ? [] : [`${name} (${type} and ${other.type})`];
  });
  return [...only(left, right, leftLabel), ...only(right, left, rightLabel), ...retyped];
}

function unused(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let n = 1; taken.has(free.toLowerCase()); n++) free = `${name}${n}`;
  return free;
}
