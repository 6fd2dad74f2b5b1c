/** `let`: gives a name to a value, a table or a function. */
import type { Context } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { translateTable } from './translateTable.ts';
import { once } from './userFunction.ts';

/** Adds the statement's name to the context's names, if it is a `let`. */
export function bindLet(statement: SyntaxNode, context: Context): void {
  if (statement.kind !== 'LetStatement') return;
  const name = nameOf(statement.child('Name'));
  const value = statement.child('Expression');
  const { names } = context;
  if (value.kind === 'FunctionDeclaration') {
    names.set(name, {
      kind: 'function',
      declaration: value,
      names,
      placeShift: context.placeShift ?? 0,
    });
  } else if (isTable(value)) {
    const relation = once(() => translateTable(value, { ...context, letName: name }));
    names.set(name, { kind: 'table', relation });
  } else {
    const scalar = once(() => translateExpression(value, constantScope(context)));
    names.set(name, { kind: 'scalar', value: scalar });
  }
}

/** The expression yields rows, or a graph. */
export function isTable(node: SyntaxNode): boolean {
  return (
    node.isTabular || node.isGraph || node.kind === 'PipeExpression' || node.kind === 'DataTableExpression'
  );
}
