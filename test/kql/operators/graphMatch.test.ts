/** `make-graph` and `graph-match` on small graphs: nodes, directions, cycles, walks, and what the clauses can read. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase, runKql } from '../../conformance/database.ts';
import type { JsonValue } from '../../../src/kql/types.ts';

/** A graph of edges `A-B` between nodes with only an id. */
function graph(...edges: readonly string[]): string {
  const rows = edges.map((edge, index) => `"${edge.charAt(0)}","${edge.charAt(2)}",${index + 1}`).join(',');
  return `datatable(s:string, t:string, w:long)[${rows}] | make-graph s --> t with_node_id=id `;
}

const staff = `let employees = datatable(name:string, age:long)["Alice",32, "Bob",31, "Eve",27, "Joe",29, "Chris",45, "Ben",23];
let reports = datatable(employee:string, manager:string)["Bob","Alice", "Chris","Alice", "Eve","Bob", "Ben","Chris", "Joe","Alice"];
reports | make-graph employee --> manager with employees on name `;

/** The query, the names of its columns, and its rows in any order. */
const goldens: readonly (readonly [string, string, readonly (readonly JsonValue[])[]])[] = [
  [`${graph('A-B', 'B-C')}| graph-match (a)-->()-->(b) project a.id, b.id`, 'a_id b_id', [['A', 'C']]],
  [`${graph('A-B')}| graph-match (a)<--(b) project a.id, b.id`, 'a_id b_id', [['B', 'A']]],
  [`${graph('A-A')}| graph-match (a)--(b) project a.id`, 'a_id', [['A'], ['A']]],
  [`${graph('A-B', 'A-B')}| graph-match (a)-[e]->(b) project e.w`, 'e_w', [[1], [2]]],
  [
    `${graph('A-B', 'A-B')}| graph-match (a)-[e]->(b)<-[f]-(a) project e.w, f.w`,
    'e_w f_w',
    [
      [1, 2],
      [2, 1],
    ],
  ],
  [`${graph('A-B', 'B-A', 'B-C')}| graph-match (a)-->(b)-->(a) project a.id`, 'a_id', [['A'], ['B']]],
  [
    `${graph('A-B', 'C-B', 'B-D')}| graph-match (a)-->(n)<--(c), (n)-->(d) where strcmp(a.id, c.id) < 0 project a.id, c.id, d.id`,
    'a_id c_id d_id',
    [['A', 'C', 'D']],
  ],
  [`${graph('A-B')}| graph-match (n) project n.id`, 'n_id', [['A'], ['B']]],
  [`${graph('A-B')}| graph-match (a)--(b)--(c) project a.id`, 'a_id', []],
  [`${graph('A-B')}| graph-match cycles=all (a)-->(b)<--(c) project c.id`, 'c_id', [['A']]],
  [`${graph('A-B', 'B-A')}| graph-match cycles=none (a)-->(b)-->(c) project a.id`, 'a_id', []],
  [`${graph('A-B', 'B-A')}| graph-match cycles=none (a)-[p*1..3]->(a) project a.id`, 'a_id', []],
  [`${graph('A-B', 'B-A')}| graph-match cycles=none (a)-->(b)-->(a) project a.id`, 'a_id', [['A'], ['B']]],
  [
    `${graph('A-B', 'B-A')}| graph-match (a)-[e]->(b)-[p*1..3]->(c) project a.id, c.id`,
    'a_id c_id',
    [
      ['A', 'A'],
      ['B', 'B'],
    ],
  ],
  [
    `${graph('A-B', 'B-A')}| graph-match cycles=all (a)-[p*3..4]->(b) where a.id == "A" project map(p, w)`,
    'Column1',
    [['[1,2,1]'], ['[1,2,1,2]']],
  ],
  [
    `${graph('A-B', 'C-B')}| graph-match (a)-[p*2..2]-(b) project a.id, b.id`,
    'a_id b_id',
    [
      ['A', 'C'],
      ['C', 'A'],
    ],
  ],
  [
    `${graph('A-B')}| graph-match (a)-[p*0..1]->(b) project a.id, b.id, x = map(p, w)`,
    'a_id b_id x',
    [
      ['A', 'A', '[]'],
      ['B', 'B', '[]'],
      ['A', 'B', '[1]'],
    ],
  ],
  [
    `${graph('A-B', 'B-C')}| graph-match (a)-[p*2..2]->(b) project p.w, e = p, b`,
    'p_w e b',
    [['[1,2]', '[{"s":"A","t":"B","w":1},{"s":"B","t":"C","w":2}]', '{"id":"C"}']],
  ],
  [`let k = 2; ${graph('A-B', 'B-C')}| graph-match (a)-[p*k..k]->(b) project b.id`, 'b_id', [['C']]],
  [
    `${graph('A-B', 'B-C', 'C-D')}| graph-match (a)-[p*1..2]->(b)-[q*1..2]->(c) where a.id == "A" and c.id == "D" project b.id`,
    'b_id',
    [['B'], ['C']],
  ],
  [
    `${graph('A-B', 'B-C', 'C-D')}| graph-match (a)-[p*1..3]->(b) where all(p, w < 3) and b.id in ("C", "D") project a.id`,
    'a_id',
    [['A'], ['B']],
  ],
  [
    `${graph('A-B', 'B-C', 'C-D')}| graph-match (a)-[p*1..3]->(b) where any(p, w == 3) and all(inner_nodes(p), id != "B") project a.id`,
    'a_id',
    [['B'], ['C']],
  ],
  [
    `${graph('A-B', 'B-C')}| graph-match (a)-[p*2..2]->(b) project map(p, strcat(a.id, w)), map(inner_nodes(p), id)`,
    'Column1 Column2',
    [['["A1","A2"]', '["B"]']],
  ],
  [
    `${graph('A-B', 'A-B', 'A-A', 'C-A')}| graph-match (a) where a.id == "A" project i = node_degree_in(a), o = node_degree_out(a), node_id(a), labels(a)`,
    'i o Column1 Column2',
    [[2, 3, 'A', '[]']],
  ],
  [
    `${staff}| graph-match (alice)<-[path*1..5]-(employee) where alice.name == "Alice" and employee.age < 30 project employee.name, path = map(path, manager)`,
    'employee_name path',
    [
      ['Joe', '["Alice"]'],
      ['Eve', '["Alice","Bob"]'],
      ['Ben', '["Alice","Chris"]'],
    ],
  ],
  [
    `${staff}| graph-match (m)<-[r*1..3]-(e) where m.name == "Alice" and all(inner_nodes(r), age < 40) project e.name, map(inner_nodes(r), strcat(name, node_degree_in()))`,
    'e_name Column1',
    [
      ['Bob', '[]'],
      ['Chris', '[]'],
      ['Joe', '[]'],
      ['Eve', '["Bob1"]'],
    ],
  ],
  // A null id is a node like any other, and joins; so is one that only edges name.
  [
    'datatable(s:long, t:long)[1,2, long(null),3, 4,long(null)] | make-graph s --> t with_node_id=id | graph-match (a)-->(b)-->(c) project a.id, b.id, c.id',
    'a_id b_id c_id',
    [[4, null, 3]],
  ],
  [
    'let N = datatable(id:string, v:long)["A",1, "A",2, "X",3]; datatable(s:string, t:string)["A","B"] | make-graph s --> t with N on id | graph-match (n) project n.id, n.v',
    'n_id n_v',
    [
      ['A', 1],
      ['B', null],
      ['X', 3],
    ],
  ],
  // A condition that is null is not met, by all() nor by any().
  [
    'datatable(s:string, t:string, w:long)["A","B",long(null)] | make-graph s --> t | graph-match (a)-[p*1..1]->(b) project all(p, w > 0), any(p, w > 0), all(p, not(w > 0))',
    'Column1 Column2 Column3',
    [[false, false, false]],
  ],
  // Properties that are null or empty are left out of the whole.
  [
    'let N = datatable(id:string, v:long, x:string, z:bool)["A",long(null),"",false]; datatable(s:string, t:string)["A","Z"] | make-graph s --> t with N on id | graph-match (n) project n',
    'n',
    [['{"id":"A","z":false}'], ['{"id":"Z"}']],
  ],
  // An id in two tables is one node with the properties of both.
  [
    'let P = datatable(pid:string, v:long)["A",1]; let C = datatable(cid:string, size:long)["A",9, "B",8]; datatable(s:string, t:string)["A","Z"] | make-graph s --> t with P on pid, C on cid | graph-match (n) project n.pid, n.v, n.cid, n.size',
    'n_pid n_v n_cid n_size',
    [
      ['A', 1, 'A', 9],
      ['', null, 'B', 8],
      ['Z', null, 'Z', null],
    ],
  ],
  // One graph a partition: edges of different tenants do not meet.
  [
    'datatable(s:string, t:string, tenant:long)["A","B",1, "B","C",2, "B","D",1] | make-graph s --> t with_node_id=id partitioned-by tenant (graph-match (a)-[e]->(b)-->(c) project a.id, c.id, e.tenant | where c_id != "")',
    'a_id c_id e_tenant',
    [['A', 'D', 1]],
  ],
  [
    `let G = ${graph('A-B', 'B-C')}; let H = G; union (G | graph-match (a)-->(b) project x = a.id), (H | graph-match (a)-->(b)-->(c) project x = c.id)`,
    'x',
    [['A'], ['B'], ['C']],
  ],
  [
    'let f = (skip:string) { datatable(s:string, t:string)["A","B", "C","D"] | where s != skip | make-graph s --> t with_node_id=id }; f("A") | graph-match (a)-->(b) project b.id',
    'b_id',
    [['D']],
  ],
];

