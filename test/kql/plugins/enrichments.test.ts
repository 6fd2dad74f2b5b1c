/** Defender's enrichments: empty without a table for them, else answered from it, and the query is told which. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createTable, openDatabase, runKql } from '../../conformance/database.ts';
import { translate } from '../../../src/kql/translate.ts';
import type { ScalarType, Schema, TableSchema } from '../../../src/kql/types.ts';

const table = (name: string, columns: Readonly<Record<string, ScalarType>>): TableSchema => ({
  name,
  columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
});
const profiles = table('FileProfiles', {
  SHA1: 'string',
  SHA256: 'string',
  GlobalPrevalence: 'long',
  Signer: 'string',
});
const reports = table('DeviceNetworkInfo', {
  Timestamp: 'datetime',
  DeviceId: 'string',
  DeviceName: 'string',
  MacAddress: 'string',
  NetworkAdapterType: 'string',
  ConnectedNetworks: 'string',
  IPAddresses: 'string',
});
const files = `let Files = datatable(SHA1: string, InitiatingProcessSHA256: string)['AA', 'ff', 'bb', ''];\n`;

describe('enrichments without a table', () => {
  const schema: Schema = { tables: [] };
  let connection: DuckDBConnection;
  before(async function () {
    this.timeout(60_000);
    connection = await openDatabase();
  });
  after(() => connection.closeSync());

  const calls = [
    'FileProfile()',
    'FileProfile(SHA1)',
    'FileProfile(SHA1, 500)',
    'FileProfile("SHA1", 1000)',
    'FileProfile(InitiatingProcessSHA256, 10000)',
  ];
  for (const call of calls) {
    it(`invoke ${call} adds empty columns and says so`, async () => {
      const text = `${files}Files | invoke ${call} | project SHA1, GlobalPrevalence, Signer, ProfileAvailability`;
      const outcome = await runKql(connection, text, schema);
      assert(outcome.ok);
      assert.deepEqual(outcome.tables[0]?.rows, [
        ['AA', null, '', ''],
        ['bb', null, '', ''],
      ]);
      const translation = translate({ text, schema, nowTicks: 0n });
      assert(translation.ok);
      assert.match(translation.notices.join(), /FileProfiles/);
    });
  }

  it('adds the columns of SeenBy() and DeviceFromIP(), and AssignedIPAddresses() has no rows', async () => {
    const seen = await runKql(connection, `print DeviceId = 'd' | invoke SeenBy() | project SeenBy`);
    assert(seen.ok);
    assert.deepEqual(seen.tables[0]?.rows, [[null]]);
    const device = await runKql(
      connection,
      `print IPAddress = '10.0.0.1' | invoke DeviceFromIP("IPAddress") | project DeviceId`,
    );
    assert(device.ok);
    assert.deepEqual(device.tables[0]?.rows, [['']]);
    const assigned = await runKql(connection, `AssignedIPAddresses('host', ago(1d)) | project IPAddress`);
    assert(assigned.ok);
    assert.deepEqual(assigned.tables[0]?.rows, []);
  });

  it('points at a column that the input does not have', () => {
    const text = `${files}Files | invoke FileProfile(SHA2)`;
    const translation = translate({ text, schema, nowTicks: 0n });
    assert(!translation.ok);
    const [error] = translation.errors;
    assert.equal(error?.code, 'unknown-column');
    assert.equal(text.slice(error.start, error.start + error.length), 'SHA2');
  });
});

describe('enrichments from tables', () => {
  const schema: Schema = { tables: [profiles, reports] };
  let connection: DuckDBConnection;
  before(async function () {
    this.timeout(60_000);
    connection = await openDatabase();
    for (const each of schema.tables) await createTable(connection, each);
    await connection.run(
      `INSERT INTO "FileProfiles" VALUES ('aa', 'FF', 7, 'Contoso'), ('aa', 'ee', 7, 'Contoso')`,
    );
    await connection.run(`INSERT INTO "DeviceNetworkInfo" VALUES
      (1, 'd1', 'host', 'm', 'Ethernet', '', '[{"IPAddress":"10.0.0.1","AddressType":"Private"}]'),
      (5, 'd1', 'host', 'm', 'Ethernet', '', '[{"IPAddress":"10.0.0.9","AddressType":"Private"},{"IPAddress":"fe80::1"}]'),
      (7, 'd2', 'other', 'm', 'Ethernet', '', '[{"IPAddress":"10.0.0.1"}]'),
      (8, 'd3', 'broken', 'm', 'Ethernet', '', 'no json')`);
  });
  after(() => connection.closeSync());

  const cases: readonly (readonly [string, readonly (readonly unknown[])[]])[] = [
    [
      `${files}Files | invoke FileProfile(SHA1, 500) | project SHA1, SHA256, GlobalPrevalence, Signer | sort by SHA1 asc | project-away SHA256`,
      [
        ['AA', 7n, 'Contoso'],
        ['bb', null, ''],
      ],
    ],
    [
      `${files}Files | invoke FileProfile("InitiatingProcessSHA256") | sort by SHA1 asc | project Signer`,
      [['Contoso'], ['']],
    ],
    [`print IP = '10.0.0.1' | invoke DeviceFromIP() | project DeviceId`, [['d2']]],
    [
      `print Addr = '10.0.0.1', At = datetime(0001-01-01 00:00:00.0000003) | invoke DeviceFromIP(Addr, At) | project DeviceId`,
      [['d1']],
    ],
    [
      `AssignedIPAddresses('HOST') | sort by IPAddress asc | project IPAddress, IPType`,
      [
        ['10.0.0.9', 'Private'],
        ['fe80::1', ''],
      ],
    ],
    [
      `AssignedIPAddresses('d1', datetime(0001-01-01 00:00:00.0000002)) | project IPAddress, NetworkAdapterType`,
      [['10.0.0.1', 'Ethernet']],
    ],
  ];
  for (const [text, rows] of cases) {
    it(text.split('\n').at(-1) ?? text, async () => {
      const outcome = await runKql(connection, text, schema);
      assert(outcome.ok, outcome.ok ? '' : outcome.error.message);
      assert.deepEqual(outcome.tables[0]?.rows, rows);
    });
  }
});
