/**
 * Walks along an edge of variable length, by a recursive query. It keeps to what can become a match: it begins at the nodes
 * where one may begin, takes only edges that may be part of one, and turns back where no end is near enough. Walks that
 * remain are all made: with many edges between few nodes their number grows by a power of the greatest length.
 */
import type { Context } from '../../context.ts';
import { graphColumns } from '../../graph.ts';
import type { Graph } from '../../graph.ts';
import type { PatternEdge } from './pattern.ts';

const { node, edge, source, target } = graphColumns;

/** Columns of a walk's row. */
export const walkColumns = {
  /** The node at the left end of the edge as the pattern writes it. */
  left: '"$left"',
  right: '"$right"',
  length: '"$length"',
  /** Numbers of the edges, from left to right. */
  edges: '"$edges"',
  /** Numbers of the nodes between the ends; present where cycles are excluded. */
  inner: '"$inner"',
} as const;

interface WalkList {
  readonly name: string;
  readonly of: 'edges' | 'inner';
  readonly sql: string;
  readonly sqlType: string;
}

/** What a query reads of the edges of a walk and of the nodes between its ends. */
export class WalkReads {
  readonly lists: WalkList[] = [];
  /** Conditions that each edge meets, over the edge's row `e`. */
  readonly edgeConditions: string[] = [];
  /** Conditions that each inner node meets, over the node's row `n`. */
  readonly innerConditions: string[] = [];

  /** Collects a value of each edge (over `e`) or inner node (over `n`), and returns the column that lists them. */
  collect(of: 'edges' | 'inner', sql: string, sqlType: string): string {
    const known = this.lists.find((list) => list.of === of && list.sql === sql && list.sqlType === sqlType);
    if (known !== undefined) return known.name;
    const name = `"$list${this.lists.length + 1}"`;
    this.lists.push({ name, of, sql, sqlType });
    return name;
  }
}

export interface WalkPlan {
  readonly graph: Graph;
  readonly nodesSource: string;
  readonly edge: PatternEdge;
  readonly range: { readonly min: number; readonly max: number };
  readonly reads: WalkReads;
  readonly beginsRight: boolean;
  /** Names of tables with the numbers of the nodes where walks may begin and end; any node where absent. */
  readonly begins: string | undefined;
  readonly ends: string | undefined;
  readonly cycles: 'all' | 'none' | 'unique_edges';
  /** Only shortest walks between two nodes are asked for, one or all of them. */
  readonly shortest?: 'any' | 'all';
}

/** Returns the name of a table with one row a walk, with `walkColumns` and the lists that the query reads. */
export function walks(plan: WalkPlan, context: Context): string {
  const { range, reads, beginsRight, begins, cycles, graph } = plan;
  const steps = context.tables.add('graph_steps', stepsSql(plan), 'MATERIALIZED ');
  const near = plan.ends === undefined ? undefined : nearness(steps, plan.ends, range.max, context);
  const starts = begins ?? graph.nodes.source;
  const distances =
    plan.shortest === 'all' ? shortestDistances(plan, steps, near, starts, context) : undefined;
  const isKept = cycles === 'none' && plan.shortest === undefined;
  const columns = [
    { name: '"$begin"', first: `s.${node}`, next: 'w."$begin"' },
    { name: '"$end"', first: `s.${node}`, next: 't."$to"' },
    { name: walkColumns.length, first: '0::BIGINT', next: `w.${walkColumns.length} + 1` },
    { name: walkColumns.edges, first: 'CAST([] AS BIGINT[])', next: added(walkColumns.edges, edge) },
    ...(isKept ? [{ name: '"$nodes"', first: `[s.${node}]`, next: added('"$nodes"', '"$to"') }] : []),
    ...reads.lists.map(({ name, of, sqlType }) => ({
      name,
      first: `CAST([] AS ${sqlType}[])`,
      next:
        of === 'edges'
          ? added(name, name)
          : `CASE WHEN w.${walkColumns.length} = 0 THEN w.${name} ELSE ${added(name, name)} END`,
    })),
  ];
  const conditions = [
    ...stepConditions(plan, near),
    ...(plan.shortest === undefined && cycles === 'unique_edges'
      ? [`NOT list_contains(w.${walkColumns.edges}, t.${edge})`]
      : []),
    ...(isKept ? ['NOT list_contains(w."$nodes", t."$to")'] : []),
  ];
  const first = `SELECT ${columns.map(({ name, first: sql }) => `${sql} AS ${name}`).join(', ')} FROM ${starts} AS s`;
  const from = `FROM w JOIN ${steps} AS t ON t."$from" = w."$end"${near === undefined ? '' : ` JOIN ${near} AS r ON r.${node} = t."$to"`}`;
  const next = columns.map(({ name, next: sql }) => `${sql} AS ${name}`).join(', ');
  const where = `WHERE ${conditions.join(' AND ')}`;
  const names = columns.map(({ name }) => name).join(', ');
  const onDistance = `JOIN ${distances ?? ''} AS d ON d."$begin" = w."$begin" AND d."$end" = t."$to" AND d.${walkColumns.length} = w.${walkColumns.length} + 1`;
  const recursion =
    plan.shortest === 'any'
      ? `w(${names}) USING KEY ("$begin", "$end") AS (${first} UNION (SELECT DISTINCT ON (w."$begin", t."$to") ${next} ${from} ANTI JOIN recurring.w AS k ON k."$begin" = w."$begin" AND k."$end" = t."$to" ${where} ORDER BY w."$begin", t."$to", t.${edge}))`
      : `w AS (${first} UNION ALL SELECT ${next} ${from}${plan.shortest === 'all' ? ` ${onDistance}` : ''} ${where})`;
  const [left, right] = beginsRight ? ['"$end"', '"$begin"'] : ['"$begin"', '"$end"'];
  const output = [
    `${left} AS ${walkColumns.left}`,
    `${right} AS ${walkColumns.right}`,
    walkColumns.length,
    walkColumns.edges,
    ...(isKept ? [`"$nodes"[2:-2] AS ${walkColumns.inner}`] : []),
    ...reads.lists.map(({ name }) => name),
  ];
  return context.tables.add(
    'graph_walks',
    `WITH RECURSIVE ${recursion} SELECT ${output.join(', ')} FROM w WHERE ${walkColumns.length} >= ${range.min}`,
  );

  function added(list: string, value: string): string {
    return beginsRight ? `list_prepend(t.${value}, w.${list})` : `list_append(w.${list}, t.${value})`;
  }
}

