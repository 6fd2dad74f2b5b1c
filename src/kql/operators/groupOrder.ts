/**
 * Kusto emits groups in the order in which their first rows came. DuckDB does not, and sorting them costs; so it is
 * done only where a later operator of the same pipeline shows the order.
 */
import { nameOf } from '../expressions/paths.ts';
import { windowFunctions } from '../expressions/windowFunctions.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';

/** Operators that pass rows on in the order in which they come. */
const keepsOrder: ReadonlySet<string> = new Set([
  'AsOperator',
  'ExtendOperator',
  'FilterOperator',
  'MvExpandOperator',
  'ParseOperator',
  'ParseKvOperator',
  'ParseWhereOperator',
  'ProjectAwayOperator',
  'ProjectByNamesOperator',
  'ProjectKeepOperator',
  'ProjectOperator',
  'ProjectRenameOperator',
  'ProjectReorderOperator',
]);

const windowNames = windowFunctions.map(([name]) => name);
const collecting = ['make_list', 'make_list_if', 'make_list_with_nulls', 'makelist', 'make_set', 'make_set_if', 'makeset', 'make_bag', 'make_bag_if', 'make_dictionary']; // prettier-ignore

/** An operator after the groups shows their order. */
export function showsGroupOrder(following: readonly SyntaxNode[]): boolean {
  for (const step of following) {
    if (step.kind === 'ScanOperator' || step.kind === 'SerializeOperator') return true;
    if (step.kind === 'SummarizeOperator') return calls(step, collecting);
    if (!keepsOrder.has(step.kind)) return false;
    if (calls(step, windowNames)) return true;
  }
  return false;
}

function calls(node: SyntaxNode, names: readonly string[]): boolean {
  if (node.kind === 'FunctionCallExpression' && names.includes(nameOf(node.child('Name')))) return true;
  return [...node.children()].some((child) => calls(child, names));
}
