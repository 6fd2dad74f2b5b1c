/** Cells of a notebook on a remote engine: which cells go there, what lands here, and what is asked before. */
import assert from 'node:assert/strict';
import type { CellOutcome } from '../../src/notebook/cell.ts';
import { frames, oneApiError } from '../engine/remote/remoteFixture.ts';
import {
  json,
  startScriptedServer,
  type Answer,
  type ScriptedServer,
} from '../engine/remote/scriptedServer.ts';
import { openSession, rowsOf, type Opened } from './sessionFixture.ts';

const tables = {
  T: { Name: 'T', OrderedColumns: [{ Name: 'x', CslType: 'long' }] },
  DeviceNetworkEvents: {
    Name: 'DeviceNetworkEvents',
    OrderedColumns: [
      { Name: 'Timestamp', CslType: 'datetime' },
      { Name: 'DeviceName', CslType: 'string' },
      { Name: 'ActionType', CslType: 'string' },
      { Name: 'LocalIP', CslType: 'string' },
      { Name: 'RemoteIP', CslType: 'string' },
      { Name: 'RemotePort', CslType: 'int' },
    ],
  },
};

const mgmt: Answer = (_asked, response) => {
  const Rows = [[JSON.stringify({ Databases: { logs: { Name: 'logs', Tables: tables } } })]];
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ Tables: [{ Rows }] }));
};

function notices(outcome: CellOutcome): readonly string[] {
  return outcome.status === 'ok' ? outcome.notices : [];
}

