/** `make-series`: aggregates per step of an axis, as one array a group. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import type { Scope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { errorAt, unsupportedAt } from '../queryError.ts';
import type { Relation } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { ScalarType } from '../types.ts';
import { assignmentsOf } from './assignments.ts';
import { nameProjections } from './naming.ts';
import { parameterText } from './operator.ts';
import { isPercentileColumns } from './percentileColumns.ts';

interface Axis {
  readonly value: SqlExpression;
  readonly name: string | undefined;
  /** SQL of the bounds; `isClosed`: the upper bound belongs to the range (`in range(...)`). */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly step: string;
  readonly isClosed: boolean;
}

/** `make-series a = aggregate default = value on axis from f to t step s by keys`. */
export function makeSeries(node: SyntaxNode, input: Relation, context: Context): Relation {
  const scope = rowScope(context, input);
  const axis = axisOf(node, scope, context);
  const keys = (node.optional('ByClause')?.list('Expressions') ?? []).flatMap((item) =>
    assignmentsOf(item, scope),
  );
  const series = node.list('Aggregates').map((item) => seriesOf(item, scope, context));
  const keyNames = keys.map((_, index) => identifier(`$k${index + 1}`));
  const hasOwnBounds = axis.from !== undefined && axis.to !== undefined;
  const bounds = context.tables.add(
    'bounds',
    `SELECT ${axis.from ?? `min(${axis.value.sql})`} AS "$from", ${axis.to ?? `max(${axis.value.sql})`} AS "$to"${hasOwnBounds ? '' : ` FROM ${input.source}`}`,
  );
  const isOpen = axis.to !== undefined && !axis.isClosed;
  const inRange = `${axis.value.sql} >= "$from" AND ${axis.value.sql} ${isOpen ? '<' : '<='} "$to"`;
  const bin = `"$from" + floor((${axis.value.sql} - "$from") / ${axis.step}) * ${axis.step}`;
  const binned =
    axis.value.type === 'real'
      ? bin
      : `"$from" + (${axis.value.sql} - "$from") // ${axis.step} * ${axis.step}`;
  const groups = context.tables.add(
    'bins',
    `SELECT ${[
      ...keys.map(({ value }, index) => `${value.sql} AS ${keyNames[index] ?? ''}`),
      `${binned} AS "$axis"`,
      ...series.map(({ sql }, index) => `${sql} AS ${identifier(`$v${index + 1}`)}`),
    ].join(', ')} FROM ${input.source}, ${bounds} WHERE ${inRange} GROUP BY ${positions(keys.length + 1)}`,
  );
  const last = isOpen ? '"$to" - 1' : '"$to"';
  const points =
    axis.value.type === 'real'
      ? `SELECT "$from" + i * ${axis.step} AS "$axis" FROM ${bounds}, generate_series(0, CAST(ceil(("$to" - "$from") / ${axis.step}) AS BIGINT)) AS steps(i) WHERE "$from" + i * ${axis.step} ${isOpen ? '<' : '<='} "$to"`
      : `SELECT unnest(generate_series("$from", ${last}, ${axis.step})) AS "$axis" FROM ${bounds}`;
  const steps = context.tables.add('steps', points);
  const keyList = keyNames.length === 0 ? '' : `${keyNames.join(', ')}, `;
  // Without keys there is one series even of no rows; with keys one for each group that has rows.
  const groupsOfKeys =
    keyNames.length === 0
      ? `SELECT "$axis" FROM ${steps}`
      : `SELECT ${keyList}"$axis" FROM (SELECT DISTINCT ${keyNames.join(', ')} FROM ${groups}), ${steps}`;
  const grid = context.tables.add('grid', groupsOfKeys);
  const on = ['"$axis"', ...keyNames].map((name) => `g.${name} IS NOT DISTINCT FROM b.${name}`).join(' AND ');
  const arrays = series.map(({ fallback, value }, index) => {
    const cell = identifier(`$v${index + 1}`);
    const filled = `CASE WHEN b."$axis" IS NULL THEN ${fallback} ELSE b.${cell} END`;
    const element = becomeJson.has(value.type)
      ? filled
      : castTo({ sql: filled, type: value.type }, 'dynamic').sql;
    const sql = `to_json(list(${element} ORDER BY g."$axis"))`;
    return { name: value.name, value: { sql, type: 'dynamic' as const } };
  });
  // All series have the same axis, so that it is written once.
  const axisValue = castTo({ sql: 's."$axis"', type: axis.value.type }, 'dynamic').sql;
  const axisValues = context.tables.add(
    'axis',
    `SELECT to_json(list(${axisValue} ORDER BY s."$axis")) AS "$axis" FROM ${steps} AS s`,
  );
  const columns = [
    ...keys.map(({ name, value }, index) => ({
      name,
      value: { sql: `g.${keyNames[index] ?? ''}`, type: value.type },
    })),
    ...arrays,
    {
      name: axis.name,
      value: { sql: `(SELECT "$axis" FROM ${axisValues})`, type: 'dynamic' as const },
    },
  ];
  const isNonEmpty = parameterText(node, 'kind') === 'nonempty';
  // Of no rows there is no series, unless `kind=nonempty` asks for one of defaults.
  const hasRows = isNonEmpty ? '' : ` AND EXISTS (FROM ${input.source})`;
  const tail = keys.length === 0 ? `HAVING count(*) > 0${hasRows}` : `GROUP BY ${positions(keys.length)}`;
  return select(
    context,
    'make_series',
    `${grid} AS g LEFT JOIN ${groups} AS b ON ${on}`,
    nameProjections(columns, node.columns),
    { tail },
  );
}

