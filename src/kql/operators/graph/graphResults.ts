/** Queries that end in a graph, or in the nodes and the edges of one: two results. */
import type { Context } from '../../context.ts';
import { nameOf } from '../../expressions/paths.ts';
import type { Graph } from '../../graph.ts';
import { errorAt } from '../../queryError.ts';
import type { Relation } from '../../relation.ts';
import type { SyntaxNode } from '../../syntax/syntaxNode.ts';
import { translateTable } from '../../tables/translateTable.ts';
import { once } from '../../tables/userFunction.ts';
import type { ResultTranslator } from '../fork.ts';
import { edgesTable, graphTable, nodesTable } from './graphToTable.ts';

/** Returns the two results of such an expression; none of any other. */
export function resultsOfGraph(expression: SyntaxNode): ResultTranslator[] {
  if (expression.isGraph) {
    const shown = (table: (graph: Graph, context: Context) => Relation): ResultTranslator => {
      return (context) => {
        context.shared.notices.add('A graph is shown as two tables: its nodes and its edges.');
        return table(graphOf(expression, context), context);
      };
    };
    return [shown(nodesTable), shown(edgesTable)];
  }
  return outputsOf(expression).map((output) => {
    const name = nameOfOutput(output);
    const translate: ResultTranslator = (context) => {
      const graph = graphOf(expression.child('Expression'), context);
      return graphTable(output, graph, context);
    };
    return name === undefined ? translate : Object.assign(translate, { publishAs: name });
  });
}

/** Gives the names of such an expression's results to the statements after it. */
export function bindGraphTables(expression: SyntaxNode, context: Context): void {
  const graph = once(() => graphOf(expression.child('Expression'), context));
  for (const output of outputsOf(expression)) {
    const name = nameOfOutput(output);
    if (name === undefined) continue;
    const relation = once(() => graphTable(output, graph(), context));
    context.names.set(name, { kind: 'table', relation });
  }
}

/** Several outputs of a `graph-to-table` at the end. */
function outputsOf(expression: SyntaxNode): SyntaxNode[] {
  const operator = expression.kind === 'PipeExpression' ? expression.child('Operator') : undefined;
  const outputs = operator?.kind === 'GraphToTableOperator' ? operator.list('OutputClause') : [];
  return outputs.length > 1 ? outputs : [];
}

function nameOfOutput(output: SyntaxNode): string | undefined {
  const clause = output.optional('AsClause');
  return clause === undefined ? undefined : nameOf(clause.child('Name'));
}

function graphOf(node: SyntaxNode, context: Context): Graph {
  const { graph } = translateTable(node, context);
  if (graph === undefined) throw errorAt(node, 'semantic', 'no-graph', 'A graph is expected here.');
  return graph;
}
