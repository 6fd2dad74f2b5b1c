/** `mv-expand`: one row for each element of a dynamic array or bag; and the expansion that `mv-apply` shares. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression, typeOfName } from '../expressions/translateExpression.ts';
import { columnExpression } from '../relation.ts';
import type { Projection, Relation } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { ScalarType } from '../types.ts';
import { parameterNode, parameterText } from './operator.ts';

/** What is expanded, and the column that receives its elements. */
export interface Expansion {
  readonly name: string;
  /** SQL of the array or bag, JSON. */
  readonly value: string;
  /** A bag's members become `[name, value]` rather than `{name: value}`. */
  readonly asArrays: boolean;
  readonly type: ScalarType;
}

/** `mv-expand [bagexpansion=array] [with_itemindex=Name] a [to typeof(type)], b = expression limit n`. */
export function mvExpand(node: SyntaxNode, input: Relation, context: Context): Relation {
  const expansions = expansionsOf(node, input, context);
  const indexNode = parameterNode(node, 'with_itemindex');
  const index = indexNode === undefined ? undefined : nameOf(indexNode);
  const limitNode = node.optional('RowLimitClause')?.child('RowLimit');
  const limit =
    limitNode === undefined ? undefined : translateExpression(limitNode, constantScope(context)).sql;
  return expand(input, expansions, context, { index, limit });
}

/** Returns the expansions that the operator lists. */
export function expansionsOf(node: SyntaxNode, input: Relation, context: Context): Expansion[] {
  const mode = parameterText(node, 'bagexpansion') ?? parameterText(node, 'kind') ?? 'bag';
  const scope = rowScope(context, input);
  return node.list('Expressions').map((item) => {
    const expression = item.child('Expression');
    const isNamed = expression.kind === 'SimpleNamedExpression';
    const name = isNamed ? nameOf(expression.child('Name')) : (expression.resultName ?? 'Column1');
    const typeNode = item.optional('ToTypeOf')?.child('TypeOf');
    const value = translateExpression(expression, scope);
    return {
      name,
      value: castTo(value, 'dynamic').sql,
      asArrays: mode === 'array',
      type: typeNode === undefined ? 'dynamic' : typeOfName(typeNode),
    };
  });
}

/** The elements of an array, the members of a bag, or the value itself; a null is a single null. */
function elements(sql: string, asArrays: boolean): string {
  const member = asArrays
    ? `json_array(k, json_extract(${sql}, ${pointer}))`
    : `json_object(k, json_extract(${sql}, ${pointer}))`;
  return `CASE json_type(${sql})
    WHEN 'ARRAY' THEN from_json(${sql}, '["JSON"]')
    WHEN 'OBJECT' THEN list_transform(json_keys(${sql}), lambda k: ${member})
    ELSE [${sql}] END`;
}

const pointer = "'/' || replace(replace(k, '~', '~0'), '/', '~1')";

/** Returns the expanded rows: expansions run in parallel, the shorter ones filled with nulls. */
export function expand(
  input: Relation,
  expansions: readonly Expansion[],
  context: Context,
  options: { readonly index?: string | undefined; readonly limit?: string | undefined },
): Relation {
  // Each value is computed once, in a step of its own: its elements name it several times.
  const values = context.tables.add(
    'values',
    `SELECT *, ${expansions.map(({ value }, position) => `${value} AS ${valueName(position)}`).join(', ')} FROM ${input.source}`,
  );
  const lists = expansions.map(({ asArrays }, position) => {
    const list = elements(valueName(position), asArrays);
    return options.limit === undefined ? list : `(${list})[1:${options.limit}]`;
  });
  const unnested = lists.map((list, position) => `unnest(${list}) AS ${elementName(position)}`);
  const longest = lists.map((list) => `len(${list})`).join(', ');
  const count = lists.length === 1 ? longest : `greatest(${longest})`;
  if (options.index !== undefined) unnested.push(`unnest(range(${count})) AS "$index"`);
  const source = context.tables.add('expand', `SELECT *, ${unnested.join(', ')} FROM ${values}`);
  const columns: Projection[] = input.columns.map((column) => ({
    name: column.name,
    value: columnExpression(column),
  }));
  expansions.forEach(({ name, type }, position) => {
    const element: SqlExpression = { sql: `nullif(${elementName(position)}, 'null')`, type: 'dynamic' };
    const projection = { name, value: castTo(element, type) };
    const at = columns.findIndex((column) => column.name === name);
    if (at >= 0) columns[at] = projection;
    else columns.push(projection);
  });
  if (options.index !== undefined) {
    columns.push({ name: options.index, value: { sql: '"$index"', type: 'long' } });
  }
  return select(context, 'mv_expand', source, columns, { isSorted: input.isSorted });
}

function elementName(position: number): string {
  return identifier(`$${position + 1}`);
}

function valueName(position: number): string {
  return identifier(`$value${position + 1}`);
}
