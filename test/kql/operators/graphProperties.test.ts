/** Matches on random graphs, against a matcher that tries every way. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { openDatabase, runKql } from '../../conformance/database.ts';

type Edge = readonly [number, number];
type Cycles = 'all' | 'none' | 'unique_edges';

/** A part of a chain pattern: an edge in some direction, of fixed or variable length. */
interface Part {
  readonly direction: 'right' | 'left' | 'any';
  readonly range: readonly [number, number] | undefined;
}

/** Numbers of nodes at the ends of the parts, and the edges taken in each part. */
interface Match {
  readonly nodes: readonly number[];
  readonly walks: readonly (readonly number[])[];
  /** Nodes inside each part. */
  readonly inner: readonly (readonly number[])[];
}

const part: fc.Arbitrary<Part> = fc.record({
  direction: fc.constantFrom('right' as const, 'left' as const, 'any' as const),
  range: fc.option(fc.constantFrom([0, 2] as const, [1, 2] as const, [1, 3] as const, [2, 3] as const), {
    nil: undefined,
  }),
});
const edges: fc.Arbitrary<readonly Edge[]> = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), {
  minLength: 1,
  maxLength: 5,
});
const cyclesKinds: fc.Arbitrary<Cycles> = fc.constantFrom('all', 'none', 'unique_edges');

function written({ direction, range }: Part, index: number): string {
  const inner = range === undefined ? '' : `*${range[0]}..${range[1]}`;
  return `${direction === 'left' ? '<' : ''}-[e${index}${inner}]-${direction === 'right' ? '>' : ''}`;
}

/** Ways over one edge from a node: the edge and where it leads. */
function stepsFrom(node: number, graph: readonly Edge[], direction: Part['direction']): Edge[] {
  return graph.flatMap(([from, to], edge) => [
    ...(direction !== 'left' && from === node ? [[edge, to] as const] : []),
    ...(direction !== 'right' && to === node ? [[edge, from] as const] : []),
  ]);
}

function matches(graph: readonly Edge[], parts: readonly Part[], cycles: Cycles): Match[] {
  const nodes = [...new Set(graph.flat())];
  let found: Match[] = nodes.map((node) => ({ nodes: [node], walks: [], inner: [] }));
  for (const { direction, range } of parts) {
    const [min, max] = range ?? [1, 1];
    found = found.flatMap((match) => {
      let walks = [{ edges: [] as number[], nodes: [match.nodes.at(-1) ?? 0] }];
      const all = [...walks];
      for (let length = 1; length <= max; length++) {
        walks = walks.flatMap((walk) =>
          stepsFrom(walk.nodes.at(-1) ?? 0, graph, direction).map(([edge, to]) => ({
            edges: [...walk.edges, edge],
            nodes: [...walk.nodes, to],
          })),
        );
        all.push(...walks);
      }
      return all
        .filter((walk) => walk.edges.length >= min)
        .map((walk) => ({
          nodes: [...match.nodes, walk.nodes.at(-1) ?? 0],
          walks: [...match.walks, walk.edges],
          inner: [...match.inner, walk.nodes.slice(1, -1)],
        }));
    });
  }
  return found.filter((match) => isAllowed(match, cycles));
}

/** Under `none`, only a walk without edges brings two nodes of the pattern together. */
function isAllowed({ nodes, walks, inner }: Match, cycles: Cycles): boolean {
  if (cycles === 'all') return true;
  const taken = walks.flat();
  if (cycles === 'unique_edges') return new Set(taken).size === taken.length;
  const places = [nodes[0] ?? 0];
  walks.forEach((walk, index) => {
    places.push(...(inner[index] ?? []));
    if (walk.length > 0) places.push(nodes[index + 1] ?? 0);
  });
  return new Set(places).size === places.length;
}

function tableOf(graph: readonly Edge[]): string {
  return `datatable(s:long, t:long, e:long)[${graph.map(([from, to], edge) => `${from},${to},${edge}`).join(',')}]`;
}