describe('a notebook on a remote engine', () => {
  let server: ScriptedServer;
  let opened: Opened;
  let order: readonly string[] | undefined;
  const askedUrls: string[] = [];
  let isAllowed = true;

  before(async () => {
    server = await startScriptedServer({ '/v1/rest/mgmt': mgmt, '/v1/rest/auth/metadata': json('', 404) });
    opened = await openSession(
      { params: [{ name: 'Least', type: 'long', value: 2 }] },
      {
        allowUrl: (url) => {
          askedUrls.push(url.host);
          return Promise.resolve(isAllowed);
        },
        cellOrder: () => order ?? [],
      },
    );
  });
  after(async () => {
    await opened.close();
    await server.close();
  });
  beforeEach(() => {
    order = undefined;
    isAllowed = true;
  });

  const connect = (as = 'there', key?: string) =>
    opened.run('hunt', `connect: { to: kusto, cluster: '${server.url}', database: logs, as: ${as} }`, key);

  it('asks before it talks to a host, and says where cells run now', async () => {
    isAllowed = false;
    const refused = await connect();
    assert.equal(refused.status === 'failed' && refused.errors[0]?.code, 'network-not-allowed');
    isAllowed = true;
    const { host } = new URL(server.url);
    assert.deepEqual(notices(await connect()), [
      `The KQL cells below run on Kusto (${host}/logs), which has 2 tables.`,
    ]);
    assert.deepEqual(askedUrls, [host, host]);
  });

  it('sends KQL there, and joins what lands with local tables', async () => {
    await connect();
    server.script(json(frames({ x: 'long' }, [[2], [3]])));
    const outcome = await opened.run('kql', 'T | where x >= Least | as Remote');
    assert.deepEqual(await rowsOf(outcome), [[2], [3]]);
    const provenance = outcome.status === 'ok' ? outcome.results[0]?.provenance : undefined;
    assert.equal(provenance?.engine, `Kusto (${new URL(server.url).host}/logs)`);
    assert.deepEqual(provenance.sources, []);
    const joined =
      '// engine: local\ndatatable(x:long, name:string)[3, "three"] | join kind=inner Remote on x | project name';
    assert.deepEqual(await rowsOf(await opened.run('kql', joined)), [['three']]);
    assert.deepEqual(await rowsOf(await opened.run('sql', 'SELECT max(x) AS m FROM Remote')), [[3]]);
    await opened.run('hunt', 'connect: local');
    assert.deepEqual(await rowsOf(await opened.run('kql', 'Remote | count')), [[2]]);
  });

  it('binds by the place of cells, not by the order in which they run', async () => {
    order = ['a', 'connect', 'b', 'back', 'c'];
    await connect('there', 'connect');
    await opened.run('hunt', 'connect: local', 'back');
    const engineOf = (key: string) => {
      const home = opened.session.engineOf({ language: 'kql', text: 'T' }, key);
      return home.ok ? home.engine.kind : home.message;
    };
    assert.deepEqual(['a', 'b', 'c'].map(engineOf), ['local', 'kusto', 'local']);
    order = ['b', 'c']; // the connect step is gone
    assert.equal(engineOf('b'), 'local');
  });

  it('completes and checks with the tables of the engine that a cell runs on', async () => {
    await connect();
    const cell = { language: 'kql', text: 'T | where y == 1' } as const;
    assert.ok(opened.session.schema(cell).tables.some(({ name }) => name === 'DeviceNetworkEvents'));
    assert.deepEqual(
      (await opened.session.diagnose(cell)).map(({ code, start, length }) => [code, start, length]),
      [['KS142', 10, 1]],
    );
    assert.deepEqual(
      await opened.session.diagnose({ language: 'kql', text: 'T | evaluate python(typeof(*), "x")' }),
      [],
    );
  });

  it('tells a name that only the local session has as what it is', async () => {
    await opened.run('kql', '// engine: local\nprint z = 1 | as OnlyHere');
    await connect();
    const [error] = await opened.session.diagnose({ language: 'kql', text: 'OnlyHere | count' });
    assert.match(
      error?.message ?? '',
      /OnlyHere is a table of the local session, and this cell runs on Kusto/,
    );
    server.script(
      json({ error: { code: 'X', '@message': "SEM0100: Failed to resolve table 'OnlyHere'" } }, 400),
    );
    const outcome = await opened.run('kql', 'OnlyHere | count');
    assert.match(
      outcome.status === 'failed' ? (outcome.errors[0]?.message ?? '') : '',
      /Begin the cell with `\/\/ engine: local`/,
    );
    assert.equal(outcome.status === 'failed' && outcome.errors[0]?.missingTable, undefined);
  });

  it('runs detection steps there as the same KQL, and sends back what an earlier one found there', async () => {
    await connect();
    server.script(json(frames({ Scanner: 'string' }, [['10.0.0.5']])));
    const step = 'find-scans:\n  in: DeviceNetworkEvents\nas: Scans';
    const found = await opened.run('hunt', step);
    assert.deepEqual(await rowsOf(found), [['10.0.0.5']]);
    assert.equal(server.asked[0]?.body['csl'], await opened.session.kqlOf({ language: 'hunt', text: step }));
    server.script(json(frames({ Count: 'long' }, [[1]])));
    const next = await opened.run('kql', 'Scans | count');
    assert.equal(
      server.asked[0].body['csl'],
      'let Scans = datatable(Scanner:string) ["10.0.0.5"];\nScans | count',
    );
    assert.match(notices(next)[0] ?? '', /^Scans was sent along to Kusto \(.+\): 1 row\.$/);
    assert.deepEqual(
      await opened.session.diagnose({ language: 'kql', text: 'Scans | where Scanner == "a"' }),
      [],
    );
  });

  it('gives a cell only the let statements that it needs, which may be about tables of the other home', async () => {
    await connect();
    await opened.run('kql', 'let Big = T | where x > 1;', 'lets');
    const local = { language: 'kql', text: '// engine: local\nprint a = 1' } as const;
    assert.deepEqual(await opened.session.diagnose(local), []);
    assert.deepEqual(await rowsOf(await opened.run('kql', local.text)), [[1]]);
    server.script(json(frames({ Count: 'long' }, [[2]])));
    await opened.run('kql', 'Big | count');
    assert.equal(server.asked[0]?.body['csl'], 'let Big = T | where x > 1;\nBig | count');
  });

  it('says that a result which a local cell reads was cut', async () => {
    await connect();
    const error = oneApiError(
      'The results of this query exceed the set limit of 2 records (E_QUERY_RESULT_SET_TOO_LARGE).',
    );
    server.script(json(frames({ x: 'long' }, [[1], [2]], { HasErrors: true, OneApiErrors: [error] })));
    const cut = await opened.run('kql', 'T | as Partly');
    assert.match(notices(cut)[0] ?? '', /^2 of at least 3 rows, limit 2 rows\./);
    for (const [language, text] of [
      ['kql', '// engine: local\nPartly | count'],
      ['sql', 'SELECT count(*) AS n FROM Partly'],
    ] as const) {
      const read = await opened.run(language, text);
      assert.deepEqual(notices(read), [
        'Partly, which this cell reads, is cut: 2 of at least 3 rows, limit 2 rows.',
      ]);
    }
  });

  it('never sends what is only here', async () => {
    await opened.run('kql', '// engine: local\nprint secret = 1 | as Scans');
    await connect();
    server.script(json(frames({ Count: 'long' }, [[1]])));
    await opened.run('kql', 'Scans | count');
    assert.equal(server.asked[0]?.body['csl'], 'Scans | count');
  });

  it('refuses an engine that nobody made, at its name', async () => {
    const outcome = await opened.run('kql', '// engine: nowhere\nT');
    assert.deepEqual(
      outcome.status === 'failed' && outcome.errors.map(({ code, start, length }) => [code, start, length]),
      [['unknown-engine', 11, 7]],
    );
    const step = await opened.run('hunt', 'connect: nowhere');
    assert.match(
      step.status === 'failed' ? (step.errors[0]?.message ?? '') : '',
      /^No cell above connects to `nowhere`\. The connections are `local`/,
    );
  });

  it('fails where the connection fails, and the cells below stay where they were', async () => {
    await opened.run('hunt', 'connect: local');
    const outcome = await opened.run(
      'hunt',
      `connect: { to: kusto, cluster: 'http://127.0.0.1:1', database: logs }`,
    );
    assert.equal(outcome.status === 'failed' && outcome.errors[0]?.code, 'remote-unreachable');
    assert.deepEqual(await rowsOf(await opened.run('kql', 'print 1')), [[1]]);
  });

  describe('the same cell in two homes', () => {
    it('shows the rows that only one gave, with their number', async () => {
      await opened.run('kql', '// engine: local\nprint x = 1 | as T');
      await opened.run(
        'kql',
        '// engine: local\ndatatable(x:long, r:real, j:dynamic)[1, 0.3, dynamic({"a":1}), 2, 1.0, dynamic(null), 2, 1.0, dynamic(null)] | as T',
      );
      await connect();
      const rows = [
        [2, 1.0, null],
        [1, 0.30000000000000004, '{"a":1}'],
        [3, 1.0, null],
      ];
      server.script(
        json(
          frames(
            { x: 'long', r: 'real', j: 'dynamic', extra: 'string' },
            rows.map((row) => [...row, 'e']),
          ),
        ),
      );
      const outcome = await opened.session.compareHomes({ language: 'kql', text: 'T | as Kept' });
      assert.deepEqual(await rowsOf(outcome), [
        ['local', 1, 2, 1, null],
        ['remote', 1, 3, 1, null],
      ]);
      assert.match(
        notices(outcome)[0] ?? '',
        /^The local engine gave 3 rows, Kusto \(.+\) 3 rows; 2 rows below differ\.$/,
      );
      assert.match(notices(outcome)[1] ?? '', /^The columns differ: extra \(remote only\)\./);
      assert.ok(!opened.session.engine.schema().tables.some(({ name }) => name === 'Kept'));
    });

    it('gives both the parameters of the notebook, as they are now', async () => {
      await opened.run('kql', '// engine: local\ndatatable(x:long)[1, 2, 3] | as T');
      await connect();
      server.script(json(frames({ x: 'long' }, [[2], [3]])));
      const cell = { language: 'kql', text: 'T | where x >= Least' } as const;
      const outcome = await opened.session.compareHomes(cell);
      assert.deepEqual(await rowsOf(outcome), []);
      assert.match(notices(outcome)[0] ?? '', /gave the same 2 rows\.$/);
      assert.match(String(server.asked[0]?.body['csl']), /Least:long = long\(2\)/);
      opened.session.setFrontMatter({ params: [{ name: 'Least', type: 'long', value: 3 }] });
      server.script(json(frames({ x: 'long' }, [[3]])));
      assert.match(notices(await opened.session.compareHomes(cell))[0] ?? '', /gave the same 1 row\.$/);
    });

    it('says when there is no second home, and which home failed', async () => {
      const alone = await openSession();
      try {
        const outcome = await alone.session.compareHomes({ language: 'kql', text: 'print 1' });
        assert.equal(outcome.status === 'failed' && outcome.errors[0]?.code, 'no-connection');
      } finally {
        await alone.close();
      }
      await connect();
      server.script(json({ error: { code: 'X', message: 'Refused' } }, 400));
      const outcome = await opened.session.compareHomes({ language: 'kql', text: 'print x = 1' });
      assert.match(
        outcome.status === 'failed' ? (outcome.errors[0]?.message ?? '') : '',
        /^On Kusto \(.+\): Refused\./,
      );
    });
  });
});
