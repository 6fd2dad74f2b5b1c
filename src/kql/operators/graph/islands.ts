/**
 * The tables of a match and how they join. An island is a part of the pattern that fixed edges hold together: what the
 * conditions say of it alone tells where the walks that touch it can begin and end.
 */
import type { Context } from '../../context.ts';
import { graphColumns } from '../../graph.ts';
import type { Pattern } from './pattern.ts';
import { walkColumns } from './walk.ts';

/** One of the conditions that hold together. */
export interface Condition {
  readonly sql: string;
  /** The variables that it reads. */
  readonly reads: ReadonlySet<string>;
  readonly isEquality: boolean;
}

/** Where the rows of the pattern come from. */
export interface Rows {
  readonly pattern: Pattern;
  readonly nodesSource: string;
  readonly edgesSource: string;
  /** The edges, each in both directions. */
  readonly twoWaySource: string;
  /** Variables of which something is read. */
  readonly read: ReadonlySet<string>;
}

interface Island {
  /** Items of FROM. */
  readonly tables: readonly string[];
  readonly equalities: readonly string[];
  /** SQL of each node's number, by its place in the pattern; empty outside the island. */
  readonly ids: readonly string[];
}

/** Returns how the tables join: of all of the pattern, or of these nodes and the fixed edges between them. */
export function islandOf(
  { pattern, nodesSource, edgesSource, twoWaySource, read }: Rows,
  nodes: ReadonlySet<number> | undefined,
  walkSources: ReadonlyMap<string, string>,
): Island {
  const { node, source, target } = graphColumns;
  const tables: string[] = [];
  const ids: string[][] = pattern.nodes.map(() => []);
  for (const { alias, left, right, direction, range } of pattern.edges) {
    if (nodes !== undefined && (range !== undefined || !nodes.has(left))) continue;
    const walk = walkSources.get(alias);
    const [atLeft, atRight] =
      walk !== undefined
        ? [walkColumns.left, walkColumns.right]
        : direction === 'left'
          ? [target, source]
          : [source, target];
    tables.push(`${walk ?? (direction === 'any' ? twoWaySource : edgesSource)} AS ${alias}`);
    ids[left]?.push(`${alias}.${atLeft}`);
    ids[right]?.push(`${alias}.${atRight}`);
  }
  pattern.nodes.forEach(({ variable, alias }, index) => {
    if (nodes !== undefined && !nodes.has(index)) return;
    const isRead = variable !== undefined && read.has(variable);
    if (!isRead && (ids[index]?.length ?? 0) > 0) return;
    tables.push(`${nodesSource} AS ${alias}`);
    ids[index]?.push(`${alias}.${node}`);
  });
  const equalities = ids.flatMap(([first, ...others]) =>
    others.map((other) => `${first ?? other} = ${other}`),
  );
  return { tables, equalities, ids: ids.map(([first]) => first ?? '') };
}

/**
 * Returns a table of the nodes that can stand at a place of the pattern, by what its island requires, with a weight that is
 * greater the fewer they may be; undefined where any can.
 */
export function reduction(
  rows: Rows,
  place: number,
  conditions: readonly Condition[],
  context: Context,
): { readonly source: string; readonly weight: number } | undefined {
  const { pattern } = rows;
  const nodes = new Set([place]);
  for (let before = 0; before < nodes.size;) {
    before = nodes.size;
    for (const { left, right, range } of pattern.edges) {
      if (range === undefined && (nodes.has(left) || nodes.has(right))) nodes.add(left).add(right);
    }
  }
  const edges = pattern.edges.filter(({ left, range }) => range === undefined && nodes.has(left));
  const inside = new Set([
    ...edges.flatMap(({ variable }) => variable ?? []),
    ...[...nodes].flatMap((index) => pattern.nodes[index]?.variable ?? []),
  ]);
  const own = conditions.filter(
    ({ sql, reads }) => reads.size > 0 && [...reads].every((name) => inside.has(name)) && isStable(sql),
  );
  if (own.length === 0 && edges.length === 0) return undefined;
  const read = new Set(own.flatMap(({ reads }) => [...reads]));
  const island = islandOf({ ...rows, read }, nodes, new Map());
  const clauses = [...island.equalities, ...own.map(({ sql }) => sql)];
  const where = clauses.length === 0 ? '' : ` WHERE ${clauses.join(' AND ')}`;
  const source = context.tables.add(
    'graph_ends',
    `SELECT DISTINCT ${island.ids[place] ?? ''} AS ${graphColumns.node} FROM ${island.tables.join(', ')}${where}`,
    'MATERIALIZED ',
  );
  return { source, weight: own.reduce((sum, { isEquality }) => sum + (isEquality ? 10 : 1), 1) };
}

/** A condition that is drawn anew each time it is asked must be asked once. */
function isStable(sql: string): boolean {
  return !/\b(random|uuid|gen_random_uuid)\(/.test(sql);
}
