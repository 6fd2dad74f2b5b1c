/** Which tables a server has: loaded when they are named, again when their files change, and seen through lenses. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'azure-kusto-data';
import { EntryStore } from '../../src/data/cache/entryStore.ts';
import { LoadCache } from '../../src/data/cache/loadCache.ts';
import { createKqlService } from '../../src/kql/index.ts';
import { startServer } from '../../src/serve/server.ts';
import { clientOf, failureOf, rawRows, serveFiles, type ServedFolder } from './kustoClient.ts';

const sysmon = [
  {
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    EventID: 1,
    Image: 'C:\\Windows\\cmd.exe',
    ProcessId: '7',
  },
  {
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    EventID: 3,
    Image: 'C:\\x.exe',
    DestinationIp: '203.0.113.9',
  },
].map((event, index) =>
  JSON.stringify({ '@timestamp': `2024-05-01T10:00:0${index}.000Z`, Hostname: 'PC1', ...event }),
);

describe('tables of a server', function () {
  let served: ServedFolder;
  let client: Client;

  before(async () => {
    served = await serveFiles({
      'Net.csv': 'Host,Bytes\na,1\nb,2\n',
      'Events.ndjson': `${sysmon.join('\n')}\n`,
      'Broken.csv': 'a,b\n1,2\n"unclosed,3\n',
      'Twice.csv': 'a\n1\n',
      'Twice.csv.gz': 'no gzip',
      'notes.md': '# not a log',
    });
    client = clientOf(served.server.url, served.server.token);
  });

  after(async () => {
    client.close();
    await served.close();
  });

  const rows = async (text: string, database = 'logs') =>
    rawRows((await client.execute(database, text)).primaryResults[0]);
  const loads = (table: string) =>
    served.notices.filter((notice) => notice.startsWith(`Loaded ${table}:`)).length;

  it('are listed before any is loaded', async () => {
    assert.deepEqual(await rows('.show tables | project TableName'), [
      ['Broken'],
      ['Events'],
      ['Net'],
      ['Twice'],
    ]);
    assert.deepEqual(served.notices, ['logs: Broken, Events, Net, Twice']);
  });

  it('are loaded once, when a query names them', async () => {
    assert.deepEqual(await Promise.all([rows('Net | count'), rows('Net | count')]), [[[2]], [[2]]]);
    assert.equal(loads('Net'), 1);
    assert.equal(loads('Events'), 0);
  });

  it('are loaded again when their files change, and found when they are new', async () => {
    const file = join(served.folder, 'Net.csv');
    await writeFile(file, 'Host,Bytes,Port\na,1,80\nb,2,443\nc,3,22\n');
    await utimes(file, new Date(), new Date('2024-01-01'));
    assert.deepEqual(await rows('Net | summarize max(Port), count()'), [[443, 3]]);
    await writeFile(join(served.folder, 'New.csv'), 'x\n1\n');
    assert.deepEqual(await rows('New'), [[1]]);
  });

  it('are kept from one start to the next, where the server may keep them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hunt-kept-'));
    try {
      const store = new EntryStore(folder, 1e9);
      const cache = new LoadCache(store, { version: '1', leastBytes: 0 });
      const reopened: boolean[] = [];
      const reopen = cache.reopen.bind(cache);
      cache.reopen = async (load) => {
        const loaded = await reopen(load);
        reopened.push(loaded !== undefined);
        return loaded;
      };
      for (let start = 0; start < 2; start++) {
        const again = await serveFiles({ 'Kept.csv': 'Host,Bytes\na,1\nb,2\n' }, { cache });
        const reader = clientOf(again.server.url, again.server.token);
        const reply = await reader.execute('logs', 'Kept | summarize sum(Bytes)');
        assert.deepEqual(rawRows(reply.primaryResults[0]), [[3]]);
        reader.close();
        await again.close();
      }
      assert.deepEqual(reopened, [false, true]);
      assert.equal((await store.size()).entries, 1);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('keep what they cannot read apart, and say so', async () => {
    await rows('Broken | count');
    const [[rejects]] = (await rows('Broken_rejects | count')) as [[number]];
    assert.ok(rejects > 0);
    assert.ok(served.notices.some((notice) => /could not be read; see Broken_rejects/.test(notice)));
  });

  it('say why they are missing', async () => {
    const failure = await failureOf(client.execute('logs', 'Twice'));
    assert.match(
      failure.message,
      /Twice could not be loaded: Twice\.csv and Twice\.csv\.gz would both be the table Twice\./,
    );
    assert.match(failure.message, /--load Twice=FILE/);
    const schema = await failureOf(client.execute('logs', '.show table Twice cslschema'));
    assert.match(schema.message, /could not be loaded/);
  });

  it('are seen in the shape that public queries expect', async () => {
    assert.deepEqual(await rows('DeviceProcessEvents | project FileName, ProcessId'), [['cmd.exe', 7]]);
    assert.deepEqual(await rows('DeviceNetworkEvents | project RemoteIP'), [['203.0.113.9']]);
    const names = (await rows('.show tables | project TableName')).map(([name]) => name);
    assert.ok(names.includes('DeviceProcessEvents'));
  });

  it('are all searched by search, find and union *', async () => {
    const found = await rows('search "203.0.113.9" | distinct $table');
    assert.ok(found.some(([table]) => table === 'Events'));
    assert.ok(Number((await rows('union withsource=T N* | distinct T | count'))[0]?.[0]) >= 2);
  });

  it('have schemas, in every form that clients ask for', async () => {
    const [[text]] = (await rows('.show database logs schema as json')) as [[string]];
    const { Databases } = JSON.parse(text) as {
      Databases: Record<string, { Tables: Record<string, { OrderedColumns: object[] }> }>;
    };
    const tables = Databases['logs']?.Tables ?? {};
    assert.deepEqual(tables['Net']?.OrderedColumns[1], {
      Name: 'Bytes',
      Type: 'System.Int64',
      CslType: 'long',
      DocString: '',
    });
    assert.ok(tables['DeviceProcessEvents'] && tables['Broken_rejects']);
    assert.equal(tables['Net_rejects'], undefined);
    assert.deepEqual(await rows('.show databases schema as json'), await rows('.show schema as json'));
    assert.deepEqual(await rows('.show table Net cslschema | project Schema'), [
      ['Host:string,Bytes:long,Port:long'],
    ]);
    const [[one]] = (await rows(".show table ['Net'] schema as json")) as [[string, string]];
    assert.equal(one, 'Net');
    const flat = await rows(
      '.show database schema | where TableName == "Net" and ColumnName != "" | project ColumnName, ColumnType',
    );
    assert.deepEqual(flat, [
      ['Host', 'System.String'],
      ['Bytes', 'System.Int64'],
      ['Port', 'System.Int64'],
    ]);
    assert.deepEqual(await rows('.show tables (Net) details | project TotalRowCount'), [[3]]);
    assert.deepEqual((await rows('.show table Net'))[1]?.slice(0, 2), ['Bytes', 'System.Int64']);
    const script = await rows('.show database schema as csl script');
    assert.ok(
      script.some(([line]) => line === '.create-merge table Net (Host:string, Bytes:long, Port:long)'),
    );
  });

  it('answer what clients ask at start, and refuse what would change them', async () => {
    const asked = [
      '.show version',
      '.show databases',
      '.show cluster databases',
      '.show database',
      '.show database logs details',
      '.show functions',
      '.show materialized-views',
      '.show external tables',
      '.show running queries',
      '.show tables // all',
      '.show tables;',
    ];
    for (const text of asked) assert.ok((await client.execute('logs', text)).primaryResults[0], text);
    assert.deepEqual(await rows('.show databases | project DatabaseName, IsCurrent'), [['logs', true]]);
    for (const text of [
      '.drop table Net',
      '.set X <| Net',
      '.create table X (a:int)',
      '.delete table Net records <| Net',
      '.execute script <| x',
    ]) {
      const failure = await failureOf(client.executeMgmt('logs', text));
      assert.deepEqual([failure.status, failure.code], [403, 'Forbidden'], text);
    }
    for (const text of [
      '.show',
      '.show everything',
      '.show table',
      '.show tables (',
      '.show table Net schema as yaml',
      '.',
      '.show tables | nonsense',
      '.show table \u0007',
    ]) {
      assert.equal((await failureOf(client.executeMgmt('logs', text))).status, 400, text);
    }
    assert.match((await failureOf(client.executeMgmt('logs', 'Net'))).message, /begins with a dot/);
    assert.match((await failureOf(client.execute('other', 'Net'))).message, /'other'.*'logs'/);
  });

  it('of several folders are several databases, and named files go to the first', async () => {
    const root = join(served.folder, '..');
    const [second, third] = [join(root, 'a', 'logs'), join(root, 'more logs')] as const;
    for (const folder of [second, third]) await mkdir(folder, { recursive: true });
    await writeFile(join(second, 'T.csv'), 'x\n1\n');
    await writeFile(join(third, 'T.csv'), 'x\n3\n');
    await writeFile(join(root, 'Apart.csv'), 'x\n4\n');
    await symlink(join(root, 'Apart.csv'), join(third, 'Escape.csv'));
    const server = await startServer({
      paths: [second, third, served.folder, join(root, 'Apart.csv')],
      loads: new Map([['T', [join(root, 'Apart.csv'), join(second, 'T.csv')]]]),
      threads: 1,
      kql: createKqlService(),
    });
    const several = clientOf(server.url, server.token);
    const values = async (database: string, text: string) =>
      rawRows((await several.execute(database, text)).primaryResults[0]);
    try {
      assert.deepEqual(server.databases, ['logs', 'more logs', 'logs_2']);
      assert.deepEqual(await values('logs', 'T | order by x asc'), [[1], [4]]);
      assert.deepEqual(await values('NetDefaultDB', 'Apart'), [[4]]);
      assert.deepEqual(await values('more logs', 'T'), [[3]]);
      assert.deepEqual(
        await values('logs', ".show database ['more logs'] schema | where ColumnName == 'x' | count"),
        [[1]],
      );
      const outside = await failureOf(several.execute('more logs', 'Escape'));
      assert.match(outside.message, /Escape could not be loaded: .*outside/);
    } finally {
      several.close();
      await server.close();
      for (const folder of [join(root, 'a'), third]) await rm(folder, { recursive: true });
    }
  });
});
