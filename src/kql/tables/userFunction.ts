/** Functions that the query declares with `let`: arguments are bound to parameters, then the body is translated. */
import type { Binding, Context } from '../context.ts';
import { Names } from '../context.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope } from '../expressions/scope.ts';
import type { Scope } from '../expressions/scope.ts';
import { scalarTypeNamed, translateExpression } from '../expressions/translateExpression.ts';
import { errorAt, QueryError } from '../queryError.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { bindLet } from './letStatement.ts';
import { translateTable } from './translateTable.ts';

type FunctionBinding = Extract<Binding, { kind: 'function' }>;

/** Deeper calls are refused: Kusto has no recursion, so only a text made to exhaust the translator gets there. */
const maxCallDepth = 64;

/**
 * Returns the body's expression and the context to translate it in. `first` is the table that `invoke` passes as
 * the first argument.
 */
export function bindCall(
  node: SyntaxNode,
  binding: FunctionBinding,
  args: readonly SyntaxNode[],
  scope: Scope,
  first?: Relation,
): { readonly body: SyntaxNode; readonly context: Context } {
  const { declaration } = binding;
  const depth = (scope.context.callDepth ?? 0) + 1;
  if (depth > maxCallDepth) {
    throw errorAt(node, 'unsupported', 'too-deep', 'Functions call each other too deeply to be run here.');
  }
  const names = new Names(binding.names);
  const parameters = declaration.child('Parameters').list('Parameters');
  let position = first === undefined ? 0 : 1;
  const given = new Map<string, SyntaxNode>();
  for (const arg of args) {
    const parameter = parameters[position++];
    if (arg.kind === 'SimpleNamedExpression') given.set(nameOf(arg.child('Name')), arg.child('Expression'));
    else {
      if (parameter !== undefined) given.set(parameterName(parameter), arg);
    }
  }
  parameters.forEach((parameter, index) => {
    const name = parameterName(parameter);
    if (index === 0 && first !== undefined) names.set(name, { kind: 'table', relation: () => first });
    else names.set(name, bindParameter(node, parameter, given.get(name), scope));
  });
  const declared = declaration.child('Body');
  const body = node.expansion() ?? declared;
  const placeShift = binding.placeShift + declared.start - body.start;
  const context: Context = { ...scope.context, names, callDepth: depth, placeShift };
  for (const statement of body.list('Statements')) bindLet(statement, context);
  return { body: body.child('Expression'), context };
}

/**
 * Translates a function's body; what fails there is reported at the call, since the binder's copy of the body has no
 * place in the text.
 */
export function atCall<T>(call: SyntaxNode, translate: () => T): T {
  try {
    return translate();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { start, length } = call;
    throw new QueryError({ ...error.error, start, length });
  }
}

function parameterName(parameter: SyntaxNode): string {
  return nameOf(parameter.child('NameAndType').child('Name'));
}

function bindParameter(
  call: SyntaxNode,
  parameter: SyntaxNode,
  arg: SyntaxNode | undefined,
  scope: Scope,
): Binding {
  const typeNode = parameter.child('NameAndType').child('Type');
  if (typeNode.kind === 'SchemaTypeExpression') {
    if (arg === undefined) {
      throw errorAt(call, 'semantic', 'missing-argument', `'${parameterName(parameter)}' needs a table.`);
    }
    const relation = once(() => translateTable(arg, scope.context));
    return { kind: 'table', relation };
  }
  const type = scalarTypeNamed(typeNode);
  const fallback = parameter.optional('DefaultValue')?.child('Value');
  if (arg !== undefined) {
    const value = castTo(translateExpression(arg, scope), type);
    return { kind: 'scalar', value: () => value };
  }
  if (fallback === undefined) {
    throw errorAt(call, 'semantic', 'missing-argument', `'${parameterName(parameter)}' needs a value.`);
  }
  const value = castTo(translateExpression(fallback, constantScope(scope.context)), type);
  return { kind: 'scalar', value: () => value };
}

/** Returns a function that computes its value at the first call. */
export function once<T>(compute: () => T): () => T {
  let state: { readonly value: T } | undefined;
  return () => (state ??= { value: compute() }).value;
}
