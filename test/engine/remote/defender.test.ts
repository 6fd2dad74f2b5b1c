/** Advanced hunting through Microsoft Graph, over real connections to a server that speaks its documented form. */
import assert from 'node:assert/strict';
import { openRemote } from '../../../src/engine/remote/openRemote.ts';
import { openRemoteEngine, type RemoteEngine } from '../../../src/engine/remote/remoteEngine.ts';
import { defenderService } from '../../../src/engine/remote/defender.ts';
import { countedTokens, openHome, told, type Home } from './remoteFixture.ts';
import {
  dropped,
  json,
  silent,
  stalled,
  startScriptedServer,
  type ScriptedServer,
} from './scriptedServer.ts';

describe('Defender through Microsoft Graph', () => {
  let home: Home;
  let server: ScriptedServer;
  let remote: RemoteEngine;
  const tokens = countedTokens();

  before(async () => {
    home = await openHome();
    server = await startScriptedServer();
    remote = await openRemote(
      { to: 'defender', endpoint: new URL(`${server.url}/v1.0`), timespan: 'P7D' },
      {
        session: home.engine,
        tokens,
        defenderTables: () => [{ name: 'DeviceInfo', columns: [{ name: 'DeviceName', type: 'string' }] }],
      },
    );
  });
  after(async () => {
    await remote.dispose();
    await server.close();
    await home.close();
  });

  const run = async (kql: string, options = {}) => told(await remote.query(kql, options));
  const result = (schema: Readonly<Record<string, string>>, results: readonly unknown[]) => ({
    '@odata.context':
      'https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.security.huntingQueryResults',
    schema: Object.entries(schema).map(([name, type]) => ({ name, type })),
    results,
  });

  it('has the published tables', async () => {
    assert.equal(remote.name, 'Microsoft Defender XDR (Microsoft Graph)');
    assert.deepEqual(await remote.diagnose('DeviceInfo | where DeviceName has "a"'), []);
  });

  it('gives the types that Graph names, by the names of the members', async () => {
    const schema = {
      Timestamp: 'DateTime',
      'File Name': 'String',
      Size: 'Int64',
      Onboarded: 'SByte',
      Extra: 'Object',
      Id: 'Guid',
    };
    const rows = [
      {
        Id: '74be27de-1e4e-49d9-b579-fe0b331d3642',
        Timestamp: '2024-03-26T09:39:50.7688641Z',
        'File Name': 'cmd.exe',
        'File Name@odata.type': '#String',
        Size: 'N',
        Onboarded: 1,
        Extra: '{"a":1}',
      },
      { Timestamp: null },
    ];
    server.script(json(JSON.stringify(result(schema, rows)).replace('"N"', '9007199254740993')));
    assert.deepEqual(await run('DeviceInfo'), {
      columns: [
        'Timestamp:datetime',
        'File Name:string',
        'Size:long',
        'Onboarded:bool',
        'Extra:dynamic',
        'Id:guid',
      ],
      rows: [
        [
          '2024-03-26T09:39:50.7688641Z',
          'cmd.exe',
          '9007199254740993',
          true,
          { a: 1 },
          '74be27de-1e4e-49d9-b579-fe0b331d3642',
        ],
        [null, '', null, null, null, null],
      ],
      notices: [],
    });
    assert.equal(server.asked[0]?.path, '/v1.0/security/runHuntingQuery');
    assert.deepEqual(server.asked[0].body, { Query: 'DeviceInfo', Timespan: 'P7D' });
    assert.equal(server.asked[0].headers.authorization, 'Bearer token-1');
  });

  it('reads the members also as the older page of the documentation writes them', async () => {
    server.script(json({ schema: [{ Name: 'A', Type: 'Int32' }], results: [{ A: 5 }] }));
    assert.deepEqual((await run('DeviceInfo')).rows, [[5]]);
  });

  it('takes a result of as many rows as the service gives at most for cut', async () => {
    const row = '{"A":1}';
    server.script(
      json(`{"schema":[{"name":"A","type":"Int32"}],"results":[${Array(100_000).fill(row).join(',')}]}`),
    );
    const { cut, notices } = await run('DeviceInfo');
    assert.deepEqual(cut, { atLeastRows: 100_000, limit: '100,000 rows of the last 30 days' });
    assert.match(
      notices?.[0] ?? '',
      /^100,000 of at least 100,000 rows, limit 100,000 rows of the last 30 days\./,
    );
  });

  it('tells errors at the names that they quote', async () => {
    const error = {
      code: 'BadRequest',
      message:
        "'where' operator: Failed to resolve column or scalar expression named 'Nope'. Fix semantic errors in your query.",
      innerError: { date: '2024-01-01T00:00:00', 'request-id': 'r', 'client-request-id': 'c' },
    };
    server.script(json({ error }, 400));
    const outcome = await remote.query('DeviceInfo | where Nope == 1');
    assert.deepEqual(
      outcome.ok || outcome.errors.map(({ kind, code, start, length }) => [kind, code, start, length]),
      [['semantic', 'BadRequest', 19, 4]],
    );
  });

  it('says that the quota is used up, after asking again, and that an account may not hunt', async () => {
    server.script(
      json({ error: { code: 'TooManyRequests', message: 'CPU quota exceeded' } }, 429, {
        'retry-after': '0',
      }),
    );
    assert.match(
      (await run('DeviceInfo')).errors?.[0] ?? '',
      /^remote-throttled: .+ It says: CPU quota exceeded\./,
    );
    assert.equal(server.asked.length, 4);
    server.script(json({ error: { code: 'Forbidden', message: 'Missing ThreatHunting.Read.All' } }, 403));
    assert.match((await run('DeviceInfo')).errors?.[0] ?? '', /^remote-forbidden: .+Missing ThreatHunting/);
  });

  it('shows nothing of a reply that breaks, and stops when the hunter stops', async () => {
    const body = JSON.stringify(result({ A: 'Int32' }, [{ A: 1 }, { A: 2 }]));
    server.script(dropped(body, body.length - 12));
    assert.match((await run('DeviceInfo')).errors?.[0] ?? '', /^remote-dropped: /);
    const stop = new AbortController();
    server.script(silent(() => stop.abort()));
    await assert.rejects(remote.query('DeviceInfo', { signal: stop.signal }), { name: 'AbortError' });
  });

  it('stops in the middle of a reply, of which nothing is shown', async () => {
    const stop = new AbortController();
    const body = JSON.stringify(result({ A: 'Int32' }, [{ A: 1 }, { A: 2 }]));
    server.script(stalled(body, body.length - 9, () => stop.abort()));
    await assert.rejects(remote.query('DeviceInfo', { signal: stop.signal }), { name: 'AbortError' });
  });

  it('gives up on a service that never answers, and says so', async () => {
    const target = { to: 'defender', endpoint: new URL(`${server.url}/v1.0`) } as const;
    const impatient = { ...defenderService(target, []), timeoutMs: 60 };
    const engine = await openRemoteEngine(impatient, home.engine, { tokens });
    server.script(silent());
    assert.match(
      (await told(await engine.query('DeviceInfo'))).errors?.[0] ?? '',
      /^remote-timeout: The query took longer than Microsoft Defender XDR allows and was stopped; no rows are shown\./,
    );
    assert.equal(server.asked.length, 1);
  });

  it('wants a token of Graph for the hosts of Graph, and for no other', async () => {
    const scopes = (endpoint: string) =>
      defenderService({ to: 'defender', endpoint: new URL(endpoint) }, []).scopes(AbortSignal.timeout(1000));
    assert.deepEqual(await scopes('https://graph.microsoft.com/v1.0'), [
      'https://graph.microsoft.com/ThreatHunting.Read.All',
    ]);
    assert.deepEqual(await scopes('https://graph.microsoft.com.evil.example/v1.0'), []);
  });
});
