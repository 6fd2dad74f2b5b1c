/** `fork`, `facet`, graphs and some plugins of `evaluate`: what ends a query with several results. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import { rowScope } from '../expressions/scope.ts';
import { keepAll } from '../relation.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { translateTable } from '../tables/translateTable.ts';
import { assignments } from './assignments.ts';
import { resultsOfPlugin } from './evaluate.ts';
import { resultsOfGraph } from './graph/graphResults.ts';
import { continueFrom } from './mvApply.ts';

/** Makes one result in a context of its own. */
export interface ResultTranslator {
  (context: Context): Relation;
  /** The name that the operator gives to this one of its results. */
  readonly publishAs?: string;
}

/** Returns what makes each result of a tabular expression: one, unless it ends in an operator that has several. */
export function resultsOf(expression: SyntaxNode): ResultTranslator[] {
  const operator = expression.kind === 'PipeExpression' ? expression.child('Operator') : undefined;
  const rows: ResultTranslator = (context) => translateTable(expression.child('Expression'), context);
  if (operator?.kind === 'ForkOperator') {
    return operator
      .list('Expressions')
      .map((branch) => (context) => continueFrom(branch.child('Expression'), rows(context), context));
  }
  if (operator?.kind === 'FacetOperator') {
    const rest = operator.optional('WithClause');
    const facets = operator
      .list('Expressions')
      .map((column) => (context: Context) => facet(column, rows(context), context));
    if (rest === undefined) return facets;
    return [...facets, (context) => continueFrom(rest.child('Expression'), rows(context), context)];
  }
  const results = operator?.kind === 'EvaluateOperator' ? resultsOfPlugin(operator) : [];
  if (results.length > 0) return results.map((result) => (context) => result(rows(context), context));
  const ofGraph = resultsOfGraph(expression);
  return ofGraph.length > 0 ? ofGraph : [(context) => translateTable(expression, context)];
}

/** The values of one column, each with its number of rows. */
function facet(column: SyntaxNode, input: Relation, context: Context): Relation {
  const keys = assignments([column], rowScope(context, input), undefined);
  const values = select(context, 'facet', input.source, keys);
  const columns = [
    ...keepAll(values.columns),
    { name: 'count_', value: { sql: 'count(*)', type: 'long' as const } },
  ];
  return select(context, 'facet', values.source, columns, { tail: 'GROUP BY ALL' });
}
