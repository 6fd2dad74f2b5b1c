/** How many edges come into a node and go out of it. */
import type { Context } from '../../context.ts';
import { graphColumns } from '../../graph.ts';
import type { Graph } from '../../graph.ts';
import { degreeColumns } from './matchScope.ts';

const { node, source, target } = graphColumns;

/** Returns the name of a table of the nodes with `degreeColumns`; an edge from a node to itself counts both ways. */
export function withDegrees({ nodes, edges }: Graph, context: Context): string {
  const counts = (end: string, name: string): string =>
    `(SELECT ${end} AS ${node}, count(*) AS ${name} FROM ${edges.source} GROUP BY 1)`;
  return context.tables.add(
    'graph_degrees',
    `SELECT n.*, coalesce(i.${degreeColumns.in}, 0) AS ${degreeColumns.in}, coalesce(o.${degreeColumns.out}, 0) AS ${degreeColumns.out} FROM ${nodes.source} AS n LEFT JOIN ${counts(target, degreeColumns.in)} AS i USING (${node}) LEFT JOIN ${counts(source, degreeColumns.out)} AS o USING (${node})`,
  );
}
