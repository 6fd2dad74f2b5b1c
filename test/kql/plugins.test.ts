/** Plugins of `evaluate`, `scan` and `externaldata` on small tables, with rows counted by hand. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createTable, openDatabase, runKql } from '../conformance/database.ts';
import type { Outcome } from '../conformance/database.ts';
import { translate } from '../../src/kql/translate.ts';
import type { JsonValue, Schema } from '../../src/kql/types.ts';

const bags = `let Bags = datatable(host: string, bag: dynamic)[
  'a', dynamic({"user": "eve", "n": 1}),
  'b', dynamic({"n": 2.5, "it's \\\\ 😀": [1, 2]}),
  'c', dynamic(null)];\n`;
const events = `let Events = datatable(user: string, action: string, n: long)['a','x',1, 'a','y',2, 'b','x',3];\n`;
const networks = `let Networks = datatable(network: string, zone: string)['10.0.0.0/8','wide', '10.1.0.0/16','narrow', 'nonsense','none'];\n`;

/** The query, names and types of its columns, and its rows. */
const goldens: readonly (readonly [string, string, readonly (readonly JsonValue[])[]])[] = [
  [
    `${bags}Bags | evaluate bag_unpack(bag) | sort by host asc | project-away ['it\\'s \\\\ 😀']`,
    'host:string n:real user:string',
    [
      ['a', 1, 'eve'],
      ['b', 2.5, ''],
      ['c', null, ''],
    ],
  ],
  [
    `${bags}Bags | evaluate bag_unpack(bag, 'p_') | where p_n > 2 | project host, doubled = p_n * 2`,
    'host:string doubled:real',
    [['b', 5]],
  ],
  [
    `${bags}Bags | evaluate bag_unpack(bag) : (host: string, user: string) | where user != ''`,
    'host:string user:string',
    [['a', 'eve']],
  ],
  [
    `datatable(n: long, d: dynamic)[1, dynamic({"n": 7})] | evaluate bag_unpack(d, columnsConflict='keep_source')`,
    'n:long',
    [[1]],
  ],
  [
    `datatable(n: long, d: dynamic)[1, dynamic({"n": 7})] | evaluate bag_unpack(d, columnsConflict='replace_source')`,
    'n:long',
    [[7]],
  ],
  [
    `let unpacked = (low: long) { datatable(k: long, d: dynamic)[1, dynamic({"z": 1}), 2, dynamic({"z": 5})] | where k >= low | evaluate bag_unpack(d) };
unpacked(2) | extend more = z + 1`,
    'k:long z:long more:long',
    [[2, 5, 6]],
  ],
  [
    `${events}Events | evaluate pivot(action, sum(n), user) | sort by user asc`,
    'user:string x:long y:long',
    [
      ['a', 1, 2],
      ['b', 3, 0],
    ],
  ],
  [
    `${events}Events | project user, action | evaluate pivot(action) | where y > 0`,
    'user:string x:long y:long',
    [['a', 1, 1]],
  ],
  [
    `${events}Events | where n == 3 | project user, n | evaluate narrow()`,
    'Row:long Column:string Value:string',
    [
      [0, 'user', 'b'],
      [0, 'n', '3'],
    ],
  ],
  [
    `${networks}datatable(ip: string)['10.1.2.3', '10.9.9.9', '8.8.8.8'] | evaluate ipv4_lookup(Networks, ip, network) | sort by ip asc`,
    'ip:string network:string zone:string',
    [
      ['10.1.2.3', '10.1.0.0/16', 'narrow'],
      ['10.9.9.9', '10.0.0.0/8', 'wide'],
    ],
  ],
  [
    `${networks}datatable(ip: string)['8.8.8.8'] | evaluate ipv4_lookup(Networks, ip, network, return_unmatched = true)`,
    'ip:string network:string zone:string',
    [['8.8.8.8', '', '']],
  ],
  [
    `let V6 = datatable(network: string, zone: string)['fe80::/10', 'link'];
datatable(ip: string)['fe80::1', '2001:db8::1'] | evaluate ipv6_lookup(V6, ip, network)`,
    'ip:string network:string zone:string',
    [['fe80::1', 'fe80::/10', 'link']],
  ],
  [
    `datatable(t: long, v: long)[1,5, 2,3, 3,9] | scan declare (sum: long = 0) with (step s: true => sum = s.sum + v;)`,
    't:long v:long sum:long',
    [
      [1, 5, 5],
      [2, 3, 8],
      [3, 9, 17],
    ],
  ],
  [
    `datatable(t: long, e: string)[1,'start', 2,'other', 3,'stop', 4,'stop', 5,'start', 9,'stop']
| scan with_match_id = id with (step begin: e == 'start'; step end: e == 'stop' and t - begin.t <= 3;)`,
    't:long e:string id:long',
    [
      [1, 'start', 0],
      [3, 'stop', 0],
      [4, 'stop', 0],
      [5, 'start', 1],
    ],
  ],
  [
    `datatable(g: string, t: long)['a',1, 'b',5, 'a',2] | scan partition by g declare (c: long = 0) with (step s: true => c = s.c + 1;) | sort by g asc, t asc`,
    'g:string t:long c:long',
    [
      ['a', 1, 1],
      ['a', 2, 2],
      ['b', 5, 1],
    ],
  ],
  [
    `datatable(n: long, hit: bool)[1,false, 2,false, 3,true, 4,false, 5,false] | sort by n asc | evaluate rows_near(hit, 1)`,
    'n:long hit:bool',
    [
      [2, false],
      [3, true],
      [4, false],
    ],
  ],
  [
    `datatable(u: string, t: datetime)['a',datetime(2024-01-01), 'b',datetime(2024-01-02), 'a',datetime(2024-01-02 05:00)]
| evaluate activity_counts_metrics(u, t, datetime(2024-01-01), datetime(2024-01-03), 1d) | project-away t`,
    'count:long dcount:long new_dcount:long aggregated_dcount:long',
    [
      [1, 1, 1, 1],
      [2, 2, 1, 2],
    ],
  ],
];

