/**
 * `scan`: rows in order run through steps, each of which keeps a state: the last records that matched it and the steps
 * before it. A recursive query takes one row at a time (of every partition at once), as Kusto's documentation of the
 * operator tells it: steps are tried from the last to the first; a row that matches moves the state of the step before
 * it up (check 1), or else replaces the step's own record (check 2).
 */
import type { Context } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { nullConstant } from '../expressions/literals.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import type { Scope } from '../expressions/scope.ts';
import { booleanSql, scalarTypeNamed, translateExpression } from '../expressions/translateExpression.ts';
import { unsupportedAt } from '../queryError.ts';
import { relationColumns } from '../relation.ts';
import type { Relation, RelationColumn } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { orderTerm } from './sort.ts';
import { parameterNode, stored } from './operator.ts';

interface Declared {
  readonly column: RelationColumn;
  readonly fallback: SqlExpression;
}

interface Step {
  readonly name: string;
  readonly condition: SyntaxNode;
  readonly assignments: ReadonlyMap<string, SyntaxNode>;
  readonly isOutput: boolean;
}

interface Scan {
  readonly input: Relation;
  readonly declared: readonly Declared[];
  readonly steps: readonly Step[];
  readonly scope: Scope;
}

/** `scan [with_match_id=Name] [partition by keys] [order by terms] [declare (...)] with (step ...; ...)`. */
export function scan(node: SyntaxNode, input: Relation, context: Context): Relation {
  const declared = declarations(node, input, context);
  const steps = node.list('Steps').map(stepOf);
  const scope: Scope = {
    context,
    columns: new Map([
      ...rowScope(context, input).columns,
      ...declared.map(({ column, fallback }) => [column.name, fallback] as const),
    ]),
  };
  const whole: Scan = { input, declared, steps, scope };
  const rows = context.tables.add('scan_rows', numberedRows(node, input, context));
  const run = context.tables.add('scan', recursion(rows, whole));
  const matchNode = parameterNode(node, 'with_match_id');
  const matchName = matchNode === undefined ? undefined : nameOf(matchNode);
  const columns = relationColumns([
    ...input.columns,
    ...declared.map(({ column }) => column),
    ...(matchName === undefined ? [] : [{ name: matchName, type: 'long' as const }]),
  ]);
  const outputs = steps.flatMap((step, k) => {
    if (!step.isOutput) return [];
    const fields = columns.map(({ sql }, index) => {
      const isMatch = matchName !== undefined && index === columns.length - 1;
      return `${isMatch ? id(k) : `${record(k, k)}.${sql}`} AS ${sql}`;
    });
    return [
      `SELECT ${fields.join(', ')}, "$part", "$n", ${steps.length - k} AS "$k" FROM ${run} WHERE ${matched(k)}`,
    ];
  });
  const list = columns.map(({ sql }) => sql).join(', ');
  const none = `SELECT ${list} FROM ${input.source} WHERE false`;
  const sql =
    outputs.length === 0
      ? none
      : `SELECT ${list} FROM (${outputs.join(' UNION ALL ')}) ORDER BY "$part", "$n", "$k"`;
  return stored(context, 'scan', sql, columns, true);
}

function declarations(node: SyntaxNode, input: Relation, context: Context): Declared[] {
  const parameters = node.optional('DeclareClause')?.list('Declarations') ?? [];
  const named = parameters.map((parameter) => {
    const declaration = parameter.child('NameAndType');
    return {
      name: nameOf(declaration.child('Name')),
      type: scalarTypeNamed(declaration.child('Type')),
      fallback: parameter.optional('DefaultValue')?.child('Value'),
    };
  });
  const columns = relationColumns([...input.columns, ...named]).slice(input.columns.length);
  return columns.map((column, index) => {
    const fallback = named[index]?.fallback;
    const value =
      fallback === undefined
        ? nullConstant(column.type)
        : castTo(translateExpression(fallback, constantScope(context)), column.type);
    return { column, fallback: value };
  });
}

