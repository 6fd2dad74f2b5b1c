/**
 * The states of a `scan` after each row. A recursive query takes one row at a time, of every partition at once, which
 * costs about a millisecond a round: thousands of rows that can match, in one partition, are a matter of seconds.
 */
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { nullConstant } from '../expressions/literals.ts';
import type { Scope } from '../expressions/scope.ts';
import { booleanSql, translateExpression } from '../expressions/translateExpression.ts';
import type { Relation, RelationColumn } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';

/** A column that the scan adds. */
export interface Declared {
  readonly column: RelationColumn;
  readonly fallback: SqlExpression;
}

export interface Step {
  readonly name: string;
  readonly condition: SyntaxNode;
  readonly assignments: ReadonlyMap<string, SyntaxNode>;
  readonly output: 'all' | 'last' | 'none';
}

export interface Scan {
  /** The rows with their partition `$part` and their number in it `$n`. */
  readonly rows: string;
  /** The rows' columns that steps name. */
  readonly input: Relation;
  readonly declared: readonly Declared[];
  readonly steps: readonly Step[];
  readonly scope: Scope;
}

/** The record of step `j` in the state of step `k`. */
export const record = (k: number, j: number): string => identifier(`$s${k}_${j}`);
/** The row matched the step. */
export const matched = (k: number): string => identifier(`$m${k}`);
/** The row matched the step again, in the sequence that the step was in already. */
export const repeated = (k: number): string => identifier(`$r${k}`);
/** The number of the step's sequence. */
export const id = (k: number): string => identifier(`$id${k}`);
const active = (k: number): string => identifier(`$a${k}`);
/** The record of step `j` that step `k` sees while it tries a row. */
const seen = (k: number, j: number): string => identifier(`$v${k}_${j}`);
const moved = (k: number): string => identifier(`$c${k}`);

/**
 * Returns SQL of `$part`, `$n` and the state after that row: for each step `matched`, `repeated`, `id` and `record`.
 */