function stepConditions({ range, reads }: WalkPlan, near: string | undefined): string[] {
  return [
    `w.${walkColumns.length} < ${range.max}`,
    ...(reads.innerConditions.length === 0 ? [] : [`(w.${walkColumns.length} = 0 OR t."$passes")`]),
    ...(near === undefined ? [] : [`w.${walkColumns.length} + 1 + r."$distance" <= ${range.max}`]),
  ];
}

/** The edges in the direction in which walks are made, with what is read of each and of the node that it leaves. */
function stepsSql({ graph, nodesSource, edge: { direction }, reads, beginsRight }: WalkPlan): string {
  const readsInner = reads.innerConditions.length > 0 || reads.lists.some(({ of }) => of === 'inner');
  const forward = [source, target] as const;
  const backward = [target, source] as const;
  const ways =
    direction === 'any'
      ? [forward, backward]
      : [(direction === 'right') === beginsRight ? backward : forward];
  const passes =
    reads.innerConditions.length === 0 ? '' : `, ${reads.innerConditions.join(' AND ')} AS "$passes"`;
  const values = reads.lists.map(({ name, sql }) => `, ${sql} AS ${name}`).join('');
  const where = reads.edgeConditions.length === 0 ? '' : ` WHERE ${reads.edgeConditions.join(' AND ')}`;
  return ways
    .map(([from, to]) => {
      const join = readsInner ? ` JOIN ${nodesSource} AS n ON n.${node} = e.${from}` : '';
      return `SELECT e.${edge}, e.${from} AS "$from", e.${to} AS "$to"${values}${passes} FROM ${graph.edges.source} AS e${join}${where}`;
    })
    .join(' UNION ALL ');
}

/** How many steps each node is from the nearest end, as far as walks go; each node is visited once. */
function nearness(steps: string, ends: string, max: number, context: Context): string {
  return context.tables.add(
    'graph_near',
    `WITH RECURSIVE r(${node}, "$distance") USING KEY (${node}) AS (SELECT ${node}, 0::BIGINT FROM ${ends} UNION (SELECT DISTINCT t."$from", r."$distance" + 1 FROM r JOIN ${steps} AS t ON t."$to" = r.${node} ANTI JOIN recurring.r AS k ON k.${node} = t."$from" WHERE r."$distance" < ${max})) SELECT * FROM r`,
    'MATERIALIZED ',
  );
}

/** The least length of a walk from each beginning to each node. */
function shortestDistances(
  plan: WalkPlan,
  steps: string,
  near: string | undefined,
  starts: string,
  context: Context,
): string {
  const join = near === undefined ? '' : ` JOIN ${near} AS r ON r.${node} = t."$to"`;
  const { length } = walkColumns;
  return context.tables.add(
    'graph_distances',
    `WITH RECURSIVE w("$begin", "$end", ${length}) USING KEY ("$begin", "$end") AS (SELECT ${node}, ${node}, 0::BIGINT FROM ${starts} UNION (SELECT DISTINCT w."$begin", t."$to", w.${length} + 1 FROM w JOIN ${steps} AS t ON t."$from" = w."$end"${join} ANTI JOIN recurring.w AS k ON k."$begin" = w."$begin" AND k."$end" = t."$to" WHERE ${stepConditions(plan, near).join(' AND ')})) SELECT * FROM w`,
    'MATERIALIZED ',
  );
}
