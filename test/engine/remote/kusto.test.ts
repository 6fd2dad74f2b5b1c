/** Queries on a Kusto endpoint through Microsoft's client, over real connections to a server that speaks its protocol. */
import assert from 'node:assert/strict';
import { openRemote } from '../../../src/engine/remote/openRemote.ts';
import type { RemoteEngine } from '../../../src/engine/remote/remoteEngine.ts';
import { countedTokens, frames, oneApiError, openHome, told, type Home } from './remoteFixture.ts';
import {
  dropped,
  json,
  page,
  silent,
  stalled,
  startScriptedServer,
  type Answer,
  type ScriptedServer,
} from './scriptedServer.ts';

const databaseSchema = {
  Databases: {
    logs: {
      Name: 'logs',
      Tables: {
        T: {
          Name: 'T',
          OrderedColumns: [
            { Name: 'x', CslType: 'long' },
            { Name: 's', CslType: 'string' },
          ],
        },
      },
      MaterializedViews: { Daily: { Name: 'Daily', OrderedColumns: [{ Name: 'Day', CslType: 'datetime' }] } },
      Functions: {
        Above: {
          Name: 'Above',
          Body: '{ T | where x > least }',
          InputParameters: [{ Name: 'least', CslType: 'long', CslDefaultValue: '5' }],
        },
      },
    },
  },
};

const commands: string[] = [];

const mgmt: Answer = ({ body }, response) => {
  const text = String(body['csl']);
  commands.push(text);
  const cell = text.startsWith('.show database') ? JSON.stringify(databaseSchema) : 'done';
  const Tables = [
    { TableName: 'Table_0', Columns: [{ ColumnName: 'a', DataType: 'String' }], Rows: [[cell]] },
  ];
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ Tables }));
};

const metadata = json({
  AzureAD: {
    LoginEndpoint: 'https://login.microsoftonline.com',
    LoginMfaRequired: false,
    KustoClientAppId: '',
    KustoClientRedirectUri: '',
    KustoServiceResourceId: 'https://kusto.kusto.windows.net',
    FirstPartyAuthorityUrl: '',
  },
});

