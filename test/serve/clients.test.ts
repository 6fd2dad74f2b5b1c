/**
 * What the clients that people use send first, as they send it: Microsoft's libraries, Kusto.Explorer and Kusto.Cli (the
 * .NET library), Kqlmagic, Grafana's data source, Power BI, and tools that read the schema to write queries.
 */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { plain, serveFiles, type ServedFolder } from './kustoClient.ts';

interface V1Table {
  readonly TableName: string;
  readonly Columns: readonly {
    readonly ColumnName: string;
    readonly DataType: string;
    readonly ColumnType: string;
  }[];
  readonly Rows: readonly (readonly unknown[])[];
}

interface Frame {
  readonly FrameType: string;
  readonly TableKind?: string;
  readonly TableFragmentType?: string;
  readonly Rows?: readonly (readonly unknown[])[];
}

describe('clients of a server', () => {
  let served: ServedFolder;

  before(async () => {
    served = await serveFiles({ 'Net.csv': 'Host,Bytes\na,1\nb,2\n', 'odd name.csv': 'x y\n1\n' });
  });

  after(() => served.close());

  async function command(csl: string, more: object = {}): Promise<V1Table> {
    const reply = await plain(served).post('/v1/rest/mgmt', { db: 'logs', csl, ...more });
    const body = (await reply.json()) as { Tables: V1Table[]; error?: { '@message': string } };
    assert.equal(reply.status, 200, `${csl}: ${body.error?.['@message'] ?? ''}`);
    const [table] = body.Tables;
    assert.ok(table, csl);
    return table;
  }

  /** The rows by the names of their columns, as clients read them. */
  async function records(csl: string): Promise<Record<string, unknown>[]> {
    const { Columns, Rows } = await command(csl);
    return Rows.map((row) =>
      Object.fromEntries(Columns.map(({ ColumnName }, index) => [ColumnName, row[index]])),
    );
  }

  it('of .NET ask the cloud, the version and the cluster, with no database or the default one', async () => {
    const metadata = await fetch(`${served.server.url}/v1/rest/auth/metadata`);
    assert.ok(((await metadata.json()) as { AzureAD: object }).AzureAD);
    const [version] = (await command('.show version', { db: 'NetDefaultDB' })).Rows;
    assert.deepEqual([version?.[0], version?.[2]], ['0.0.0', 'Engine']);
    assert.equal((await command('.show version', { db: null })).Rows.length, 1);
    const { Columns, Rows } = await command('.show cluster');
    assert.deepEqual(
      Columns.slice(0, 5).map(({ ColumnName, DataType }) => `${ColumnName}:${DataType}`),
      ['NodeId:String', 'Address:String', 'Name:String', 'StartTime:DateTime', 'IsAdmin:Boolean'],
    );
    assert.ok(Date.parse(String(Rows[0]?.[3])) <= Date.now());
    assert.deepEqual(await records('.show cluster | count'), [{ Count: 1 }]);
  });

  it('of Kusto.Explorer list databases, tables, functions and views for their tree', async () => {
    const [database] = await records('.show databases details');
    assert.deepEqual([database?.['DatabaseName'], database?.['DatabaseAccessMode']], ['logs', 'ReadOnly']);
    assert.deepEqual(
      await records(
        '.show databases entities with (showObfuscatedStrings=true) | where DatabaseName == "logs" | project EntityType, EntityName, CslOutputSchema, Properties | order by EntityName asc',
      ),
      [
        {
          EntityType: 'Table',
          EntityName: 'Net',
          CslOutputSchema: 'Host:string, Bytes:long',
          Properties: {},
        },
        { EntityType: 'Table', EntityName: 'odd_name', CslOutputSchema: 'x y:long', Properties: {} },
      ],
    );
    const [details] = await records('.show table Net details');
    assert.deepEqual([details?.['TableName'], details?.['TotalRowCount']], ['Net', 2]);
    for (const csl of [
      '.show functions',
      '.show materialized-views',
      '.show external tables',
      '.show entity_groups',
      '.show continuous-exports',
      '.show operations',
    ]) {
      const { Columns, Rows } = await command(csl);
      assert.ok(Columns.length >= 2 && Rows.length === 0, csl);
    }
  });

  it('that show rights and limits find them', async () => {
    const [role] = await records('.show principal roles | project Scope, Role');
    assert.deepEqual(role, { Scope: 'Database logs', Role: 'Viewer' });
    for (const csl of ['.show database principals', '.show database logs principals']) {
      assert.equal((await records(csl))[0]?.['Role'], 'Database logs Viewer');
    }
    const [capacity] = await records('.show capacity | project Resource, Total, Consumed, Remaining');
    assert.deepEqual(capacity, { Resource: 'Queries', Total: 2, Consumed: 1, Remaining: 1 });
    for (const [csl, entity] of [
      ['.show table Net policy retention', '[logs].[Net]'],
      ['.show database logs policy caching', '[logs]'],
      ['.show database policy caching', '[logs]'],
      ['.show cluster policy callout', ''],
    ] as const) {
      const [policy] = await records(csl);
      assert.deepEqual([policy?.['EntityName'], policy?.['Policy']], [entity, 'null'], csl);
    }
  });

  it('that write queries read the schema as JSON, as text and as rows', async () => {
    for (const csl of [
      '.show databases schema as json',
      '.show schema as json',
      '.show cluster schema as json',
      '.show database schema as json with(Tables=True)',
      '.show database ["logs"] schema as json',
      '.show databases (logs) schema as json',
    ]) {
      const { Columns, Rows } = await command(csl);
      assert.deepEqual(
        Columns.map(({ ColumnName }) => ColumnName),
        ['DatabaseSchema'],
      );
      const { Databases } = JSON.parse(String(Rows[0]?.[0])) as {
        Databases: Record<string, { Tables: Record<string, object>; Functions: object }>;
      };
      assert.deepEqual(Object.keys(Databases['logs']?.Tables ?? {}).sort(), ['Net', 'odd_name'], csl);
      assert.deepEqual(Databases['logs']?.Functions, {});
    }
    assert.deepEqual(await records('.show table Net cslschema | project TableName, Schema'), [
      { TableName: 'Net', Schema: 'Host:string,Bytes:long' },
    ]);
    const flat = await records(
      '.show database logs schema | where TableName != "" and ColumnName != "" | project TableName, ColumnName, ColumnType, DocString',
    );
    assert.deepEqual(flat[1], {
      TableName: 'Net',
      ColumnName: 'Bytes',
      ColumnType: 'System.Int64',
      DocString: '',
    });
  });

  it('are told what there is none of, by the code that they know', async () => {
    for (const csl of [
      '.show function Missing',
      '.show materialized-view Missing',
      '.show external table Missing',
      '.show table Missing cslschema',
      '.show table Missing policy retention',
      '.show database Missing principals',
    ]) {
      const reply = await plain(served).post('/v1/rest/mgmt', { csl });
      const { error } = (await reply.json()) as { error: { code: string; '@message': string } };
      assert.deepEqual([reply.status, error.code], [400, 'BadRequest_EntityNotFound'], csl);
      assert.match(error['@message'], /'Missing'/);
    }
  });

  it('of Python send packed bodies with a charset, and take packed replies', async () => {
    const response = await fetch(`${served.server.url}/v2/rest/query`, {
      method: 'POST',
      headers: {
        Accept: 'application/json',
        'Accept-Encoding': 'gzip,deflate',
        'Content-Encoding': 'gzip',
        'Content-Type': 'application/json; charset=utf-8',
        Fed: 'True',
        'x-ms-app': 'python',
        'x-ms-client-request-id': 'KPC.execute;1d8a5d46-6b63-4ea1-9d2d-5ab9f0a5a8d8',
        'x-ms-client-version': 'Kusto.Python.Client:[5.0.0]',
        'x-ms-version': '2024-12-12',
        Authorization: `Bearer ${served.server.token}`,
      },
      body: gzipSync(
        JSON.stringify({
          db: 'logs',
          csl: 'Net | count',
          properties: JSON.stringify({ Options: { results_error_reporting_placement: 'end_of_table' } }),
        }),
      ),
    });
    assert.equal(
      response.headers.get('x-ms-client-request-id'),
      'KPC.execute;1d8a5d46-6b63-4ea1-9d2d-5ab9f0a5a8d8',
    );
    assert.equal(response.headers.get('content-encoding'), 'gzip');
    const frames = (await response.json()) as Frame[];
    assert.deepEqual(frames.find(({ TableKind }) => TableKind === 'PrimaryResult')?.Rows, [[2]]);
  });

  it('of Grafana ask for a probe, the schema and both shapes of replies', async () => {
    const grafana = { querySource: 'schema', properties: { Options: {} } };
    assert.equal((await command('.show databases schema as json', grafana)).Rows.length, 1);
    const probe = await plain(served).post('/v1/rest/query', { csl: 'print 1', db: '', querySource: 'raw' });
    const { Tables } = (await probe.json()) as { Tables: V1Table[] };
    assert.deepEqual(Tables[0]?.Rows, [[1]]);
    assert.deepEqual(
      Tables.map(({ TableName }) => TableName),
      ['Table_0', 'Table_1', 'Table_2', 'Table_3'],
    );
  });

  it('that want progress get it, and the whole at once otherwise', async () => {
    const asked = async (results_progressive_enabled: boolean) => {
      const reply = await plain(served).post('/v2/rest/query', {
        db: 'logs',
        csl: 'Net | project Host',
        properties: { Options: { results_progressive_enabled } },
      });
      return ((await reply.json()) as Frame[]).map(({ FrameType }) => FrameType);
    };
    assert.deepEqual(await asked(true), [
      'DataSetHeader',
      'DataTable',
      'TableHeader',
      'TableFragment',
      'TableProgress',
      'TableCompletion',
      'DataTable',
      'DataSetCompletion',
    ]);
    assert.deepEqual(await asked(false), [
      'DataSetHeader',
      'DataTable',
      'DataTable',
      'DataTable',
      'DataSetCompletion',
    ]);
  });

  it('that write, as Telegraf does, are refused in words', async () => {
    const reply = await plain(served).post('/v1/rest/mgmt', {
      db: 'logs',
      csl: ".create-merge table ['cpu'] (['fields']:dynamic, ['timestamp']:datetime)",
    });
    const { error } = (await reply.json()) as {
      error: { code: string; '@message': string; '@permanent': boolean };
    };
    assert.deepEqual([reply.status, error.code, error['@permanent']], [403, 'Forbidden', true]);
    assert.match(error['@message'], /'\.create-merge' is refused: this server only reads its logs\./);
  });
});