/** A query, and the code and the place of the error that it is refused with. */
const refusals: readonly (readonly [string, string, string])[] = [
  [`${graph('A-B')}| graph-match (a)-->(b)`, 'missing-project', 'graph-match'],
  [`${graph('A-B')}| graph-match (a)-->(b), (c)-->(d) project a.id`, 'graph-pattern', '(a)-->(b), (c)-->(d)'],
  [`${graph('A-B')}| graph-match (a)-[e]->(b)-[e]->(c) project a.id`, 'graph-pattern', 'e'],
  [`${graph('A-B')}| graph-match (a)-[a]->(b) project b.id`, 'graph-pattern', '(a)-[a]->(b)'],
  [`${graph('A-B')}| graph-match (a)-[e*3..1]->(b) project b.id`, 'graph-range', '*3..1'],
  [
    `${graph('A-B')}| graph-match (a)-[e*1..2]->(b) where e.w == 1 project b.id`,
    'graph-walk-property',
    'e.w == 1',
  ],
  [`${graph('A-B')}| graph-match (a)-[e]->(b) where all(e, w == 1) project b.id`, 'graph-function', 'e'],
  [
    `${graph('A-B')}| graph-match (a)-[e*1..2]->(b) where any(inner_nodes(e), other == 1) project b.id`,
    'unknown-name',
    'other',
  ],
  [`${graph('A-B')}| count`, 'graph-not-table', 'count'],
  ['print a = 1 | graph-match (a) project a', 'no-graph', 'graph-match'],
  [
    'datatable(s:string, t:long)[] | make-graph s --> t with_node_id=id | graph-match (a) project a',
    'graph-id-types',
    't',
  ],
  ['datatable(s:string, t:string)[] | make-graph s -- t | graph-match (a) project a', 'unsupported', '--'],
  ['graph("Bloodhound") | graph-match (a) project a', 'KS260', 'graph'],
];

describe('graph-match', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => {
    connection.closeSync();
  });

  for (const [query, columns, rows] of goldens) {
    it(query.slice(-110), async () => {
      const outcome = await runKql(connection, query);
      assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.error.message}\n${outcome.sql ?? ''}`);
      const [table] = outcome.tables;
      assert.equal(table?.columns.map(({ name }) => name).join(' '), columns);
      const texts = table.rows.map((row) => textOf(row));
      assert.deepEqual(texts.sort(), rows.map((row) => textOf(row)).sort());
    });
  }

  for (const [query, code, place] of refusals) {
    it(`refuses ${query.slice(-90)}`, async () => {
      const outcome = await runKql(connection, query);
      assert.ok(!outcome.ok, 'an error is expected');
      assert.equal(outcome.error.code, code);
      const { start, length } = outcome.error;
      assert.equal(query.slice(start, start + length).trim(), place);
    });
  }
});

function textOf(row: readonly unknown[]): string {
  return JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
}
