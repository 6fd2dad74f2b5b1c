/** `graph-mark-components`: gives each node the number of the component that it belongs to. */
import type { Context } from '../../context.ts';
import { nameOf } from '../../expressions/paths.ts';
import { graphColumns, graphRelation } from '../../graph.ts';
import type { Graph } from '../../graph.ts';
import { unsupportedAt } from '../../queryError.ts';
import { relationColumns } from '../../relation.ts';
import type { Relation } from '../../relation.ts';
import type { SyntaxNode } from '../../syntax/syntaxNode.ts';
import { parameterNode } from '../operator.ts';

const { node, id, source, target } = graphColumns;

/** `graph-mark-components [kind=weak|strong] [with_component_id=Name]`. */
export function graphMarkComponents(operator: SyntaxNode, graph: Graph, context: Context): Relation {
  const kind = parameterNode(operator, 'kind');
  const nameNode = parameterNode(operator, 'with_component_id');
  const name = nameNode === undefined ? 'ComponentId' : nameOf(nameNode);
  const strength = kind?.text ?? 'weak';
  if (strength !== 'weak' && strength !== 'strong') throw unsupportedAt(kind ?? operator, `kind=${strength}`);
  if (graph.nodes.columns.some((column) => column.name === name)) {
    throw unsupportedAt(
      nameNode ?? operator.at(0) ?? operator,
      `A second property named '${name}' (choose another with with_component_id=...)`,
    );
  }
  const roots = context.tables.add(
    'graph_roots',
    strength === 'weak' ? weakRoots(graph) : strongRoots(graph),
  );
  const kept = [node, id, ...graph.nodes.columns.map(({ sql }) => sql)];
  const column = relationColumns([
    ...kept.map((sql) => ({ name: sql.slice(1, -1), type: 'long' as const })),
    { name, type: 'long' },
  ]).slice(-1);
  const marked = `SELECT n.*, dense_rank() OVER (ORDER BY r."$root") - 1 AS ${column[0]?.sql ?? ''} FROM ${graph.nodes.source} AS n JOIN ${roots} AS r USING (${node})`;
  const nodes: Relation = {
    source: context.tables.add('graph_components', marked, 'MATERIALIZED '),
    columns: [...graph.nodes.columns, ...column],
    isSorted: false,
  };
  return graphRelation({ ...graph, nodes });
}

/**
 * The least node of each weak component, by FastSV (Zhang, Azad, Hu: FastSV, a distributed-memory connected component
 * algorithm with fast convergence, 2020): every node points to another of its component, each round to a lesser one seen
 * through an edge, and past the node pointed to. It ends when a round changes nothing; even along a chain of nodes the
 * number of rounds grows with the logarithm of its length.
 */
function weakRoots({ nodes, edges }: Graph): string {
  return `WITH RECURSIVE run AS (
    SELECT ${node}, ${node} AS "$root", ${node} AS "$over", 0 AS "$round" FROM ${nodes.source}
    UNION ALL
    SELECT * FROM (
      WITH s AS MATERIALIZED (SELECT * FROM run),
      two_way AS (SELECT ${source} AS a, ${target} AS b FROM ${edges.source} UNION ALL SELECT ${target}, ${source} FROM ${edges.source}),
      best AS MATERIALIZED (SELECT t.a AS ${node}, min(s."$over") AS "$best" FROM two_way AS t JOIN s ON s.${node} = t.b GROUP BY 1),
      next AS MATERIALIZED (SELECT ${node}, min("$root") AS "$root" FROM (
        SELECT ${node}, least("$root", "$over") AS "$root" FROM s
        UNION ALL SELECT ${node}, "$best" FROM best
        UNION ALL SELECT s."$root", b."$best" FROM best AS b JOIN s ON s.${node} = b.${node}
      ) GROUP BY 1)
      SELECT a.${node}, a."$root", b."$root", (SELECT max("$round") FROM s) + 1 FROM next AS a JOIN next AS b ON b.${node} = a."$root"
      WHERE (SELECT sum("$root") FROM next) < (SELECT sum("$root") FROM s)
    )
  ) SELECT ${node}, "$root" FROM run QUALIFY "$round" = max("$round") OVER ()`;
}

/** The least node of each strong component: one call computes all, since no join can follow cycles to their ends. */
function strongRoots({ nodes, edges }: Graph): string {
  const roots = `SELECT kql_strong_components((SELECT count(*) FROM ${nodes.source}), (SELECT string_agg(${source} || ' ' || ${target}, ' ') FROM ${edges.source})) AS roots`;
  return `SELECT unnest(range(1, len(roots) + 1)) AS ${node}, unnest(roots) AS "$root" FROM (SELECT CAST(CAST(roots AS JSON) AS BIGINT[]) AS roots FROM (${roots}))`;
}
