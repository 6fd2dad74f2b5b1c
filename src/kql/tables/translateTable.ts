/** Tabular expressions: one entry per kind of syntax node; operators come from their own registry. */
import { schemaTable } from '../context.ts';
import type { Context } from '../context.ts';
import { tableFunctions } from '../enrichments.ts';
import { argumentsOf } from '../expressions/functionCall.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { showsGroupOrder } from '../operators/groupOrder.ts';
import { assignedAddresses } from '../operators/enrich.ts';
import { operators } from '../operators/registry.ts';
import { errorAt, refusalOf, unsupportedAt } from '../queryError.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { datatable } from './datatable.ts';
import { externalData } from './externalData.ts';
import { filtersFirst } from './filtersFirst.ts';
import { callPattern, isPatternCall } from './pattern.ts';
import { atCall, bindCall } from './userFunction.ts';

type TableTranslator = (node: SyntaxNode, context: Context) => Relation;

const sources = new Map<string, TableTranslator>([
  ['PipeExpression', pipe],
  ['ParenthesizedExpression', inner],
  ['MaterializeExpression', materialize],
  ['ToTableExpression', inner],
  ['DataScopeExpression', inner],
  ['NameReference', named],
  ['FunctionCallExpression', called],
  ['PathExpression', path],
  ['DataTableExpression', datatable],
  ['ExternalDataExpression', externalData],
]);

/** Returns the relation of a tabular expression. */
export function translateTable(node: SyntaxNode, context: Context): Relation {
  const source = sources.get(node.kind);
  if (source !== undefined) return source(node, context);
  return applyTableOperator(node, undefined, context);
}

/** Returns the result of one operator over its input (none where it begins a query). */
export function applyTableOperator(
  node: SyntaxNode,
  input: Relation | undefined,
  context: Context,
): Relation {
  const operator = operators.get(node.kind);
  if (operator === undefined) {
    const word = node.at(0) ?? node;
    throw refusalOf(word, `The operator '${word.text}'`, word.text);
  }
  return operator(node, input, context);
}

function pipe(node: SyntaxNode, context: Context): Relation {
  const { first, steps } = stepsOf(node);
  return applySteps(steps, translateTable(first, context), context);
}

/** Returns what a pipeline begins with and its operators; the left side is walked in a loop: pipelines may be long. */
export function stepsOf(pipeline: SyntaxNode): { readonly first: SyntaxNode; readonly steps: SyntaxNode[] } {
  const steps: SyntaxNode[] = [];
  let first = pipeline;
  while (first.kind === 'PipeExpression') {
    steps.push(first.child('Operator'));
    first = first.child('Expression');
  }
  return { first, steps: steps.reverse() };
}

/** Returns what the operators, one after the other, make of the rows. */
export function applySteps(steps: readonly SyntaxNode[], input: Relation, context: Context): Relation {
  return filtersFirst(steps, context.names).reduce<Relation>((rows, step, index, ordered) => {
    const ordersGroups = step.kind === 'SummarizeOperator' && showsGroupOrder(ordered.slice(index + 1));
    return applyTableOperator(step, rows, { ...context, ordersGroups });
  }, input);
}

function inner(node: SyntaxNode, context: Context): Relation {
  return translateTable(node.child('Expression'), context);
}

/** Computed once, however often the query reads it. */
function materialize(node: SyntaxNode, context: Context): Relation {
  return materialized(inner(node, context), context);
}

function materialized(relation: Relation, context: Context): Relation {
  const source = context.tables.add('materialize', `FROM ${relation.source}`, 'MATERIALIZED ');
  return { ...relation, source };
}

function named(node: SyntaxNode, context: Context): Relation {
  const name = nameOf(node);
  const binding = context.names.get(name);
  if (binding?.kind === 'table') return binding.relation();
  if (binding?.kind === 'function') return callTable(node, [], context);
  const alias = context.shared.aliases.get(name);
  if (alias !== undefined) return alias;
  if (binding?.kind === 'scalar') {
    throw errorAt(node, 'semantic', 'not-a-table', `'${name}' is a value, not a table.`);
  }
  return schemaTable(context, name, node);
}

/** A path names a pattern's table; a table of another database or cluster is not here. */
function path(node: SyntaxNode, context: Context): Relation {
  if (isPatternCall(node, context)) return callPattern(node, context);
  throw unsupportedAt(node, 'A table of another database, workspace or cluster');
}

function called(node: SyntaxNode, context: Context): Relation {
  if (isPatternCall(node, context)) return callPattern(node, context);
  const name = nameOf(node.child('Name'));
  const args = argumentsOf(node);
  const [first] = args;
  if (context.names.get(name)?.kind === 'function') return callTable(node, args, context);
  if ((name === 'materialize' || name === 'view') && first !== undefined) {
    const relation = translateTable(first, context);
    return name === 'materialize' ? materialized(relation, context) : relation;
  }
  if (name === 'table' && first !== undefined) {
    const { constant } = translateExpression(first, constantScope(context));
    if (typeof constant !== 'string') {
      throw errorAt(first, 'semantic', 'invalid-argument', 'table() takes a constant table name.');
    }
    return schemaTable(context, constant, first);
  }
  if (tableFunctions.has(name)) return assignedAddresses(node, context);
  throw refusalOf(node.child('Name'), `The function '${name}()'`, name);
}

/** Returns the table that a call of the query's own function yields; `first` is what `invoke` passes. */
export function callTable(
  node: SyntaxNode,
  args: readonly SyntaxNode[],
  context: Context,
  first?: Relation,
): Relation {
  const name = nameOf(node.optional('Name') ?? node);
  const binding = context.names.get(name);
  if (binding?.kind !== 'function') {
    throw errorAt(node, 'semantic', 'unknown-function', `There is no function named '${name}'.`);
  }
  const call = bindCall(node, binding, args, constantScope(context), first);
  return atCall(node, () => translateTable(call.body, call.context));
}
