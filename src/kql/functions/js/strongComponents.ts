/** Strongly connected components of a graph, by Tarjan's algorithm: linear in nodes and edges, without recursion. */
import type { ScalarFunction } from '../../scalarFunction.ts';

/** Edges by the node that they leave: those of node `n` are `targets[starts[n]]` up to `targets[starts[n + 1]]`. */
interface Adjacency {
  readonly starts: Int32Array;
  readonly targets: Int32Array;
}

/** Nodes are numbered from 1 on; index 0 of the arrays is unused. */
function adjacencyOf(count: number, edges: readonly (readonly [number, number])[]): Adjacency {
  const starts = new Int32Array(count + 2);
  for (const [from] of edges) starts[from + 1] = (starts[from + 1] ?? 0) + 1;
  for (let node = 1; node < starts.length; node++)
    starts[node] = (starts[node] ?? 0) + (starts[node - 1] ?? 0);
  const filled = starts.slice();
  const targets = new Int32Array(edges.length);
  for (const [from, to] of edges) {
    const place = filled[from] ?? 0;
    targets[place] = to;
    filled[from] = place + 1;
  }
  return { starts, targets };
}

/** Returns the least node of each node's component, for nodes 1 to `count`. */
export function strongComponents(count: number, edges: readonly (readonly [number, number])[]): number[] {
  const { starts, targets } = adjacencyOf(count, edges);
  const order = new Int32Array(count + 1);
  const low = new Int32Array(count + 1);
  const next = starts.slice();
  const root = new Int32Array(count + 1);
  const open: number[] = [];
  let visited = 0;
  for (let begin = 1; begin <= count; begin++) {
    if (order[begin] !== 0) continue;
    const path = [begin];
    order[begin] = low[begin] = ++visited;
    open.push(begin);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const place = next[node] ?? 0;
      if (place < (starts[node + 1] ?? 0)) {
        next[node] = place + 1;
        const target = targets[place] ?? 0;
        if (order[target] === 0) {
          order[target] = low[target] = ++visited;
          open.push(target);
          path.push(target);
        } else if (root[target] === 0) low[node] = Math.min(low[node] ?? 0, order[target] ?? 0);
      } else {
        path.pop();
        const parent = path.at(-1);
        if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
        if (low[node] === order[node]) closeComponent(node, open, root);
      }
    }
  }
  return [...root.subarray(1)];
}

function closeComponent(node: number, open: number[], root: Int32Array): void {
  const members = open.splice(open.lastIndexOf(node));
  const least = members.reduce((a, b) => Math.min(a, b));
  for (const member of members) root[member] = least;
}

/** `kql_strong_components(number of nodes, 'source target source target ...')`: JSON array of each node's component. */
export const strongComponentsJsFunction: ScalarFunction = {
  name: 'kql_strong_components',
  parameters: ['BIGINT', 'VARCHAR'],
  returns: 'VARCHAR',
  call: (count, edges) => {
    const ends = typeof edges === 'string' && edges !== '' ? edges.split(' ') : [];
    const pairs: [number, number][] = [];
    for (let at = 0; at + 1 < ends.length; at += 2) pairs.push([Number(ends[at]), Number(ends[at + 1])]);
    return JSON.stringify(strongComponents(Number(count ?? 0), pairs));
  },
};
