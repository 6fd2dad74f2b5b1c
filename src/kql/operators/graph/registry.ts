/** Operators that make or read a graph, by the name of their syntax node. */
import type { Context } from '../../context.ts';
import type { Graph } from '../../graph.ts';
import { errorAt } from '../../queryError.ts';
import type { Relation } from '../../relation.ts';
import type { SyntaxNode } from '../../syntax/syntaxNode.ts';
import { piped } from '../operator.ts';
import type { TableOperator } from '../operator.ts';
import { graphMatch, graphShortestPaths } from './graphMatch.ts';
import { graphToTable } from './graphToTable.ts';
import { makeGraph } from './makeGraph.ts';
import { graphMarkComponents } from './markComponents.ts';

export const graphOperators: readonly (readonly [string, TableOperator])[] = [
  ['MakeGraphOperator', piped(makeGraph)],
  ['GraphMatchOperator', onGraph(graphMatch)],
  ['GraphShortestPathsOperator', onGraph(graphShortestPaths)],
  ['GraphToTableOperator', onGraph(graphToTable)],
  ['GraphMarkComponentsOperator', onGraph(graphMarkComponents)],
];

function onGraph(translate: (node: SyntaxNode, graph: Graph, context: Context) => Relation): TableOperator {
  return (node, input, context) => {
    if (input?.graph === undefined) {
      throw errorAt(
        node.at(0) ?? node,
        'semantic',
        'no-graph',
        'This operator needs a graph before it: make one with make-graph.',
      );
    }
    return translate(node, input.graph, context);
  };
}
