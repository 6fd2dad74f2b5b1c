/** A graph at one point of the pipeline: two relations whose rows know each other by number. */
import type { Relation } from './relation.ts';
import type { ScalarType } from './types.ts';

/**
 * What `make-graph` makes. It exists only while a query is translated: each graph operator reads the two relations and
 * writes ordinary SQL. Columns of a relation are the properties; its source also has the columns of `graphColumns`, with
 * which no property's SQL name collides.
 */
export interface Graph {
  readonly nodes: Relation;
  readonly edges: Relation;
  readonly idType: ScalarType;
}

/** SQL names of the columns that hold the graph together. */
export const graphColumns = {
  /** Of nodes: a number from 1 on, in the order of first appearance. */
  node: '"$node"',
  /** Of nodes: the id that the query gave; null is one too. */
  id: '"$id"',
  /** Of edges: a number from 1 on, in the order of the rows. */
  edge: '"$edge"',
  /** Of edges: numbers of nodes. */
  source: '"$source"',
  target: '"$target"',
} as const;

/** Returns the graph as what flows through a pipeline. */
export function graphRelation(graph: Graph): Relation {
  return { source: graph.edges.source, columns: [], isSorted: false, graph };
}
