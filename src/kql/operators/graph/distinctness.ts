/** `cycles=`: which edges or nodes of one match may not be the same. */
import { graphColumns } from '../../graph.ts';
import type { Pattern, PatternEdge } from './pattern.ts';
import { walkColumns } from './walk.ts';

/**
 * `unique_edges`: no edge twice in a match. `none`: no node twice, unless the pattern itself names it twice. `all`: any.
 */
export type Cycles = 'all' | 'none' | 'unique_edges';

/** Returns the conditions between the edges of a match; `ids` is SQL of each node's number. A walk sees to its own. */
export function distinctness(pattern: Pattern, ids: readonly string[], cycles: Cycles): string[] {
  if (cycles === 'all') return [];
  if (cycles === 'unique_edges')
    return pairs(pattern.edges).map(([first, second]) => distinctEdges(first, second));
  const walked = pattern.edges.filter(({ range }) => range !== undefined);
  const nodes = pattern.nodes.map((_, index) => index);
  return [
    ...pairs(nodes).map(([first, second]) => distinctNodes(pattern, ids, first, second)),
    ...walked.flatMap(({ alias, left, right }) =>
      nodes
        .filter((index) => index !== left && index !== right)
        .map((index) => `NOT list_contains(${alias}.${walkColumns.inner}, ${ids[index] ?? ''})`),
    ),
    ...pairs(walked).map(
      ([first, second]) =>
        `NOT list_has_any(${first.alias}.${walkColumns.inner}, ${second.alias}.${walkColumns.inner})`,
    ),
  ];
}

function pairs<T>(items: readonly T[]): (readonly [T, T])[] {
  return items.flatMap((first, index) => items.slice(index + 1).map((second) => [first, second] as const));
}

function distinctEdges(first: PatternEdge, second: PatternEdge): string {
  const [one, other] = [first, second].map(({ alias, range }) =>
    range === undefined ? `${alias}.${graphColumns.edge}` : `${alias}.${walkColumns.edges}`,
  );
  if (first.range === undefined && second.range === undefined) return `${one} <> ${other}`;
  if (first.range === undefined) return `NOT list_contains(${other}, ${one})`;
  if (second.range === undefined) return `NOT list_contains(${one}, ${other})`;
  return `NOT list_has_any(${one}, ${other})`;
}

/** Nodes of which walks without edges make one are no cycle. */
function distinctNodes(pattern: Pattern, ids: readonly string[], first: number, second: number): string {
  const differ = `${ids[first] ?? ''} <> ${ids[second] ?? ''}`;
  const between = emptyWalks(pattern, first, second, new Set());
  if (between === undefined) return differ;
  return `(${differ} OR ${between.map(({ alias }) => `${alias}.${walkColumns.length}`).join(' + ')} = 0)`;
}

/** Walks from one node to another that may all be without edges. */
function emptyWalks(
  pattern: Pattern,
  from: number,
  to: number,
  seen: ReadonlySet<PatternEdge>,
): PatternEdge[] | undefined {
  if (from === to) return [];
  for (const edge of pattern.edges) {
    if (edge.range?.min !== 0 || seen.has(edge) || (edge.left !== from && edge.right !== from)) continue;
    const next = edge.left === from ? edge.right : edge.left;
    const rest = emptyWalks(pattern, next, to, new Set([...seen, edge]));
    if (rest !== undefined) return [edge, ...rest];
  }
  return undefined;
}
