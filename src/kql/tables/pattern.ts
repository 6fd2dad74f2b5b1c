/** `declare pattern`: a call with these texts, and perhaps a path, stands for one of the tables that it lists. */
import { Names } from '../context.ts';
import type { Context } from '../context.ts';
import { argumentsOf } from '../expressions/functionCall.ts';
import { nameOf } from '../expressions/paths.ts';
import { stringConstant } from '../expressions/literals.ts';
import { constantScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { errorAt } from '../queryError.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { bindLet } from './letStatement.ts';
import { translateTable } from './translateTable.ts';

/** Adds the pattern's name to the names of the context. */
export function bindPattern(statement: SyntaxNode, context: Context): void {
  const name = nameOf(statement.child('Name'));
  context.names.set(name, { kind: 'pattern', declaration: statement, names: context.names });
}

/** The call, with or without a path after it, names a pattern. */
export function isPatternCall(node: SyntaxNode, context: Context): boolean {
  const call = node.kind === 'PathExpression' ? node.child('Expression') : node;
  return (
    call.kind === 'FunctionCallExpression' &&
    context.names.get(nameOf(call.child('Name')))?.kind === 'pattern'
  );
}

/** Returns the table that the pattern lists for the call. */
export function callPattern(node: SyntaxNode, context: Context): Relation {
  const path = node.kind === 'PathExpression' ? nameOf(node.child('Selector')) : undefined;
  const call = node.kind === 'PathExpression' ? node.child('Expression') : node;
  const binding = context.names.get(nameOf(call.child('Name')));
  if (binding?.kind !== 'pattern') {
    throw errorAt(call, 'semantic', 'unknown-name', `There is no pattern named '${call.text}'.`);
  }
  const given = argumentsOf(call).map((arg) => constantText(arg, context));
  const pattern = binding.declaration.optional('Pattern');
  const found = pattern?.list('Patterns').find((match) => {
    const wanted = match.child('ParameterValues').list('Expressions');
    const wantedPath = match.optional('PathValue')?.child('Value').stringValue;
    return (
      wantedPath === path &&
      wanted.length === given.length &&
      wanted.every((value, index) => value.stringValue === given[index])
    );
  });
  if (pattern === undefined || found === undefined) {
    throw errorAt(node, 'semantic', 'no-pattern', `No pattern is declared for ${node.text}.`);
  }
  const names = new Names(binding.names);
  const parameters = [
    ...pattern.list('Parameters').map((parameter, index) => [parameter, given[index]] as const),
    [pattern.optional('PathParameter')?.child('Parameter'), path] as const,
  ];
  for (const [parameter, text] of parameters) {
    if (parameter === undefined || text === undefined) continue;
    names.set(nameOf(parameter.child('Name')), { kind: 'scalar', value: () => stringConstant(text) });
  }
  const body = found.child('Body');
  const inner: Context = { ...context, names };
  for (const statement of body.list('Statements')) bindLet(statement, inner);
  return translateTable(body.child('Expression'), inner);
}

function constantText(node: SyntaxNode, context: Context): string {
  const { constant } = translateExpression(node, constantScope(context));
  if (typeof constant === 'string') return constant;
  throw errorAt(node, 'semantic', 'invalid-argument', 'A pattern takes constant texts.');
}
