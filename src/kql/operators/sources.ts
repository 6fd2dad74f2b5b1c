/** Operators that begin a query: `print` and `range`. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import type { Relation } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { assignments } from './assignments.ts';
import { hoistingScope, stored } from './operator.ts';

/** `print a, b = expression`. */
export function print(node: SyntaxNode, _input: Relation | undefined, context: Context): Relation {
  const nothing: Relation = { source: '', columns: [], isSorted: true };
  const { scope, input } = hoistingScope(context, nothing);
  const columns = assignments(node.list('Expressions'), scope, node.columns, (index) => `print_${index}`);
  return select(context, 'print', input().source, columns, { isSorted: true });
}

/** `range Name from a to b step c`. */
export function range(node: SyntaxNode, _input: Relation | undefined, context: Context): Relation {
  const scope = constantScope(context);
  const name = nameOf(node.child('Name'));
  const [from, to, step] = (['From', 'To', 'Step'] as const).map((part) =>
    translateExpression(node.child(part), scope),
  );
  const type = node.knownColumns[0]?.type ?? from?.type ?? 'long';
  const [start, end, by] = [from?.sql ?? 'NULL', to?.sql ?? 'NULL', step?.sql ?? 'NULL'];
  const column = identifier(name);
  const isReal = type === 'real' || type === 'decimal';
  // generate_series counts whole numbers; reals are counted in steps from the start.
  const sql = isReal
    ? `SELECT ${start} + i * ${by} AS ${column} FROM generate_series(0, CAST(floor((${end} - ${start}) / ${by} + 1e-9) AS BIGINT)) AS steps(i)`
    : `SELECT CAST(i AS ${type === 'int' ? 'INTEGER' : 'BIGINT'}) AS ${column} FROM generate_series(${start}, ${end}, ${by}) AS steps(i)`;
  return stored(context, 'range', sql, [{ name, type }], true);
}
