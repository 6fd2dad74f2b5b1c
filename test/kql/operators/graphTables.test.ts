/** Shortest paths, components, and graphs as tables. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase, runKql } from '../../conformance/database.ts';
import { translate } from '../../../src/kql/translate.ts';
import { strongComponents } from '../../../src/kql/functions/js/strongComponents.ts';
import type { JsonValue } from '../../../src/kql/types.ts';

/** A graph of edges `A-B` between nodes with only an id; `w` numbers the edges. */
function graph(...edges: readonly string[]): string {
  const rows = edges.map((edge, index) => `"${edge.charAt(0)}","${edge.charAt(2)}",${index + 1}`).join(',');
  return `datatable(s:string, t:string, w:long)[${rows}] | make-graph s --> t with_node_id=id `;
}

const diamond = graph('A-B', 'B-D', 'A-C', 'C-D', 'D-E', 'A-E');
const people =
  'let nodes = datatable(name:string, age:long)["Alice",23]; datatable(source:string, destination:string)["Alice","Bob"] | make-graph source --> destination with nodes on name ';

/** The query, the names of its columns, and its rows in any order. */
const goldens: readonly (readonly [string, string, readonly (readonly JsonValue[])[]])[] = [
  [
    `${diamond}| graph-shortest-paths (a)-[p*1..5]->(b) where a.id == "A" and b.id == "D" project map(p, w)`,
    'Column1',
    [['[1,2]']],
  ],
  [
    `${diamond}| graph-shortest-paths output=all (a)-[p*1..5]->(b) where a.id == "A" and b.id == "D" project map(p, w)`,
    'Column1',
    [['[1,2]'], ['[3,4]']],
  ],
  [
    `${diamond}| graph-shortest-paths (a)-[p*1..5]->(b) where a.id == "A" and b.id == "E" project map(p, w)`,
    'Column1',
    [['[6]']],
  ],
  // The range and the condition decide which paths there are, before the shortest is looked for.
  [
    `${diamond}| graph-shortest-paths output=all (a)-[p*2..5]->(b) where a.id == "A" and b.id == "E" project map(p, w)`,
    'Column1',
    [['[1,2,5]'], ['[3,4,5]']],
  ],
  [
    `${diamond}| graph-shortest-paths (a)-[p*1..5]->(b) where a.id == "A" and b.id == "E" and all(p, w != 6) and all(inner_nodes(p), id != "B") project map(p, w)`,
    'Column1',
    [['[3,4,5]']],
  ],
  [
    `${diamond}| graph-shortest-paths (a)-[p*1..5]->(b) where a.id == "A" and b.id == "E" and any(p, w == 4) project map(p, w)`,
    'Column1',
    [['[3,4,5]']],
  ],
  [
    `${diamond}| graph-shortest-paths (a)-[p*1..5]->(b) where b.id == "D" project a.id, array_length(map(p, w))`,
    'a_id Column1',
    [
      ['A', 2],
      ['B', 1],
      ['C', 1],
    ],
  ],
  [
    `${diamond}| graph-shortest-paths (b)<-[p*1..5]-(a) where b.id == "D" and a.id == "A" project map(p, w), map(inner_nodes(p), id)`,
    'Column1 Column2',
    [['[2,1]', '["B"]']],
  ],
  [
    `${diamond}| graph-shortest-paths (a)-[e]->(b)-[p*1..5]->(c) where a.id == "A" and c.id == "E" project e.w, map(p, w)`,
    'e_w Column1',
    [
      [1, '[2,5]'],
      [3, '[4,5]'],
    ],
  ],
  [
    `${diamond}| graph-shortest-paths (a)-[p*0..5]->(b) where a.id == "A" and b.id in ("A", "B") project b.id, map(p, w)`,
    'b_id Column1',
    [
      ['A', '[]'],
      ['B', '[1]'],
    ],
  ],
  // A path comes to no node twice.
  [
    `${graph('A-B', 'B-A', 'A-C')}| graph-shortest-paths (a)-[p*3..5]->(b) where a.id == "A" and b.id == "C" project a.id`,
    'a_id',
    [],
  ],
  [`${graph('A-B', 'B-A')}| graph-shortest-paths (a)-[p*1..5]->(a) project a.id`, 'a_id', []],
  [`${graph('A-B', 'A-B')}| graph-shortest-paths (a)-[p*1..5]->(b) project map(p, w)`, 'Column1', [['[1]']]],
  [
    `${graph('A-B', 'C-B')}| graph-shortest-paths (a)-[p*1..5]-(b) where a.id == "A" and b.id == "C" project map(p, w)`,
    'Column1',
    [['[1,2]']],
  ],

  [
    `${graph('A-B', 'B-A', 'B-C', 'D-E')}| graph-mark-components | graph-to-table nodes`,
    'id ComponentId',
    [
      ['A', 0],
      ['B', 0],
      ['C', 0],
      ['D', 1],
      ['E', 1],
    ],
  ],
  [
    `${graph('A-B', 'B-A', 'B-C', 'D-E')}| graph-mark-components kind=strong with_component_id=c | graph-to-table nodes`,
    'id c',
    [
      ['A', 0],
      ['B', 0],
      ['C', 1],
      ['D', 2],
      ['E', 3],
    ],
  ],
  [
    `${graph('A-B', 'C-D')}| graph-mark-components kind=weak | graph-match (a)-->(b) project a.id, b.ComponentId`,
    'a_id b_ComponentId',
    [
      ['A', 0],
      ['C', 1],
    ],
  ],
  [
    'datatable(s:string, t:string)[] | make-graph s --> t with_node_id=id | graph-mark-components | graph-to-table nodes',
    'id ComponentId',
    [],
  ],
  [
    'datatable(s:string, t:string)[] | make-graph s --> t with_node_id=id | graph-mark-components kind=strong | graph-to-table nodes',
    'id ComponentId',
    [],
  ],

  [
    `${people}| graph-to-table nodes with_node_id=Hash`,
    'Hash name age',
    [
      ['-3122868243544336885', 'Alice', 23],
      ['-7133945255344544237', 'Bob', null],
    ],
  ],
  [
    `${people}| graph-to-table edges with_source_id=S with_target_id=T`,
    'S T source destination',
    [['-3122868243544336885', '-7133945255344544237', 'Alice', 'Bob']],
  ],
  [`${people}| graph-to-table edges as E with_target_id=T | project T`, 'T', [['-7133945255344544237']]],
];

