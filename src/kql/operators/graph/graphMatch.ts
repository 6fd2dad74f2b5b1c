/** `graph-match` and `graph-shortest-paths`. */
import type { Context } from '../../context.ts';
import type { Graph } from '../../graph.ts';
import { errorAt, unsupportedAt } from '../../queryError.ts';
import type { Relation } from '../../relation.ts';
import type { SyntaxNode } from '../../syntax/syntaxNode.ts';
import { parameterNode } from '../operator.ts';
import type { Cycles } from './distinctness.ts';
import { match } from './match.ts';

const cyclesKinds: Readonly<Record<string, Cycles>> = {
  all: 'all',
  none: 'none',
  unique_edges: 'unique_edges',
};

/** `graph-match [cycles=all|none|unique_edges] pattern, ... [where condition] project columns`. */
export function graphMatch(node: SyntaxNode, graph: Graph, context: Context): Relation {
  const option = parameterNode(node, 'cycles');
  const cycles = cyclesKinds[option?.text ?? 'unique_edges'];
  if (cycles === undefined) throw unsupportedAt(option ?? node, `cycles=${option?.text ?? ''}`);
  return match(node, graph, context, { cycles });
}

/** `graph-shortest-paths [output=any|all] pattern [where condition] project columns`: no node comes twice in a path. */
export function graphShortestPaths(node: SyntaxNode, graph: Graph, context: Context): Relation {
  const option = parameterNode(node, 'output');
  const shortest = option?.text ?? 'any';
  if (shortest !== 'any' && shortest !== 'all') throw unsupportedAt(option ?? node, `output=${shortest}`);
  const [sequence, ...others] = node.list('Patterns');
  const hasWalk = sequence
    ?.child('PatternElements')
    .items()
    .some((element) => element.optional('Range') !== undefined);
  if (hasWalk !== true || others.length > 0) {
    const message =
      'A shortest path is one sequence with an edge of variable length, as in (a)-[e*1..5]->(b).';
    throw errorAt(node.child('Patterns'), 'semantic', 'graph-pattern', message);
  }
  return match(node, graph, context, { cycles: 'none', shortest });
}