/** Types whose lists become the right JSON as they are. */
const becomeJson: ReadonlySet<string> = new Set(['bool', 'int', 'long', 'string']);

function positions(count: number): string {
  return Array.from({ length: count }, (_, index) => index + 1).join(', ');
}

function seriesOf(
  item: SyntaxNode,
  scope: Scope,
  context: Context,
): {
  readonly sql: string;
  readonly fallback: string;
  readonly value: { readonly name: string | undefined; readonly type: SqlExpression['type'] };
} {
  const expression = item.child('Expression');
  const isNamed = expression.kind === 'SimpleNamedExpression';
  const call = isNamed ? expression.child('Expression') : expression;
  if (isPercentileColumns(call) && (call.columns?.length ?? 0) > 1) {
    throw unsupportedAt(call, 'A call of percentiles() with several percentages in make-series');
  }
  const aggregate = translateExpression(call, {
    ...scope,
    aggregate: (sql, type) => ({ sql, type }),
  });
  const given = item.optional('DefaultExpression')?.child('Expression');
  const fallback =
    given === undefined
      ? '0'
      : castTo(translateExpression(given, constantScope(context)), aggregate.type).sql;
  const name = isNamed ? nameOf(expression.child('Name')) : expression.resultName;
  return { sql: aggregate.sql, fallback, value: { name, type: aggregate.type } };
}

const axisTypes: ReadonlySet<ScalarType> = new Set([
  'int',
  'long',
  'real',
  'decimal',
  'datetime',
  'timespan',
]);

function axisOf(node: SyntaxNode, scope: Scope, context: Context): Axis {
  const on = node.child('OnClause').child('Expression');
  const [axis] = assignmentsOf(on, scope);
  if (axis === undefined) throw unsupportedAt(on, 'This axis');
  const range = node.child('RangeClause');
  const constants = constantScope(context);
  const sqlOf = (part: SyntaxNode | undefined): string | undefined => {
    if (part === undefined) return undefined;
    const { sql, type } = translateExpression(part, constants);
    if (axisTypes.has(type)) return sql;
    throw errorAt(part, 'semantic', 'invalid-argument', `The axis of make-series cannot take a ${type}.`);
  };
  if (range.kind === 'MakeSeriesInRangeClause') {
    const [from, to, step] = range.child('Arguments').list('Expressions').map(sqlOf);
    return { value: axis.value, name: axis.name, from, to, step: step ?? '1', isClosed: true };
  }
  const bound = (name: string): string | undefined => sqlOf(range.optional(name)?.child('Expression'));
  return {
    value: axis.value,
    name: axis.name,
    from: bound('MakeSeriesFromClause'),
    to: bound('MakeSeriesToClause'),
    step: bound('MakeSeriesStepClause') ?? '1',
    isClosed: false,
  };
}