describe('graphs as tables', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => {
    connection.closeSync();
  });

  for (const [query, columns, rows] of goldens) {
    it(query.slice(-120), async () => {
      const outcome = await runKql(connection, query);
      assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.error.message}\n${outcome.sql ?? ''}`);
      const [table] = outcome.tables;
      assert.equal(table?.columns.map(({ name }) => name).join(' '), columns);
      const texts = table.rows.map((row) => textOf(row));
      assert.deepEqual(texts.sort(), rows.map((row) => textOf(row)).sort());
    });
  }

  it('shows a graph at the end of a query as its nodes and its edges', async () => {
    const outcome = await runKql(connection, graph('A-B'));
    assert.ok(outcome.ok);
    assert.deepEqual(
      outcome.tables.map(({ columns }) => columns.map(({ name }) => name)),
      [['id'], ['s', 't', 'w']],
    );
  });

  it('publishes nodes and edges under their names', () => {
    const query = `${graph('A-B')}| graph-to-table nodes as N, edges as E with_source_id=h`;
    const translation = translate({ text: query, schema: { tables: [] }, nowTicks: 0n });
    assert.ok(translation.ok);
    assert.deepEqual(
      translation.queries.map(({ publishAs, columns }) => [publishAs, columns.map(({ name }) => name)]),
      [
        ['N', ['id']],
        ['E', ['h', 's', 't', 'w']],
      ],
    );
  });

  it('gives the names of nodes and edges to later statements, which then show them', async () => {
    const outcome = await runKql(
      connection,
      `${graph('A-B', 'B-C')}| graph-to-table nodes as N, edges as E; N | count; E | where w == 2`,
    );
    assert.ok(outcome.ok);
    assert.deepEqual(
      outcome.tables.map(({ rows }) => rows.map((row) => textOf(row))),
      [['[3]'], ['["B","C",2]']],
    );
  });

  it('finds strong components without recursion, however long the cycle', () => {
    const count = 200_000;
    const ring = Array.from({ length: count }, (_, index): [number, number] => [
      index + 1,
      (index % count) + 2,
    ]);
    const chain = ring.slice(0, -1);
    assert.deepEqual(new Set(strongComponents(count, [...chain, [count, 1]])), new Set([1]));
    assert.equal(new Set(strongComponents(count, chain)).size, count);
  });

  it('refuses an operator over the rows of each partition', async () => {
    const query =
      'datatable(s:string, t:string, p:long)[] | make-graph s --> t with_node_id=id partitioned-by p (graph-match (a)-->(b) project a.id | take 1)';
    const outcome = await runKql(connection, query);
    assert.ok(!outcome.ok);
    assert.equal(outcome.error.kind, 'unsupported');
    assert.equal(query.slice(outcome.error.start, outcome.error.start + outcome.error.length), 'take 1');
  });
});

/** Numbers past 2^53 as text. */
function textOf(row: readonly unknown[]): string {
  return JSON.stringify(row, (_key, value: unknown) => {
    if (typeof value !== 'bigint') return value;
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  });
}