export function statesSql(whole: Scan): string {
  const { rows, steps, input, declared } = whole;
  const indexes = steps.map((_, k) => k);
  const pairs = indexes.flatMap((k) => indexes.filter((j) => j <= k).map((j) => [k, j] as const));
  const row = [
    '"$": true',
    ...input.columns.map(({ sql }) => `${sql}: ${sql}`),
    ...declared.map(({ column, fallback }) => `${column.sql}: ${fallback.sql}`),
  ];
  const state = [
    ...indexes.flatMap((k) => [active(k), matched(k), repeated(k), id(k)]),
    ...pairs.map(([k, j]) => record(k, j)),
  ];
  const start = [
    ...indexes.flatMap((k) => [
      `false AS ${active(k)}`,
      `false AS ${matched(k)}`,
      `false AS ${repeated(k)}`,
      `NULL::BIGINT AS ${id(k)}`,
    ]),
    ...pairs.map(([k, j]) => `CASE WHEN false THEN {${row.join(', ')}} END AS ${record(k, j)}`),
  ];
  const isKept = (k: number): string =>
    k + 1 < steps.length ? `(${active(k)} AND NOT ${moved(k + 1)})` : active(k);
  const rowColumns = input.columns.map(({ sql }) => `r.${sql}`);
  // Check 1 of every step looks at the states before this row.
  const tried = `SELECT s."$part", s."$n" + 1 AS "$n", s."$count", ${[...rowColumns, ...state.map((name) => `s.${name}`)].join(', ')}
      FROM run AS s JOIN ${rows} AS r ON r."$part" = s."$part" AND r."$n" = s."$n" + 1`;
  const firstCheck = `SELECT *, ${indexes
    .map((k) => {
      const condition =
        k === 0 ? 'false' : conditionSql(whole, k, (j) => (j < k ? record(k - 1, j) : undefined));
      return `${k === 0 ? 'false' : `(${active(k - 1)} AND ${condition})`} AS ${moved(k)}`;
    })
    .join(', ')} FROM (${tried})`;
  const sight = `SELECT *, ${pairs
    .map(([k, j]) => {
      const promoted = j < k ? `WHEN ${moved(k)} THEN ${record(k - 1, j)}` : `WHEN ${moved(k)} THEN NULL`;
      return `CASE ${promoted} WHEN ${isKept(k)} THEN ${record(k, j)} END AS ${seen(k, j)}`;
    })
    .join(', ')} FROM (${firstCheck})`;
  const secondCheck = `SELECT * EXCLUDE (${indexes.flatMap((k) => [matched(k), repeated(k)]).join(', ')}), ${indexes
    .map((k) => {
      const condition = conditionSql(whole, k, (j) => seen(k, j));
      const may = k === 0 ? condition : `(${isKept(k)} AND ${condition})`;
      return `(${moved(k)} OR ${may}) AS ${matched(k)}`;
    })
    .join(', ')} FROM (${sight})`;
  const next = [
    ...indexes.flatMap((k) => [
      `(${matched(k)} OR ${isKept(k)}) AS ${active(k)}`,
      matched(k),
      `(${matched(k)} AND NOT ${moved(k)} AND ${isKept(k)}) AS ${repeated(k)}`,
      `CASE ${k === 0 ? `WHEN ${matched(0)} THEN "$count"` : `WHEN ${moved(k)} THEN ${id(k - 1)}`} ELSE ${id(k)} END AS ${id(k)}`,
    ]),
    ...pairs.map(([k, j]) =>
      j < k
        ? `${seen(k, j)} AS ${record(k, j)}`
        : `CASE WHEN ${matched(k)} THEN ${recordSql(whole, k)} ELSE ${seen(k, k)} END AS ${record(k, k)}`,
    ),
  ];
  return `WITH RECURSIVE run AS (
    SELECT "$part", 0::BIGINT AS "$n", 0::BIGINT AS "$count", ${start.join(', ')} FROM ${rows} WHERE "$n" = 1
    UNION ALL
    SELECT "$part", "$n", "$count" + CASE WHEN ${matched(0)} THEN 1 ELSE 0 END, ${next.join(', ')} FROM (${secondCheck})
  ) SELECT * FROM run`;
}

/** The step's condition, with the records that it can name. */
function conditionSql(whole: Scan, k: number, of: (j: number) => string | undefined): string {
  const step = whole.steps[k];
  if (step === undefined) return 'false';
  return `coalesce(${booleanSql(translateExpression(step.condition, withRecords(whole, k, of)))}, false)`;
}

/** The row with what the step assigns. */
function recordSql(whole: Scan, k: number): string {
  const { input, declared, steps } = whole;
  const scope = withRecords(whole, k, (j) => seen(k, j));
  const fields = declared.map(({ column, fallback }) => {
    const assigned = steps[k]?.assignments.get(column.name);
    const value =
      assigned === undefined ? fallback : castTo(translateExpression(assigned, scope), column.type);
    return `${column.sql}: ${value.sql}`;
  });
  return `{${['"$": true', ...input.columns.map(({ sql }) => `${sql}: ${sql}`), ...fields].join(', ')}}`;
}

/** A step that has matched nothing yet shows the declared columns' defaults, and nulls. */
function withRecords(whole: Scan, k: number, of: (j: number) => string | undefined): Scope {
  const { input, declared, steps, scope } = whole;
  const records = new Map(
    steps.slice(0, k + 1).map(({ name }, j) => {
      const source = of(j);
      const fields = [
        ...input.columns.map((column) => ({ column, fallback: nullConstant(column.type) })),
        ...declared,
      ].map(({ column, fallback }): [string, SqlExpression] => {
        if (source === undefined) return [column.name, fallback];
        const sql = `CASE WHEN ${source} IS NULL THEN ${fallback.sql} ELSE ${source}.${column.sql} END`;
        return [column.name, { sql: `(${sql})`, type: column.type }];
      });
      return [name, new Map(fields)] as const;
    }),
  );
  return { ...scope, records };
}