function failure(outcome: Outcome): string {
  return outcome.ok ? '' : `${outcome.error.message}\n${outcome.sql ?? ''}`;
}

describe('KQL plugins', () => {
  let connection: DuckDBConnection;
  before(async function () {
    this.timeout(60_000);
    connection = await openDatabase();
  });
  after(() => connection.closeSync());

  for (const [text, columns, rows] of goldens) {
    it(text.replace(/^let \w+ = datatable[^;]*;\n/, '').slice(0, 110), async () => {
      const outcome = await runKql(connection, text);
      assert(outcome.ok, failure(outcome));
      const [table] = outcome.tables;
      assert.equal(table?.columns.map(({ name, type }) => `${name}:${type}`).join(' '), columns);
      const plain = table.rows.map((row) => row.map((v) => (typeof v === 'bigint' ? Number(v) : v)));
      assert.deepEqual(plain, rows);
    });
  }

  it('takes a name that no bag holds for an empty column, and says so', async () => {
    const schema: Schema = { tables: [{ name: 'Logs', columns: [{ name: 'd', type: 'dynamic' }] }] };
    await createTable(connection, { name: 'Logs', columns: [{ name: 'd', type: 'dynamic' }] });
    const outcome = await runKql(
      connection,
      'Logs | evaluate bag_unpack(d) | where Target.name == 1',
      schema,
    );
    assert(outcome.ok, failure(outcome));
    assert.deepEqual(outcome.tables[0]?.columns, [{ name: 'Target', type: 'dynamic' }]);
  });

  it('refuses a member named like a column, unless the query chooses', async () => {
    const outcome = await runKql(
      connection,
      `datatable(n: long, d: dynamic)[1, dynamic({"n": 7})] | evaluate bag_unpack(d)`,
    );
    assert(!outcome.ok);
    assert.match(outcome.error.message, /columnsConflict/);
  });

  it('asks for a probe, and points errors after the answer at the text as it was written', () => {
    const text =
      'Logs | evaluate bag_unpack(d) | where user == 1 | summarize sum(user) | where sum_user > 1 and';
    const schema: Schema = { tables: [{ name: 'Logs', columns: [{ name: 'd', type: 'dynamic' }] }] };
    const valid = text.replace(/ and$/, '');
    const first = translate({ text: valid, schema, nowTicks: 0n });
    assert(!first.ok && first.probe !== undefined);
    assert.equal(first.errors[0]?.code, 'schema-depends-on-data');
    const { place } = first.probe;
    const columns = [{ name: 'user', type: 'string' }] as const;
    const second = translate({ text: valid, schema, nowTicks: 0n, discovered: [{ place, columns }] });
    assert(!second.ok && second.probe === undefined);
    const [error] = second.errors;
    assert.equal(valid.slice(error?.start, (error?.start ?? 0) + (error?.length ?? 0)), 'user');
    assert.equal(error?.start, valid.indexOf('sum(user)') + 4);
  });
});

describe('queries of several results', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => connection.closeSync());

  const counts: readonly (readonly [string, readonly number[]])[] = [
    [`${events}Events | fork (where n > 1) (take 1 | project n)`, [2, 1]],
    [`${events}Events | facet by user, action with (where n == 3)`, [2, 2, 1]],
  ];
  for (const [text, rowCounts] of counts) {
    it(text.split('\n').at(-1) ?? text, async () => {
      const outcome = await runKql(connection, text);
      assert(outcome.ok, failure(outcome));
      assert.deepEqual(
        outcome.tables.map(({ rows }) => rows.length),
        rowCounts,
      );
    });
  }
});

describe('externaldata', () => {
  let connection: DuckDBConnection;
  const text =
    'let Bad = externaldata(hash: string)["https://feeds.example/list.txt"] with (format="txt"); Bad | count';
  before(async () => {
    connection = await openDatabase();
  });
  after(() => connection.closeSync());

  it('has no rows of its own and says which are missing', () => {
    const translation = translate({ text, schema: { tables: [] }, nowTicks: 0n });
    assert(translation.ok);
    const [missing] = translation.queries[0]?.external ?? [];
    assert.deepEqual(missing?.uris, ['https://feeds.example/list.txt']);
    assert.equal(missing.tableName, 'Bad');
    assert.equal(text.slice(missing.start, missing.start + 12), 'externaldata');
  });

  for (const name of ['Bad', 'list']) {
    it(`reads the table '${name}' that was loaded for it`, async () => {
      const table = { name, columns: [{ name: 'column0', type: 'string' }] } as const;
      await createTable(connection, table);
      await connection.run(`INSERT INTO ${name} VALUES ('a'), ('b')`);
      const outcome = await runKql(connection, text, { tables: [table] });
      assert(outcome.ok, failure(outcome));
      assert.equal(Number(outcome.tables[0]?.rows[0]?.[0]), 2);
    });
  }
});
