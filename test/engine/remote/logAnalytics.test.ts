/** Queries on Log Analytics through Microsoft's client, over real connections to a server that speaks its documented form. */
import assert from 'node:assert/strict';
import { openRemote } from '../../../src/engine/remote/openRemote.ts';
import type { RemoteEngine } from '../../../src/engine/remote/remoteEngine.ts';
import { countedTokens, openHome, told, type Home } from './remoteFixture.ts';
import {
  dropped,
  json,
  page,
  silent,
  stalled,
  startScriptedServer,
  type ScriptedServer,
} from './scriptedServer.ts';

const workspace = 'b438b4f6-912a-46d5-9cb1-b44069212abc';

const metadata = json({
  tables: [
    {
      id: 't/Heartbeat',
      name: 'Heartbeat',
      columns: [
        { name: 'TimeGenerated', type: 'datetime' },
        { name: 'Computer', type: 'string' },
      ],
    },
  ],
  functions: [
    {
      id: 'f/1',
      name: 'Lately',
      parameters: 'days:int=1',
      body: 'Heartbeat | where TimeGenerated > ago(1d * days)',
    },
  ],
  workspaces: [{ id: workspace, name: 'w' }],
});

describe('a Log Analytics workspace', () => {
  let home: Home;
  let server: ScriptedServer;
  let remote: RemoteEngine;
  const tokens = countedTokens();

  before(async () => {
    home = await openHome();
    server = await startScriptedServer({ '/metadata': metadata });
    remote = await openRemote(
      { to: 'log-analytics', workspace, endpoint: new URL(`${server.url}/v1`) },
      { session: home.engine, tokens, defenderTables: () => [] },
    );
  });
  after(async () => {
    await remote.dispose();
    await server.close();
    await home.close();
  });

  const run = async (kql: string, options = {}) => told(await remote.query(kql, options));
  const result = (columns: Readonly<Record<string, string>>, rows: readonly unknown[], more = {}) => ({
    tables: [
      {
        name: 'PrimaryResult',
        columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
        rows,
      },
    ],
    ...more,
  });
  const fine = json(result({ n: 'long' }, [[1]]));

  it('tells its tables and functions', async () => {
    assert.equal(remote.name, `Log Analytics (${workspace})`);
    assert.deepEqual(await remote.diagnose('Lately(3) | where Computer has "a"'), []);
    assert.equal((await remote.diagnose('Lately() | where Nope == 1'))[0]?.code, 'KS142');
  });

  it('gives exact values', async () => {
    const columns = { t: 'datetime', l: 'long', j: 'dynamic', s: 'string', p: 'timespan', d: 'decimal' };
    const rows = [
      ['2024-02-29T23:59:59.1234567Z', 'L', '{"a":[1]}', 'x', '1.02:03:04.0000005', '1.5'],
      [null, null, null, null, null, null],
    ];
    server.script(json(JSON.stringify(result(columns, rows)).replace('"L"', '9223372036854775807')));
    assert.deepEqual((await run('Heartbeat')).rows, [
      ['2024-02-29T23:59:59.1234567Z', '9223372036854775807', { a: [1] }, 'x', '1.02:03:04.0000005', '1.5'],
      [null, null, null, '', null, null],
    ]);
  });

  it('gets the query with its parameters as let statements, signed, for as long as the service allows', async () => {
    server.script(fine);
    await run('Heartbeat | where Computer == Device', {
      parameters: [{ name: 'Device', type: 'string', value: 'a"b' }],
    });
    const [asked] = server.asked;
    assert.equal(asked?.path, `/v1/workspaces/${workspace}/query`);
    assert.deepEqual(asked.body, { query: 'let Device = "a\\"b";\nHeartbeat | where Computer == Device' });
    assert.equal(asked.headers.authorization, 'Bearer token-1');
    assert.equal(asked.headers['prefer'], 'wait=600');
  });

  it('reads no older rows than the connection says', async () => {
    const limited = await openRemote(
      { to: 'log-analytics', workspace, endpoint: new URL(`${server.url}/v1`), timespan: 'P7D' },
      { session: home.engine, tokens, defenderTables: () => [] },
    );
    server.script(fine);
    await limited.query('Heartbeat');
    assert.deepEqual(server.asked[0]?.body, { query: 'Heartbeat', timespan: 'P7D' });
  });

  it('keeps the rows of a partial result and says so', async () => {
    const error = {
      code: 'PartialError',
      message: 'There were some errors when processing your query.',
      details: [
        {
          code: 'EngineError',
          message: 'Something went wrong processing your query on the server.',
          innererror: {
            code: '-2133196797',
            message: 'The results of this query exceed the set limit of 500000 records.',
            severity: 2,
            severityName: 'Error',
          },
        },
      ],
    };
    server.script(json(result({ n: 'long' }, [[1], [2]], { error })));
    const { rows, cut, notices } = await run('Heartbeat');
    assert.deepEqual(rows, [[1], [2]]);
    assert.deepEqual(cut, { atLeastRows: 3, limit: '500,000 rows' });
    assert.match(notices?.[0] ?? '', /^2 of at least 3 rows, limit 500,000 rows\./);
  });

  it('tells an error at its place, through the layers in which the service wraps it', async () => {
    const inner = {
      code: 'SYN0002',
      message: "Query could not be parsed at '@@' on line [2,12]",
      line: 2,
      pos: 12,
      token: '@@',
    };
    const error = {
      message: 'The request had some invalid properties',
      code: 'BadArgumentError',
      correlationId: 'c',
      innererror: {
        code: 'SyntaxError',
        message: 'A recognition error occurred in the query.',
        innererror: inner,
      },
    };
    server.script(json({ error }, 400));
    const outcome = await remote.query('Heartbeat\n| where x  @@ 1');
    assert.deepEqual(
      outcome.ok || outcome.errors.map(({ kind, code, start, length }) => [kind, code, start, length]),
      [['syntax', 'SYN0002', 21, 2]],
    );
  });

  it('asks again when it is throttled, with a fresh token, and after a break before any row', async () => {
    server.script(
      json({ error: { code: 'ThrottledError', message: 'Slow down' } }, 429, { 'retry-after': '0' }),
      json('', 401),
      dropped('{"tables":[', 0),
      fine,
    );
    const { rows, notices } = await run('Heartbeat');
    assert.deepEqual(rows, [[1]]);
    assert.equal(notices?.length, 2);
    assert.equal(server.asked.length, 4);
  });

  it('shows nothing of a reply that is broken', async () => {
    const body = JSON.stringify(result({ n: 'long' }, [[1], [2], [3]]));
    for (const [code, answer] of [
      ['remote-dropped', dropped(body, body.indexOf('[3]') + 1)],
      ['remote-html', page(200)],
      ['remote-html', page(407)],
      ['remote-malformed', json('{"tables":1}')],
      ['remote-timeout', json({ error: { code: 'GatewayTimeout', message: 'Timed out' } }, 504)],
    ] as const) {
      server.script(answer);
      assert.match((await run('Heartbeat')).errors?.[0] ?? '', new RegExp(`^${code}: `), code);
    }
  });

  it('asks this machine without any proxy', async () => {
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    try {
      server.script(fine);
      assert.deepEqual((await run('Heartbeat')).rows, [[1]]);
    } finally {
      Reflect.deleteProperty(process.env, 'HTTP_PROXY');
    }
  });

  it('stops when the hunter stops', async () => {
    const stop = new AbortController();
    server.script(silent(() => stop.abort()));
    await assert.rejects(remote.query('Heartbeat', { signal: stop.signal }), { name: 'AbortError' });
  });

  it('stops in the middle of a reply, of which nothing is shown', async () => {
    const stop = new AbortController();
    const body = JSON.stringify(result({ n: 'long' }, [[1], [2]]));
    server.script(stalled(body, body.length - 9, () => stop.abort()));
    await assert.rejects(remote.query('Heartbeat', { signal: stop.signal }), { name: 'AbortError' });
    server.script(fine);
    assert.equal((await run('Heartbeat')).errors, undefined);
  });

  it('asks for tokens of Log Analytics only for its own hosts', () => {
    assert.ok(tokens.asked.length > 0);
    assert.deepEqual([...new Set(tokens.asked.flatMap(({ scopes }) => scopes))], []);
  });
});
