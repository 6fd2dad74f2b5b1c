/** `graph-to-table`: the nodes or the edges of a graph as rows, or both as two results. */
import { select } from '../../context.ts';
import type { Context } from '../../context.ts';
import type { Call } from '../../expression.ts';
import { callAt } from '../../expressions/call.ts';
import { nameOf } from '../../expressions/paths.ts';
import { constantScope } from '../../expressions/scope.ts';
import { scalarFunctions } from '../../functions/registry.ts';
import { graphColumns } from '../../graph.ts';
import type { Graph } from '../../graph.ts';
import { errorAt } from '../../queryError.ts';
import { keepAll } from '../../relation.ts';
import type { Projection, Relation } from '../../relation.ts';
import type { SyntaxNode } from '../../syntax/syntaxNode.ts';
import { parameterNode } from '../operator.ts';

/** `graph-to-table nodes|edges [as Name] [with_...=Name]`. */
export function graphToTable(node: SyntaxNode, graph: Graph, context: Context): Relation {
  const [output, second] = node.list('OutputClause');
  if (output !== undefined && second === undefined) return graphTable(output, graph, context);
  const message = 'Nodes and edges together are two results: they can only end a query.';
  throw errorAt(node, 'semantic', 'several-results', message);
}

/** Returns the rows of one output of the operator. */
export function graphTable(output: SyntaxNode, graph: Graph, context: Context): Relation {
  return output.child('EntityKeyword').text === 'nodes'
    ? nodesTable(graph, context, output)
    : edgesTable(graph, context, output);
}

/** Returns the nodes with their properties, and with the hash of each id where the output asks for it. */
export function nodesTable(graph: Graph, context: Context, output?: SyntaxNode): Relation {
  const { id, node } = graphColumns;
  const columns = [...hashed(output, 'with_node_id', id, graph, context), ...keepAll(graph.nodes.columns)];
  return select(context, 'graph_table', graph.nodes.source, columns, { tail: `ORDER BY ${node}` });
}

/** Returns the edges with their properties, and with the hashes of their ends' ids where the output asks for them. */
export function edgesTable(graph: Graph, context: Context, output?: SyntaxNode): Relation {
  const { id, node, source, target, edge } = graphColumns;
  const ends = [
    ...hashed(output, 'with_source_id', '"$s"', graph, context),
    ...hashed(output, 'with_target_id', '"$t"', graph, context),
  ];
  const columns = [...ends, ...keepAll(graph.edges.columns)];
  const { source: nodes } = graph.nodes;
  const from =
    ends.length === 0
      ? graph.edges.source
      : `(SELECT e.*, s.${id} AS "$s", t.${id} AS "$t" FROM ${graph.edges.source} AS e JOIN ${nodes} AS s ON s.${node} = e.${source} JOIN ${nodes} AS t ON t.${node} = e.${target})`;
  return select(context, 'graph_table', from, columns, { tail: `ORDER BY ${edge}` });
}

function hashed(
  output: SyntaxNode | undefined,
  parameter: string,
  sql: string,
  graph: Graph,
  context: Context,
): Projection[] {
  const name = output === undefined ? undefined : parameterNode(output, parameter);
  const hash = scalarFunctions.get('hash');
  if (output === undefined || name === undefined || hash === undefined) return [];
  const call: Call = callAt(output, 'hash', 'long', [], constantScope(context));
  const value = hash.translate([{ sql, type: graph.idType }], call);
  return [{ name: nameOf(name), value: { sql: value, type: 'long' } }];
}
