/** What the plugins of frequent patterns share: which columns take part, and patterns as rows of those columns. */
import type { SqlExpression } from '../expression.ts';
import { rowScope, constantScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { nameOf } from '../expressions/paths.ts';
import { castTo } from '../expressions/cast.ts';
import { nullConstant } from '../expressions/literals.ts';
import type { Projection, Relation, RelationColumn } from '../relation.ts';
import { select } from '../context.ts';
import type { ScalarType } from '../types.ts';
import { invalid, optionalArgument } from './arguments.ts';
import type { Mined } from './frequentPatterns.ts';
import type { PluginCall } from './plugin.ts';

export interface PatternColumns {
  /** All columns of the result, in the input's order. */
  readonly shown: readonly RelationColumn[];
  /** Those that can hold a value of a pattern. */
  readonly mined: readonly RelationColumn[];
  /** SQL of a row's weight. */
  readonly weight: string;
}

/** Returns the columns without those named, and the weight of the column that an argument names (else 1). */
export function patternColumns(
  call: PluginCall,
  weightIndex: number,
  hidden: readonly string[] = [],
): PatternColumns {
  const shown = call.input.columns.filter(({ name }) => !hidden.includes(name));
  const node = optionalArgument(call, weightIndex);
  if (node === undefined) return { shown, mined: shown, weight: '1' };
  const value = translateExpression(node, rowScope(call.context, call.input));
  if (!['int', 'long', 'real', 'decimal'].includes(value.type)) {
    throw invalid(node, 'The weight is a column of numbers.');
  }
  const name = nameOf(node);
  const weight = `greatest(${castTo(value, value.type === 'int' ? 'long' : value.type).sql}, 0)`;
  return { shown, mined: shown.filter((column) => column.name !== name), weight };
}

/** Returns what stands for "any value" in columns of each type: the arguments from `first` on, else null or empty. */
export function wildcards(call: PluginCall, first: number): (type: ScalarType) => SqlExpression {
  const given = new Map<ScalarType, SqlExpression>();
  for (let index = first; index < call.args.length; index++) {
    const node = optionalArgument(call, index);
    if (node === undefined) continue;
    const value = translateExpression(node, constantScope(call.context));
    given.set(value.type, value);
  }
  return (type) => given.get(type) ?? nullConstant(type);
}

/** Returns the rows of a step with `items`, sorted and numbered from 0: its measures, then the columns. */
export function patternRows(
  call: PluginCall,
  { shown, mined }: PatternColumns,
  { values }: Mined,
  step: string,
  {
    measures,
    order,
    wildcard,
  }: {
    readonly measures: readonly Projection[];
    readonly order: string;
    readonly wildcard: (type: ScalarType) => SqlExpression;
  },
): Relation {
  const joins = values.map(
    (table, index) => `LEFT JOIN ${table} AS d${index} ON list_contains(p.items, d${index}.id)`,
  );
  const columns = shown.map((column) => {
    const index = mined.indexOf(column);
    const any = castTo(wildcard(column.type), column.type).sql;
    const sql = index < 0 ? any : `CASE WHEN d${index}.id IS NULL THEN ${any} ELSE d${index}.v END`;
    return { name: column.name, value: { sql, type: column.type } };
  });
  const segment = {
    name: 'SegmentId',
    value: { sql: `row_number() OVER (ORDER BY ${order}) - 1`, type: 'long' as const },
  };
  return select(
    call.context,
    call.name,
    `${step} AS p ${joins.join(' ')}`,
    [segment, ...measures, ...columns],
    {
      tail: 'ORDER BY 1',
      isSorted: true,
    },
  );
}

/** The weight as a count: `Count` columns are whole numbers. */
export function countSql(weight: string): string {
  return `CAST(round(${weight}) AS BIGINT)`;
}