describe('graph-match on random graphs', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => {
    connection.closeSync();
  });

  const run = async (query: string): Promise<string[]> => {
    const outcome = await runKql(connection, query);
    assert.ok(outcome.ok, outcome.ok ? '' : `${query}\n${outcome.error.message}\n${outcome.sql ?? ''}`);
    const [table] = outcome.tables;
    return (table?.rows ?? []).map((row) => row.map(String).join(' ')).sort();
  };

  it('finds every way that the pattern allows, wherever it begins', async () => {
    await fc.assert(
      fc.asyncProperty(
        edges,
        fc.array(part, { minLength: 1, maxLength: 2 }),
        cyclesKinds,
        fc.constantFrom('', 'first', 'last', 'both'),
        async (graph, parts, cycles, bound) => {
          const pattern = parts.map((item, index) => `${written(item, index)}(n${index + 1})`).join('');
          const last = parts.length;
          const conditions = [
            ...(bound === 'first' || bound === 'both' ? ['n0.id <= 1'] : []),
            ...(bound === 'last' || bound === 'both' ? [`n${last}.id == 1`] : []),
          ];
          const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')} `;
          const project = [
            ...[...parts, 0].map((_, index) => `n${index}.id`),
            ...parts.map(({ range }, index) =>
              range === undefined ? `pack_array(e${index}.e)` : `map(e${index}, e)`,
            ),
            ...parts.flatMap(({ range }, index) =>
              range === undefined ? [] : [`map(inner_nodes(e${index}), id)`],
            ),
          ].map((expression, index) => `c${index} = ${expression}`);
          const query = `${tableOf(graph)} | make-graph s --> t with_node_id=id | graph-match cycles=${cycles} (n0)${pattern} ${where}project ${project.join(', ')}`;
          const expected = matches(graph, parts, cycles)
            .filter(({ nodes }) => !where.includes('n0') || (nodes[0] ?? 0) <= 1)
            .filter(({ nodes }) => !where.includes('== 1') || nodes.at(-1) === 1)
            .map(({ nodes, walks, inner }) =>
              [
                ...nodes,
                ...walks.map((walk) => JSON.stringify(walk)),
                ...parts.flatMap(({ range }, index) =>
                  range === undefined ? [] : [JSON.stringify(inner[index])],
                ),
              ].join(' '),
            );
          assert.deepEqual(await run(query), expected.sort(), query);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('finds the shortest of all paths', async () => {
    await fc.assert(
      fc.asyncProperty(edges, part, fc.boolean(), async (graph, item, isBound) => {
        const range = item.range ?? ([1, 3] as const);
        const pattern = written({ ...item, range }, 0);
        const where = isBound ? 'where n0.id == 1 ' : '';
        const query = `${tableOf(graph)} | make-graph s --> t with_node_id=id | graph-shortest-paths output=all (n0)${pattern}(n1) ${where}project a = n0.id, b = n1.id, c = map(e0, e)`;
        const all = matches(graph, [{ ...item, range }], 'none').filter(
          ({ nodes }) => !isBound || nodes[0] === 1,
        );
        const length = ({ walks }: Match): number => walks.flat().length;
        const expected = all
          .filter((match) =>
            all.every((other) => other.nodes.join() !== match.nodes.join() || length(other) >= length(match)),
          )
          .map(({ nodes, walks }) => [...nodes, JSON.stringify(walks[0])].join(' '));
        assert.deepEqual(await run(query), expected.sort(), query);
        const any = await run(query.replace('output=all', 'output=any'));
        assert.ok(any.every((row) => expected.includes(row)));
        assert.equal(any.length, new Set(expected.map((row) => row.split(' ').slice(0, 2).join())).size);
      }),
      { numRuns: 12 },
    );
  });

  it('marks the components that walks connect', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { minLength: 1, maxLength: 9 }),
        async (graph) => {
          for (const kind of ['weak', 'strong'] as const) {
            const rows = await run(
              `${tableOf(graph)} | make-graph s --> t with_node_id=id | graph-mark-components kind=${kind} | graph-to-table nodes`,
            );
            const component = new Map(
              rows.map((row) => [Number(row.split(' ')[0]), Number(row.split(' ')[1])]),
            );
            const reach = closure(graph, kind === 'weak');
            for (const [a, ofA] of component) {
              for (const [b, ofB] of component) {
                const isOne = a === b || (reach.has(`${a} ${b}`) && reach.has(`${b} ${a}`));
                assert.equal(ofA === ofB, isOne, `${kind} ${JSON.stringify(graph)} ${a} ${b}`);
              }
            }
            const ids = [...new Set(component.values())].sort((a, b) => a - b);
            assert.deepEqual(
              ids,
              ids.map((_, index) => index),
            );
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});

/** Pairs of nodes of which one can be reached from the other. */
function closure(graph: readonly Edge[], isTwoWay: boolean): Set<string> {
  const pairs = new Set(graph.flatMap(([a, b]) => (isTwoWay ? [`${a} ${b}`, `${b} ${a}`] : [`${a} ${b}`])));
  for (let before = 0; before < pairs.size;) {
    before = pairs.size;
    for (const pair of [...pairs]) {
      const [a, b] = pair.split(' ');
      for (const other of [...pairs]) {
        const [c, d] = other.split(' ');
        if (b === c) pairs.add(`${a ?? ''} ${d ?? ''}`);
      }
    }
  }
  return pairs;
}
