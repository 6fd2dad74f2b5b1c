/** A hunt for lateral movement over a hundred thousand logons, in which one way to a domain controller is planted. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase, runKql } from '../../conformance/database.ts';
import type { Schema } from '../../../src/kql/types.ts';

const schema: Schema = {
  tables: [
    {
      name: 'Logons',
      columns: [
        { name: 'Source', type: 'string' },
        { name: 'Target', type: 'string' },
        { name: 'Account', type: 'string' },
        { name: 'Time', type: 'datetime' },
      ],
    },
    {
      name: 'Hosts',
      columns: [
        { name: 'Host', type: 'string' },
        { name: 'Role', type: 'string' },
      ],
    },
  ],
};

const network = 'Logons | make-graph Source --> Target with Hosts on Host ';

describe('lateral movement over 100,000 logons', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
    // Workstations log on among themselves, each to a few others; nothing leads out of them but the planted way.
    await connection.run(`CREATE TABLE Logons AS
      SELECT 'ws-' || (i % 20000) AS Source, 'ws-' || (hash(i) % 20000) AS Target, 'user-' || (i % 500) AS Account, i::BIGINT AS Time
      FROM range(100000) AS t(i)
      UNION ALL SELECT * FROM (VALUES ('patient-zero', 'ws-7', 'eve', 10::BIGINT), ('ws-7', 'jump-1', 'eve', 20), ('jump-1', 'jump-2', 'eve', 30), ('jump-2', 'dc-1', 'eve', 40), ('jump-1', 'dc-1', 'admin', 5))`);
    await connection.run(`CREATE TABLE Hosts AS
      SELECT 'ws-' || i AS Host, 'Workstation' AS Role FROM range(20000) AS t(i)
      UNION ALL SELECT * FROM (VALUES ('jump-1', 'Server'), ('jump-2', 'Server'), ('dc-1', 'DomainController'))`);
  });
  after(() => {
    connection.closeSync();
  });

  const run = async (query: string): Promise<string[]> => {
    const outcome = await runKql(connection, query, schema);
    assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.error.message}\n${outcome.sql ?? ''}`);
    return (outcome.tables[0]?.rows ?? []).map((row) => row.map(String).join(' '));
  };

  it('finds the hops of one account in the order of time', async () => {
    const rows = await run(
      `${network}| graph-match (a)-[l1]->(b)-[l2]->(c) where c.Role == "DomainController" and l1.Account == l2.Account and l1.Time < l2.Time project a.Host, b.Host, c.Host, l1.Account`,
    );
    assert.deepEqual(rows, ['jump-1 jump-2 dc-1 eve']);
  });

  it('finds ways of up to five hops from a host to a domain controller', async () => {
    const rows = await run(
      `${network}| graph-match (a)-[hops*1..5]->(dc) where a.Host == "patient-zero" and dc.Role == "DomainController" and all(hops, Account == "eve") project map(hops, Target)`,
    );
    assert.deepEqual(rows, ['["ws-7","jump-1","jump-2","dc-1"]']);
  });

  it('finds who can reach the domain controller within three hops', async () => {
    const rows = await run(
      `${network}| graph-match (a)-[hops*2..3]->(dc) where dc.Host == "dc-1" and all(inner_nodes(hops), Role == "Server") project a.Host, hops = array_length(map(hops, Target)) | order by hops asc, a_Host asc`,
    );
    assert.deepEqual(rows, ['jump-1 2', 'ws-7 2', 'ws-7 3']);
  });

  it('finds the shortest way among all logons', async () => {
    const rows = await run(
      `${network}| graph-shortest-paths (a)-[hops*1..20]->(dc) where a.Host == "patient-zero" and dc.Role == "DomainController" project map(hops, Target)`,
    );
    assert.deepEqual(rows, ['["ws-7","jump-1","dc-1"]']);
  });
});