describe('a Kusto endpoint', () => {
  let home: Home;
  let server: ScriptedServer;
  let remote: RemoteEngine;
  const tokens = countedTokens();

  before(async () => {
    home = await openHome();
    server = await startScriptedServer({ '/v1/rest/mgmt': mgmt, '/v1/rest/auth/metadata': metadata });
    remote = await openRemote(
      { to: 'kusto', cluster: new URL(server.url), database: 'logs' },
      { session: home.engine, tokens, defenderTables: () => [] },
    );
  });
  after(async () => {
    await remote.dispose();
    await server.close();
    await home.close();
  });

  const run = async (kql: string, options = {}) => told(await remote.query(kql, options));
  const fine = json(frames({ x: 'long' }, [[1]]));

  it('tells its tables, views and functions', async () => {
    assert.equal(remote.name, `Kusto (${new URL(server.url).host}/logs)`);
    assert.deepEqual(
      remote.schema().tables.map(({ name }) => name),
      ['T', 'Daily'],
    );
    assert.deepEqual(
      await remote.diagnose('Above(3) | where s has "a" | join kind=inner Daily on $left.x == $right.Day'),
      [...(await remote.diagnose('Above(3) | join kind=inner Daily on $left.x == $right.Day'))],
    );
    const [error] = await remote.diagnose('T | where nope == 1');
    assert.equal(error?.code, 'KS142');
    assert.deepEqual(
      await remote.diagnose("cluster('other').database('d').U | evaluate python(typeof(*), 'x')"),
      [],
    );
  });

  it('gives every type exactly', async () => {
    const columns = {
      b: 'bool',
      i: 'int',
      l: 'long',
      r: 'real',
      d: 'decimal',
      s: 'string',
      g: 'guid',
      t: 'datetime',
      p: 'timespan',
      j: 'dynamic',
    };
    const reply = JSON.stringify(
      frames(columns, [
        [
          true,
          -5,
          'LONG',
          1.5,
          '12345678901234567890.0123456789',
          'a\u0000"b"\u2028',
          '74be27de-1e4e-49d9-b579-fe0b331d3642',
          '2024-02-29T23:59:59.1234567Z',
          '-1.02:03:04.0000001',
          { a: [1, null] },
        ],
        [null, null, null, 'NaN', null, null, null, null, null, '{"k":"v"}'],
      ]),
    ).replace('"LONG"', '9007199254740993');
    server.script(json(reply));
    assert.deepEqual(await run('T'), {
      columns: Object.entries(columns).map(([name, type]) => `${name}:${type}`),
      rows: [
        [
          true,
          -5,
          '9007199254740993',
          1.5,
          '12345678901234567890.0123456789',
          'a\u0000"b"\u2028',
          '74be27de-1e4e-49d9-b579-fe0b331d3642',
          '2024-02-29T23:59:59.1234567Z',
          '-1.02:03:04.0000001',
          { a: [1, null] },
        ],
        [null, null, null, 'NaN', null, '', null, null, null, { k: 'v' }],
      ],
      notices: [],
    });
  });

  it('says how many values cannot be held', async () => {
    server.script(json(frames({ d: 'decimal' }, [['1.5'], ['1e60'], [null]])));
    const { rows, notices } = await run('T');
    assert.deepEqual(rows, [['1.5'], [null], [null]]);
    assert.match(notices?.[0] ?? '', /^1 value of d from Kusto cannot be held here and is null\./);
  });

  it('sends parameters and lets that the text needs, as typed literals, and signs the request', async () => {
    server.script(fine);
    await run('T | where s == Device and x > Least', {
      parameters: [
        { name: 'Device', type: 'string', value: '"; .drop table T //\n' },
        { name: 'Since', type: 'datetime', value: '2024-01-01T00:00:00.0000000Z' },
      ],
      lets: ['let Least = Base + 1', 'let Base = 3', 'let Unused = Missing | count'],
    });
    assert.equal(
      server.asked[0]?.body['csl'],
      'declare query_parameters(Device:string = "\\"; .drop table T //\\u000a");\n' +
        'let Least = Base + 1;\nlet Base = 3;\nT | where s == Device and x > Least',
    );
    assert.equal(server.asked[0].headers.authorization, 'Bearer token-1');
    assert.equal(server.asked[0].headers['x-ms-user'], '[none]');
  });

  it('gives the values of parameters that the text declares itself', async () => {
    server.script(fine);
    const text = 'declare query_parameters(Device:string, Since:datetime);\nT | where s == Device';
    await run(text, {
      parameters: [
        { name: 'Device', type: 'string', value: 'pc-1' },
        { name: 'Since', type: 'datetime', value: '2024-01-01' },
      ],
    });
    assert.equal(server.asked[0]?.body['csl'], text);
    assert.deepEqual((server.asked[0].body['properties'] as Record<string, unknown>)['Parameters'], {
      Device: 'pc-1',
      Since: 'datetime(2024-01-01)',
    });
  });

  it('publishes to the local session, where the result joins', async () => {
    server.script(
      json(
        frames({ x: 'long', s: 'string' }, [
          [2, 'two'],
          [3, 'three'],
        ]),
      ),
    );
    const outcome = await remote.query('T | as Remote');
    assert.equal(outcome.ok && outcome.results[0]?.publishedAs, 'Remote');
    const joined = await home.engine.query('print x = 2 | join kind=inner Remote on x | project s');
    assert.deepEqual((await told(joined)).rows, [['two']]);
  });

  it('sends nothing for a cell of let statements, and no commands', async () => {
    server.script(fine);
    const outcome = await remote.query('let a = 1;');
    assert.deepEqual(outcome, { ok: true, results: [], lets: ['let a = 1'], notices: [] });
    assert.match((await run('.drop table T')).errors?.[0] ?? '', /^remote-command: /);
    assert.equal(server.asked.length, 0);
  });

  describe('cut results', () => {
    const tooLarge =
      'Query execution has exceeded the allowed limits (80DA0003): The results of this query exceed the set limit of 500000 records, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003).';

    it('keep their rows and say so, wherever the service tells it', async () => {
      const error = { OneApiErrors: [oneApiError(tooLarge)] };
      for (const reply of [
        frames({ x: 'long' }, [[1], [2], error]),
        frames({ x: 'long' }, [[1], [2]], { HasErrors: true, ...error }),
        frames({ x: 'long' }, [[1], [2], error], { HasErrors: true, ...error }),
      ]) {
        server.script(json(reply));
        const { rows, cut, notices } = await run('T');
        assert.deepEqual(rows, [[1], [2]]);
        assert.deepEqual(cut, { atLeastRows: 3, limit: '500,000 rows' });
        assert.equal(
          notices?.[0],
          '2 of at least 3 rows, limit 500,000 rows. Filter or summarize to see all; what is counted or joined here counts only these rows.',
        );
      }
    });

    it('are those tables of several that the service says, or all where it does not say', async () => {
      const several = (ownError: boolean) => {
        const error = { OneApiErrors: [oneApiError(tooLarge)] };
        const [header, , first] = frames({ x: 'long' }, [[1]]);
        const rows = ownError ? [[2], error] : [[2]];
        const [, , second, completion] = frames({ x: 'long' }, rows, { HasErrors: true, ...error });
        return json([header, first, second, completion]);
      };
      const cuts = async (): Promise<readonly boolean[]> => {
        const outcome = await remote.query('T; T');
        return outcome.ok ? outcome.results.map(({ table }) => table.cut !== undefined) : [];
      };
      server.script(several(true));
      assert.deepEqual(await cuts(), [false, true]);
      server.script(several(false));
      assert.deepEqual(await cuts(), [true, true]);
    });

    it('tell other reasons in the words of the service, and are errors without any row', async () => {
      const completion = {
        HasErrors: true,
        OneApiErrors: [oneApiError('Out of memory (E_LOW_MEMORY_CONDITION).', 'Low')],
      };
      server.script(json(frames({ x: 'long' }, [[1]], completion)));
      const { cut, notices } = await run('T');
      assert.deepEqual(cut, { atLeastRows: 2, limit: '500,000 rows or 64 MB' });
      assert.match(notices?.[0] ?? '', /Kusto stopped early: Out of memory/);
      server.script(json(frames({ x: 'long' }, [], completion)));
      assert.deepEqual(await run('T'), { errors: ['Low: Out of memory (E_LOW_MEMORY_CONDITION). (Kusto)'] });
    });
  });

  describe('errors', () => {
    it('are at the place that the service names, in the text of the user', async () => {
      const error = { code: 'SYN0002', message: 'Query could not be parsed', line: 3, pos: 10, token: '@@' };
      server.script(json({ error: { code: 'BadArgumentError', message: 'Bad', innererror: error } }, 400));
      const outcome = await remote.query('let b = a; T\n| where x @@ 2', { lets: ['let a = 1'] });
      assert.deepEqual(outcome, {
        ok: false,
        errors: [
          { kind: 'syntax', code: 'SYN0002', message: 'Query could not be parsed.', start: 23, length: 2 },
        ],
      });
    });

    it('without a place stand at the name that they quote', async () => {
      const message =
        "Semantic error: SEM0100: 'where' operator: Failed to resolve scalar expression named 'nope'";
      server.script(
        json({ error: { code: 'General_BadRequest', message: 'Bad', '@message': message } }, 400),
      );
      const outcome = await remote.query('T | where nope == 1');
      assert.deepEqual(outcome, {
        ok: false,
        errors: [{ kind: 'semantic', code: 'SEM0100', message: `${message}.`, start: 10, length: 4 }],
      });
    });

    it('say what a status means', async () => {
      const codes: Record<string, Answer> = {
        'remote-forbidden': json({ error: { code: 'Forbidden', message: 'No access' } }, 403),
        'remote-timeout': json({ error: { code: 'Timeout', message: 'Request timed out' } }, 504),
        'remote-html': page(200),
        'remote-redirect': json('', 302, { location: 'https://elsewhere.example/' }),
        'remote-malformed': json('[{"FrameType":1}]'),
        'remote-malformed ': json(JSON.stringify(frames({ x: 'long' }, [['HERE']])).replace('"HERE"', 'tru')),
        'remote-status': json('', 500),
      };
      for (const [code, answer] of Object.entries(codes)) {
        server.script(answer);
        assert.match((await run('T')).errors?.[0] ?? '', new RegExp(`^${code.trim()}: .+\\.$`));
        assert.equal(server.asked.length, 1, code);
      }
      server.script(page(502));
      assert.match((await run('T')).errors?.[0] ?? '', /^remote-html: A web page came/);
    });

    it('never hold a token', async () => {
      server.script(
        json(
          { error: { code: 'X', message: 'Header was Bearer token-1 and eyJhbGciOiJIUzI1NiJ9.e30.abc' } },
          400,
        ),
      );
      assert.deepEqual(await run('T'), { errors: ['X: Header was Bearer *** and ***. (Kusto)'] });
    });
  });

  describe('asks again', () => {
    it('when it is told to wait, and says so', async () => {
      const busy = json('', 429, { 'retry-after': '0' });
      server.script(busy, json('', 503, { 'retry-after': new Date(0).toUTCString() }), fine);
      const { rows, notices } = await run('T');
      assert.deepEqual(rows, [[1]]);
      assert.deepEqual(notices, [
        'Kusto was busy; the query was sent again after 0 seconds.',
        'Kusto was busy; the query was sent again after 0 seconds.',
      ]);
    });

    it('but not for ever, and not after a wait that nobody would sit through', async () => {
      server.script(json('', 429, { 'retry-after': '0' }));
      assert.match((await run('T')).errors?.[0] ?? '', /^remote-throttled: .+\(429\)/);
      assert.equal(server.asked.length, 4);
      server.script(json('', 429, { 'retry-after': '3600' }));
      assert.match((await run('T')).errors?.[0] ?? '', /It asks to wait 3600 seconds\.$/);
      assert.equal(server.asked.length, 1);
    });

    it('with a fresh token, once', async () => {
      server.script(json('', 401), fine);
      assert.deepEqual((await run('T')).rows, [[1]]);
      assert.notEqual(server.asked[0]?.headers.authorization, server.asked[1]?.headers.authorization);
      server.script(json('', 401));
      assert.match((await run('T')).errors?.[0] ?? '', /^remote-sign-in: .+ in HUNT_SERVE_TOKEN\.$/);
      assert.equal(server.asked.length, 2);
    });

    it('when the connection broke before any row, once', async () => {
      const body = JSON.stringify(frames({ x: 'long' }, [[1], [2]]));
      server.script(dropped(body, 0), fine);
      const { rows, notices } = await run('T');
      assert.deepEqual(rows, [[1]]);
      assert.match(notices?.[0] ?? '', /broke before any row came; the query was sent again/);
      server.script(dropped(body, 20));
      assert.match((await run('T')).errors?.[0] ?? '', /^remote-dropped: /);
      assert.equal(server.asked.length, 2);
    });

    it('never once rows have come: a reply that ends in the middle shows nothing', async () => {
      const body = JSON.stringify(frames({ x: 'long' }, [[1], [2]]));
      const inRows = body.indexOf('[2]') + 1;
      server.script(dropped(body, inRows), fine);
      assert.match((await run('T')).errors?.[0] ?? '', /^remote-dropped: .+none of it is shown/);
      assert.equal(server.asked.length, 1);
      for (const end of [inRows, body.length - 1, body.lastIndexOf(',{"FrameType"')]) {
        server.script(
          json(end === body.lastIndexOf(',{"FrameType"') ? `${body.slice(0, end)}]` : body.slice(0, end)),
          fine,
        );
        assert.match((await run('T')).errors?.[0] ?? '', /^remote-dropped: /);
      }
    });
  });

  it('asks this machine without any proxy', async () => {
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    try {
      server.script(fine);
      assert.deepEqual((await run('T')).rows, [[1]]);
    } finally {
      Reflect.deleteProperty(process.env, 'HTTP_PROXY');
    }
  });

  it('stops at the server when the hunter stops', async () => {
    const stop = new AbortController();
    server.script(silent(() => stop.abort()));
    commands.length = 0;
    await assert.rejects(remote.query('T', { signal: stop.signal }), { name: 'AbortError' });
    const id = String(server.asked[0]?.headers['x-ms-client-request-id']);
    assert.match(id, /^HuntNotebooks\.query;/);
    assert.deepEqual(commands, [`.cancel query "${id}"`]);
  });

  it('stops in the middle of a reply, of which nothing is shown', async () => {
    const stop = new AbortController();
    const body = JSON.stringify(frames({ x: 'long' }, [[1], [2]]));
    server.script(stalled(body, body.length - 9, () => stop.abort()));
    await assert.rejects(remote.query('T', { signal: stop.signal }), { name: 'AbortError' });
    server.script(fine);
    assert.equal((await run('T')).errors, undefined);
  });

  it('says when nothing answers', async () => {
    const gone = await startScriptedServer();
    await gone.close();
    await assert.rejects(
      openRemote(
        { to: 'kusto', cluster: new URL(gone.url), database: 'logs' },
        { session: home.engine, tokens, defenderTables: () => [] },
      ),
      { code: 'remote-unreachable', message: /nothing answers at that address/ },
    );
  });

  it('asks for no token for a host that could want one of somebody else', () => {
    assert.deepEqual(
      tokens.asked.flatMap(({ scopes }) => scopes),
      [],
    );
  });
});
