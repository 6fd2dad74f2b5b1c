/**
 * Functions whose meaning depends on their place in the query rather than on their arguments' values alone: they name
 * columns, see the whole row, or see neighbouring rows.
 */
import type { SqlExpression } from '../expression.ts';
import { errorAt } from '../queryError.ts';
import { stringLiteral } from '../sql/literal.ts';
import { translateTable } from '../tables/translateTable.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { castTo } from './cast.ts';
import { dynamicConstant } from './literals.ts';
import { nameOf } from './paths.ts';
import { serviceFunctions } from './serviceFunctions.ts';
import { translateToScalarOf } from './toscalar.ts';
import type { Scope } from './scope.ts';
import { translateExpression } from './translateExpression.ts';
import { windowFunctions } from './windowFunctions.ts';

export type PlacedFunction = (node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope) => SqlExpression;

export const placedFunctions: ReadonlyMap<string, PlacedFunction> = new Map<string, PlacedFunction>([
  ['column_ifexists', columnIfExists],
  ['columnifexists', columnIfExists],
  ['column_names_of', columnNamesOf],
  ['pack_all', packAll],
  ['bag_pack_columns', packColumns],
  ['materialize', translateToScalarOf],
  ...serviceFunctions,
  ...windowFunctions,
]);

function columnIfExists(node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  const [nameNode, fallback] = args;
  if (nameNode === undefined || fallback === undefined) {
    throw errorAt(
      node,
      'semantic',
      'missing-argument',
      'column_ifexists() takes a column name and a default.',
    );
  }
  const name = translateExpression(nameNode, scope).constant;
  const column = typeof name === 'string' ? scope.columns.get(name) : undefined;
  return column ?? translateExpression(fallback, scope);
}

function columnNamesOf(node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  const [table] = args;
  if (table === undefined) {
    throw errorAt(node, 'semantic', 'missing-argument', 'column_names_of() takes a table.');
  }
  return dynamicConstant(translateTable(table, scope.context).columns.map(({ name }) => name));
}

function packAll(_node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  const [ignoreNode] = args;
  const ignoresEmpty = ignoreNode !== undefined && translateExpression(ignoreNode, scope).constant === true;
  return bag([...scope.columns], ignoresEmpty);
}

function packColumns(_node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  return bag(
    args.map((arg) => [nameOf(arg), translateExpression(arg, scope)]),
    false,
  );
}

function bag(entries: readonly (readonly [string, SqlExpression])[], ignoresEmpty: boolean): SqlExpression {
  const pairs = entries.map(([name, value]) => {
    const json = castTo(value, 'dynamic').sql;
    const isEmpty = value.type === 'string' ? `nullif(${value.sql}, '')` : value.sql;
    return [stringLiteral(name), ignoresEmpty ? `CASE WHEN ${isEmpty} IS NOT NULL THEN ${json} END` : json];
  });
  if (pairs.length === 0) return { sql: "'{}'::JSON", type: 'dynamic' };
  const whole = `json_object(${pairs.flat().join(', ')})`;
  // Merging with an empty object drops the members whose value is null, as JSON's merge patch defines it.
  return { sql: ignoresEmpty ? `json_merge_patch('{}'::JSON, ${whole})` : whole, type: 'dynamic' };
}
