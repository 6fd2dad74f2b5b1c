/** Queries through Microsoft's client: rows, types, parameters, several results, and errors at their place. */
import assert from 'node:assert/strict';
import type { Client } from 'azure-kusto-data';
import {
  clientOf,
  failureOf,
  plain,
  properties,
  rawRows,
  serveFiles,
  type ServedFolder,
} from './kustoClient.ts';

const everyType = `print b = true, i = int(-7), l = long(9007199254740993), r = 1.5, nan = real(nan), inf = -real(inf),
  m = decimal(1.10), s = "a\\"b\\n\\u00e9", g = guid(74be27de-1e4e-49d9-b579-fe0b331d3642),
  d = datetime(2024-05-01 10:00:00.1234567), t = time(1.02:03:04.5), t0 = 90m,
  j = parse_json('{"a": [1, 9007199254740993, "x"], "b": null}')`;

const nulls = `print b = bool(null), i = int(null), l = long(null), r = real(null), m = decimal(null), s = "",
  g = guid(null), d = datetime(null), t = timespan(null), j = dynamic(null)`;

describe('queries through azure-kusto-data', function () {
  let served: ServedFolder;
  let client: Client;

  before(async () => {
    served = await serveFiles({ 'Net.csv': 'Host,Bytes\na,1\nb,2\nc,3\n' });
    client = clientOf(served.server.url, served.server.token);
  });

  after(async () => {
    client.close();
    await served.close();
  });

  it('give a table its rows, its columns and their types', async () => {
    const reply = await client.execute('logs', 'Net | where Bytes > 1 | order by Bytes desc');
    const [table] = reply.primaryResults;
    assert.deepEqual(
      table?.columns.map(({ name, type }) => [name, type]),
      [
        ['Host', 'string'],
        ['Bytes', 'long'],
      ],
    );
    assert.deepEqual(
      [...table.rows()].map((row) => row.toJSON()),
      [
        { Host: 'c', Bytes: 3 },
        { Host: 'b', Bytes: 2 },
      ],
    );
  });

  it('write every type as Kusto does', async () => {
    const reply = await client.execute('logs', everyType);
    const [table] = reply.primaryResults;
    assert.deepEqual(
      table?.columns.map(({ type }) => type),
      [
        'bool',
        'int',
        'long',
        'real',
        'real',
        'real',
        'decimal',
        'string',
        'guid',
        'datetime',
        'timespan',
        'timespan',
        'dynamic',
      ],
    );
    assert.deepEqual(rawRows(table), [
      [
        true,
        -7,
        Number('9007199254740993'), // all digits are sent; JavaScript's client rounds
        1.5,
        'NaN',
        '-Infinity',
        '1.1',
        'a"b\n\u00e9',
        '74be27de-1e4e-49d9-b579-fe0b331d3642',
        '2024-05-01T10:00:00.1234567Z',
        '1.02:03:04.5000000',
        '01:30:00',
        { a: [1, Number('9007199254740993'), 'x'], b: null },
      ],
    ]);
    const [row] = [...table.rows()];
    assert.equal(row?.toJSON<{ t0: number }>().t0, 90 * 60_000);
  });

  it('keep every digit of a number', async () => {
    const { post } = plain(served);
    const text = await (await post('/v2/rest/query', { db: 'logs', csl: everyType })).text();
    assert.match(text, /,9007199254740993,/);
    assert.match(text, /\{"a":\[1,9007199254740993,"x"\],"b":null\}/);
  });

  it('write nulls as null, but an empty string', async () => {
    const reply = await client.execute('logs', nulls);
    assert.deepEqual(rawRows(reply.primaryResults[0]), [
      [null, null, null, null, null, '', null, null, null, null],
    ]);
  });

  it('give one table for each statement, in both versions of the protocol', async () => {
    const text = 'print a = 1; print b = "x"; Net | count | render columnchart with (title = "Rows")';
    for (const reply of [await client.execute('logs', text), await client.executeQueryV1('logs', text)]) {
      assert.deepEqual(reply.primaryResults.map(rawRows), [[[1]], [['x']], [[3]]]);
    }
    const { post } = plain(served);
    const frames = (await (await post('/v2/rest/query', { db: 'logs', csl: text })).json()) as {
      TableName?: string;
      Rows: [number, string, string][];
    }[];
    const rendered = frames.find(({ TableName }) => TableName === '@ExtendedProperties')?.Rows[2]?.[2];
    const { Visualization, Title, Kind } = JSON.parse(rendered ?? '{}') as Record<string, unknown>;
    assert.deepEqual([Visualization, Title, Kind], ['columnchart', 'Rows', null]);
  });

  it('take values for declared parameters', async () => {
    const text = `declare query_parameters (n:long, s:string, d:datetime, j:dynamic, t:timespan = 1h, ['odd name']:real = 2.5);
      print n + 1, s, d, j[1], t, ['odd name']`;
    const given = {
      n: 41,
      s: 'datetime(x) "quoted" | ; --',
      d: 'datetime(2024-05-01)',
      j: 'dynamic([1, "two"])',
      unknown: 1,
    };
    const reply = await client.execute('logs', text, properties({}, given));
    assert.deepEqual(rawRows(reply.primaryResults[0]), [
      [42, given.s, '2024-05-01T00:00:00.0000000Z', 'two', '01:00:00', 2.5],
    ]);
  });

  it('refuse a value that is none of the parameter\u2019s type', async () => {
    const text = 'declare query_parameters (n:long); print n';
    const failure = await failureOf(client.execute('logs', text, properties({}, { n: 'many' })));
    assert.equal(failure.status, 400);
    assert.match(failure.message, /'n' is of type long and was given 'many'/);
    const missing = await failureOf(client.execute('logs', text));
    assert.match(missing.message, /The parameter 'n' has no value/);
  });

  it('take a moment for now()', async () => {
    const text = 'print now(), ago(1d)';
    const at = properties({ query_now: '2024-05-01T00:00:00Z' });
    const [once, twice] = await Promise.all([
      client.execute('logs', text, at),
      client.execute('logs', 'print now()'),
    ]);
    assert.deepEqual(rawRows(once.primaryResults[0]), [
      ['2024-05-01T00:00:00.0000000Z', '2024-04-30T00:00:00.0000000Z'],
    ]);
    assert.notEqual(rawRows(twice.primaryResults[0])[0]?.[0], '2024-05-01T00:00:00.0000000Z');
  });

  it('tell an error with its code and its place', async () => {
    const failure = await failureOf(client.execute('logs', 'Net\n| where Byte > 1'));
    assert.equal(failure.status, 400);
    assert.equal(failure.code, 'General_BadRequest');
    assert.match(failure.message, /Semantic error: KS142: .*'Byte'.*\[line:position=2:9\]/);
    assert.deepEqual(failure.inner, { code: 'KS142', line: 2, position: 9, token: 'Byte' });
  });

  it('refuse a text without a query', async () => {
    for (const text of ['let a = 1;', '// nothing', 'let a = 1; // print a']) {
      const failure = await failureOf(client.execute('logs', text));
      assert.match(failure.message, /has no query that gives a table/, text);
    }
  });

  it('do not see one another', async () => {
    await client.execute('logs', 'Net | take 1 | as Mine');
    const failure = await failureOf(client.execute('logs', 'Mine'));
    assert.match(failure.message, /'Mine'/);
  });

  it('come at once, and each gets its own rows', async () => {
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_unused, index) =>
        client.execute('logs', `range x from 1 to ${index} step 1 | extend who = ${index}`),
      ),
    );
    replies.forEach((reply, index) => {
      const rows = rawRows(reply.primaryResults[0]);
      assert.equal(rows.length, index);
      assert.ok(rows.every(([, who]) => who === index));
    });
  });

  it('echo the client\u2019s id, name their own, and pack where the client takes it', async () => {
    const { post } = plain(served);
    const reply = await post(
      '/v2/rest/query',
      { db: 'logs', csl: 'print 1' },
      { 'x-ms-client-request-id': 'Test.Run;7' },
    );
    assert.equal(reply.headers.get('x-ms-client-request-id'), 'Test.Run;7');
    assert.match(reply.headers.get('x-ms-activity-id') ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(reply.headers.get('content-encoding'), 'gzip');
    assert.equal(((await reply.json()) as unknown[]).length, 5);
    const whole = await post(
      '/v2/rest/query',
      { db: 'logs', csl: 'print 1' },
      { 'Accept-Encoding': 'identity, gzip;q=0' },
    );
    assert.equal(whole.headers.get('content-encoding'), null);
    await whole.body?.cancel();
  });

  it('take properties as JSON text, a byte order mark, and no database', async () => {
    const { url, token } = served.server;
    const body = { csl: 'declare query_parameters(n:int); print n', properties: '{"Parameters":{"n":3}}' };
    const reply = await fetch(`${url}/v1/rest/query`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-8', Authorization: `bearer ${token}` },
      body: `\ufeff${JSON.stringify(body)}`,
    });
    const { Tables } = (await reply.json()) as { Tables: { Rows: unknown[] }[] };
    assert.deepEqual(Tables[0]?.Rows, [[3]]);
  });
});
