/** `make-graph ... partitioned-by column (operator)`: a graph for each value, each read by the same operator. */
import type { Context } from '../../context.ts';
import { unsupportedAt } from '../../queryError.ts';
import type { Relation } from '../../relation.ts';
import type { SyntaxNode } from '../../syntax/syntaxNode.ts';
import { applySteps, stepsOf } from '../../tables/translateTable.ts';

/** Operators that treat each row by itself, so that it does not matter whose rows stand beside it. */
const rowwise: ReadonlySet<string> = new Set([
  'FilterOperator',
  'ExtendOperator',
  'ProjectOperator',
  'ProjectAwayOperator',
  'ProjectKeepOperator',
  'ProjectRenameOperator',
  'ProjectReorderOperator',
  'MvExpandOperator',
]);

/**
 * Returns the results of all partitions. Their edges never meet, since a node is its id and its partition together; so one
 * run over the whole graph is a run over each.
 */
export function partitioned(subquery: SyntaxNode, graph: Relation, context: Context): Relation {
  const { first, steps } = stepsOf(subquery);
  const whole = steps.find(({ kind }) => !rowwise.has(kind));
  if (whole !== undefined) throw unsupportedAt(whole, 'An operator over the rows of each partition');
  return applySteps([first, ...steps], graph, context);
}
