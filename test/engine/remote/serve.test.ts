/** The remote engine on the project's own Kusto server, over real connections: exact values, and each fault in between. */
import assert from 'node:assert/strict';
import { openRemote } from '../../../src/engine/remote/openRemote.ts';
import type { RemoteEngine } from '../../../src/engine/remote/remoteEngine.ts';
import type { TokenSource } from '../../../src/engine/remote/tokens.ts';
import * as faults from '../../serve/faults/index.ts';
import { serveFiles, type ServedFolder } from '../../serve/kustoClient.ts';
import { openHome, told, type Home, type Told } from './remoteFixture.ts';

describe('a remote engine on hunt serve', () => {
  let home: Home;
  let served: ServedFolder;
  let direct: RemoteEngine;

  const connect = (url: string, tokens: TokenSource): Promise<RemoteEngine> =>
    openRemote(
      { to: 'kusto', cluster: new URL(url), database: 'logs' },
      { session: home.engine, tokens, defenderTables: () => [] },
    );
  const tokens: TokenSource = { token: () => Promise.resolve(served.server.token) };

  before(async () => {
    home = await openHome();
    served = await serveFiles({
      'Events.csv':
        'Time,Host,Count\n2024-01-01T00:00:00.1234567Z,pc-1,9007199254740993\n2024-01-02T00:00:00Z,"pc,2",7\n',
    });
    direct = await connect(served.server.url, tokens);
  });
  after(async () => {
    await direct.dispose();
    await served.close();
    await home.close();
  });

  /** Runs a query with the faults in between, and returns what came of it and what the server side saw of queries. */
  async function runWith(
    list: readonly faults.Fault[],
    kql = 'range x from 1 to 50 step 1',
    source: TokenSource = tokens,
  ): Promise<Told & { readonly queries: number }> {
    const proxy = await faults.startFaults(served.server.url, list);
    try {
      const remote = await connect(proxy.url, source);
      const outcome = await told(await remote.query(kql));
      return { ...outcome, queries: proxy.requests.filter(({ path }) => path === '/v2/rest/query').length };
    } finally {
      await proxy.close();
    }
  }

  it('knows its tables', async () => {
    assert.deepEqual(direct.schema().tables.find(({ name }) => name === 'Events')?.columns, [
      { name: 'Time', type: 'datetime' },
      { name: 'Host', type: 'string' },
      { name: 'Count', type: 'long' },
    ]);
    assert.equal((await direct.diagnose('Events | where Hots == 1'))[0]?.code, 'KS142');
  });

  it('gives the values of every type that the local engine gives', async () => {
    const kql = `print b = true, i = int(-5), l = 9223372036854775807, r = 0.1, nan = real(nan), d = decimal(1.5), s = 'a"\\u0000\\u2028',
      g = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), t = datetime(2024-02-29 23:59:59.1234567), p = -timespan(1.02:03:04.0000001),
      j = dynamic({"a": [1, null]}), nb = bool(null), nl = long(null), nt = datetime(null), nj = dynamic(null)`;
    const { notices: _local, ...here } = await told(await home.engine.query(kql));
    const { notices: _remote, ...there } = await told(await direct.query(kql));
    assert.deepEqual(there, here);
    assert.deepEqual((await told(await direct.query('Events'))).rows, [
      ['2024-01-01T00:00:00.1234567Z', 'pc-1', '9007199254740993'],
      ['2024-01-02T00:00:00.0000000Z', 'pc,2', 7],
    ]);
  });

  it('takes parameters, lets, several statements and names', async () => {
    const options = {
      parameters: [{ name: 'Wanted', type: 'string', value: 'pc,2' }] as const,
      lets: ['let Big = Events | where Count > 100'],
    };
    const outcome = await direct.query(
      'Big | project Host | as A;\nEvents | where Host == Wanted | as B',
      options,
    );
    assert.deepEqual(outcome.ok && outcome.results.map(({ publishedAs }) => publishedAs), ['A', 'B']);
    assert.deepEqual(
      (await told(await home.engine.query('A | union (B | project Host) | sort by Host asc'))).rows,
      [['pc,2'], ['pc-1']],
    );
  });

  it('tells errors at their place', async () => {
    const outcome = await direct.query('let a = 1;\nEvents\n| where Nope == a', { lets: ['let unused = 1'] });
    assert.deepEqual(outcome.ok || outcome.errors.map(({ kind, start, length }) => [kind, start, length]), [
      ['semantic', 26, 4],
    ]);
  });

  it('keeps the rows of a cut result and says so', async () => {
    const { rows, cut, notices } = await runWith([faults.resultTooLarge({ rows: 20 })]);
    assert.equal(rows?.length, 20);
    assert.deepEqual(cut, { atLeastRows: 21, limit: '20 rows' });
    assert.match(notices?.[0] ?? '', /^20 of at least 21 rows, limit 20 rows\./);
  });

  it('waits as the service asks, in seconds or by a date, and says so', async () => {
    for (const fault of [
      faults.tooManyRequests({ retryAfter: 0, times: 2 }),
      faults.tooManyRequests({ retryAfter: new Date(0), times: 2 }),
    ]) {
      const { rows, notices, queries } = await runWith([fault]);
      assert.deepEqual([rows?.length, notices?.length, queries], [50, 2, 3]);
    }
    const { errors, queries } = await runWith([faults.tooManyRequests({ retryAfter: 0 })]);
    assert.match(errors?.[0] ?? '', /^remote-throttled: /);
    assert.equal(queries, 4);
  });

  it('gets a fresh token once', async () => {
    const asked: (boolean | undefined)[] = [];
    const source: TokenSource = {
      token: ({ isRefused }) => {
        asked.push(isRefused);
        return Promise.resolve(served.server.token);
      },
    };
    assert.equal((await runWith([faults.expiredToken({ times: 1 })], undefined, source)).rows?.length, 50);
    assert.deepEqual(asked, [undefined, undefined, true]);
    const { errors, queries } = await runWith([faults.expiredToken()]);
    assert.match(errors?.[0] ?? '', /^remote-sign-in: .+\(401\)/);
    assert.equal(queries, 2);
  });

  it('sends a query again after a break only where nothing had come', async () => {
    const once = await runWith([faults.droppedConnection({ share: 0, times: 1 })]);
    assert.deepEqual([once.rows?.length, once.queries], [50, 2]);
    const inRows = await runWith(
      [faults.droppedConnection({ share: 0.6, times: 1 })],
      'range x from 1 to 5000 step 1',
    );
    assert.match(inRows.errors?.[0] ?? '', /^remote-dropped: .+none of it is shown/);
    assert.equal(inRows.queries, 1);
  });

  it('shows nothing of a reply that ends early, is no JSON, or is a page', async () => {
    for (const [code, fault] of [
      ['remote-dropped', faults.truncatedBody({ share: 0.9 })],
      ['remote-malformed', faults.malformedJson()],
      ['remote-html', faults.htmlPage({ code: 200 })],
      ['remote-html', faults.htmlPage({ code: 502 })],
    ] as const) {
      const { errors, rows } = await runWith([fault], 'range x from 1 to 500 step 1');
      assert.equal(rows, undefined, code);
      assert.match(errors?.[0] ?? '', new RegExp(`^${code}: `));
    }
  });

  it('leaves nothing of a failed reply in the session', async () => {
    const tables = async () =>
      (await home.engine.execute('SELECT count(*) AS n FROM duckdb_tables()'))[0]?.['n'];
    const before = await tables();
    await runWith([faults.truncatedBody({ share: 0.9 })], 'range x from 1 to 30000 step 1');
    assert.equal(await tables(), before);
  });

  it('takes an answer that comes slowly', async () => {
    assert.equal((await runWith([faults.slowBody({ pauseMs: 300, times: 1 })])).rows?.length, 50);
  });

  it('stops a query at the server', async () => {
    const proxy = await faults.startFaults(served.server.url, []);
    try {
      const remote = await connect(proxy.url, tokens);
      const stop = new AbortController();
      const slow =
        'range x from 1 to 100000 step 1 | extend k = 1 | join kind=inner (range y from 1 to 100000 step 1 | extend k = 1) on k | summarize sum(x * y)';
      const running = remote.query(slow, { signal: stop.signal });
      setTimeout(() => stop.abort(), 400);
      await assert.rejects(running, { name: 'AbortError' });
      const [query] = proxy.requests.filter(({ path }) => path === '/v2/rest/query');
      assert.ok(
        proxy.requests.some(({ text }) => text === `.cancel query "${query?.clientRequestId ?? ''}"`),
      );
      assert.deepEqual((await told(await remote.query('print 1'))).rows, [[1]]);
    } finally {
      await proxy.close();
    }
  });

  it('says what a wrong token and a wrong database are', async () => {
    await assert.rejects(connect(served.server.url, { token: () => Promise.resolve('wrong') }), {
      code: 'remote-sign-in',
      message: /does not accept the sign-in \(401\)/,
    });
    await assert.rejects(
      openRemote(
        { to: 'kusto', cluster: new URL(served.server.url), database: 'nowhere' },
        { session: home.engine, tokens, defenderTables: () => [] },
      ),
      { name: 'RemoteFailure', message: /nowhere/ },
    );
  });
});