function stepOf(node: SyntaxNode): Step {
  const output = node.optional('ScanStepOutput')?.child('OutputKind');
  if (output !== undefined && output.text !== 'all' && output.text !== 'none') {
    throw unsupportedAt(output, `output=${output.text} of a scan step`);
  }
  if (node.optional('Optional') !== undefined) throw unsupportedAt(node, 'An optional step');
  const assignments = node.optional('ComputationClause')?.list('Assignments') ?? [];
  return {
    name: nameOf(node.child('Name')),
    condition: node.child('Condition'),
    assignments: new Map(
      assignments.map((item) => [nameOf(item.child('Name')), item.child('Expression')] as const),
    ),
    isOutput: output?.text !== 'none',
  };
}

/** SQL of the rows, each with its partition and its number there. */
function numberedRows(node: SyntaxNode, input: Relation, context: Context): string {
  const scope = rowScope(context, input);
  const keys = (node.optional('PartitionByClause')?.list('Expressions') ?? []).map(
    (key) => translateExpression(key, scope).sql,
  );
  const order = (node.optional('OrderByClause')?.list('Expressions') ?? []).map((term) =>
    orderTerm(term, scope),
  );
  const part = keys.length === 0 ? '1::BIGINT' : `dense_rank() OVER (ORDER BY ${keys.join(', ')})`;
  const by = order.length === 0 ? '"$place"' : order.join(', ');
  return `SELECT *, row_number() OVER (PARTITION BY "$part" ORDER BY ${by}) AS "$n" FROM (
    SELECT *, ${part} AS "$part" FROM (SELECT *, row_number() OVER () AS "$place" FROM ${input.source}))`;
}

/** The record of step `j` in the state of step `k`. */
const record = (k: number, j: number): string => identifier(`$s${k}_${j}`);
/** The record of step `j` that step `k` sees while it tries a row. */
const seen = (k: number, j: number): string => identifier(`$v${k}_${j}`);
const active = (k: number): string => identifier(`$a${k}`);
const matched = (k: number): string => identifier(`$m${k}`);
const moved = (k: number): string => identifier(`$c${k}`);
const id = (k: number): string => identifier(`$id${k}`);

function recursion(rows: string, whole: Scan): string {
  const { steps, input, declared } = whole;
  const indexes = steps.map((_, k) => k);
  const pairs = indexes.flatMap((k) => indexes.filter((j) => j <= k).map((j) => [k, j] as const));
  const row = [
    ...input.columns.map(({ sql }) => `${sql}: ${sql}`),
    ...declared.map(({ column, fallback }) => `${column.sql}: ${fallback.sql}`),
  ];
  const state = [
    ...indexes.flatMap((k) => [active(k), matched(k), id(k)]),
    ...pairs.map(([k, j]) => record(k, j)),
  ];
  const start = [
    ...indexes.flatMap((k) => [
      `false AS ${active(k)}`,
      `false AS ${matched(k)}`,
      `NULL::BIGINT AS ${id(k)}`,
    ]),
    ...pairs.map(([k, j]) => `CASE WHEN false THEN {${row.join(', ')}} END AS ${record(k, j)}`),
  ];
  const isKept = (k: number): string =>
    k + 1 < steps.length ? `(${active(k)} AND NOT ${moved(k + 1)})` : active(k);
  const rowColumns = input.columns.map(({ sql }) => `r.${sql}`).join(', ');
  // Check 1 of every step looks at the states before this row.
  const tried = `SELECT s."$part", s."$n" + 1 AS "$n", s."$count", ${[rowColumns, ...state.map((name) => `s.${name}`)].join(', ')}
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
  const secondCheck = `SELECT * EXCLUDE (${indexes.map(matched).join(', ')}), ${indexes
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
  return `{${[...input.columns.map(({ sql }) => `${sql}: ${sql}`), ...fields].join(', ')}}`;
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
