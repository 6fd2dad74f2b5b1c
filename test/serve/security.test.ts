/** Who is refused, and requests meant to harm. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as send } from 'node:http';
import { createConnection } from 'node:net';
import { gzipSync } from 'node:zlib';
import { ServeError } from '../../src/serve/data/databases.ts';
import { startServer } from '../../src/serve/server.ts';
import { plain, serveFiles, type ServedFolder } from './kustoClient.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

describe('a server that somebody attacks', function () {
  let served: ServedFolder;
  let port: number;

  before(async () => {
    served = await serveFiles({ 'Net.csv': 'Host,Bytes\na,1\n' });
    port = Number(new URL(served.server.url).port);
  });

  after(() => served.close());

  /** A request whose every header is the test's. */
  function ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body: string | Buffer = '',
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = send({ host: '127.0.0.1', port, method, path, headers, agent: false }, (reply) => {
        let text = '';
        reply.on('data', (chunk: Buffer) => (text += chunk.toString()));
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text }));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  const good = () => ({
    Host: `127.0.0.1:${port}`,
    Authorization: `Bearer ${served.server.token}`,
    'Content-Type': 'application/json',
  });
  const query = JSON.stringify({ csl: 'print 1' });
  const post = (headers: Readonly<Record<string, string>>, body: string | Buffer = query) =>
    ask('POST', '/v2/rest/query', { ...good(), ...headers }, body);

  it('answers the right request', async () => {
    assert.equal((await post({})).status, 200);
    assert.equal((await post({ Host: `localhost:${port}` })).status, 200);
  });

  it('refuses a request without the token, with another, or with part of it', async () => {
    const { token } = served.server;
    for (const Authorization of [
      '',
      'Bearer',
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      `Basic ${token}`,
      token,
    ]) {
      const reply = await post({ Authorization });
      assert.equal(reply.status, 401, Authorization);
      assert.equal(reply.headers['www-authenticate'], 'Bearer');
      assert.ok(!reply.text.includes(token));
    }
  });

  it('refuses a name that leads to this machine, and web pages', async () => {
    for (const Host of [
      'attacker.example',
      `attacker.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
    ]) {
      assert.equal((await post({ Host })).status, 403, Host);
    }
    assert.equal((await post({ Origin: 'https://attacker.example' })).status, 403);
    assert.equal((await post({ Origin: served.server.url })).status, 403);
    assert.equal((await post({ 'Sec-Fetch-Site': 'cross-site' })).status, 403);
    const metadata = await ask('GET', '/v1/rest/auth/metadata', { Host: 'attacker.example' });
    assert.equal(metadata.status, 403);
    assert.equal((await post({})).headers['access-control-allow-origin'], undefined);
  });

  it('has few addresses and methods', async () => {
    const reply = await ask('GET', '/v1/rest/auth/metadata', { Host: `127.0.0.1:${port}` });
    assert.equal(reply.status, 200);
    const { AzureAD } = JSON.parse(reply.text) as { AzureAD: { LoginEndpoint: string } };
    assert.equal(AzureAD.LoginEndpoint, 'https://login.microsoftonline.com');
    for (const method of ['HEAD', 'OPTIONS', 'GET', 'PUT', 'DELETE', 'PATCH', 'TRACE']) {
      const refused = await ask(method, '/v2/rest/query', good());
      assert.equal(refused.status, 405, method);
      assert.equal(refused.headers['allow'], 'POST');
    }
    for (const path of [
      '/',
      '/v2/rest/query/',
      '/v2/rest/../rest/query',
      '//v2/rest/query',
      '/v1/rest/ingest/db/T',
      '/%76%32/rest/query',
      '/etc/passwd',
      '*',
    ]) {
      assert.equal((await ask('POST', path, good(), query)).status, 404, path);
    }
  });

  it('reads JSON in UTF-8 only', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonx',
      'multipart/form-data',
      '',
      'application/json; charset=utf-16',
    ]) {
      assert.equal((await post({ 'Content-Type': type })).status, 415, type);
    }
    assert.equal((await post({ 'Content-Encoding': 'br' })).status, 415);
  });

  it('refuses a body that is no request', async () => {
    const bodies = [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"csl":1}',
      '{"db":"logs"}',
      '{"csl":"print 1","properties":"{"}',
      '{"csl":"print 1","properties":[1]}',
      '{"csl":"print 1","db":{}}',
      Buffer.from([0xff, 0xfe, 0x00]),
    ];
    for (const body of bodies) {
      const reply = await post({}, body);
      assert.equal(reply.status, 400, body.toString());
      const { error } = JSON.parse(reply.text) as { error: { code: string; '@permanent': boolean } };
      assert.deepEqual([error.code, error['@permanent']], ['General_BadRequest', true]);
    }
    assert.equal((await post({ 'Content-Encoding': 'gzip' }, 'no gzip')).status, 400);
    assert.equal((await post({ 'Content-Encoding': 'gzip' }, gzipSync(query))).status, 200);
  });

  it('refuses a body that is too large, packed or not, before it has read it', async () => {
    const large = JSON.stringify({ csl: `print "${'x'.repeat(5 * 1024 ** 2)}"` });
    assert.equal((await post({ 'Content-Encoding': 'gzip' }, gzipSync(large))).status, 413);
    const whole = await post({}, large).catch((error: unknown) => error);
    assert.ok(whole instanceof Error || (whole as Answer).status === 413);
    assert.equal((await post({})).status, 200);
  });

  it('survives deep JSON, deep queries, and names of prototypes', async () => {
    const depth = 200_000;
    const deep = `{"csl":"print 1","properties":{"Options":{"x":${'['.repeat(depth)}${']'.repeat(depth)}}}}`;
    assert.ok([200, 400].includes((await post({}, deep)).status));
    const nested = JSON.stringify({ csl: `print ${'('.repeat(400)}1${')'.repeat(400)}` });
    assert.ok([200, 400].includes((await post({}, nested)).status));
    const proto =
      '{"csl":"print 1","__proto__":{"db":"x"},"properties":{"Options":{"__proto__":{"notruncation":true},"constructor":1},"Parameters":{"__proto__":1}}}';
    assert.equal((await post({}, proto)).status, 200);
    assert.equal((await post({})).status, 200);
  });

  it('echoes no header that a client could break a reply with', async () => {
    const reply = await post({ 'x-ms-client-request-id': `caf\u00e9 ${'x'.repeat(2000)}` });
    assert.equal(reply.status, 200);
    assert.match(String(reply.headers['x-ms-client-request-id']), /^caf\?+ x+$/);
    assert.ok(String(reply.headers['x-ms-client-request-id']).length <= 256);
  });

  it('reads no file and no address that a query names', async () => {
    const { post: plainPost } = plain(served);
    const texts = [
      'externaldata(x:string)["file:///etc/passwd"]',
      'externaldata(x:string)["http://127.0.0.1:1/x"]',
      "table('/etc/passwd')",
      'database("/etc").passwd',
      'cluster("http://127.0.0.1:1").database("x").T',
      `['x"; ATTACH \\'/tmp/x\\' AS y; --']`,
      'evaluate python(typeof(*), "import os")',
      'evaluate http_request("http://127.0.0.1:1")',
      '.set T <| print 1',
      '.ingest into table T ("/etc/passwd")',
      '.export to csv ("/tmp/x") <| print 1',
    ];
    for (const csl of texts) {
      const reply = await plainPost(csl.startsWith('.') ? '/v1/rest/mgmt' : '/v2/rest/query', { csl });
      assert.ok([400, 403].includes(reply.status), `${csl}: ${reply.status}`);
      assert.ok(!(await reply.text()).includes('root:'));
    }
  });

  it('turns away more requests than it can hold', async () => {
    const { post: plainPost } = plain(served);
    const stop = new AbortController();
    const endless = 'range x from 1 to 100000000000 step 1 | summarize sum(x * x), dcount(x)';
    const calls = Array.from({ length: 64 }, () =>
      plainPost('/v2/rest/query', { csl: endless }, {}, stop.signal).catch((error: unknown) => error),
    );
    let refused: Response | undefined;
    for (let tries = 0; tries < 200 && refused?.status !== 429; tries++) {
      refused = await plainPost('/v1/rest/mgmt', { csl: '.show version' });
      await refused.text();
    }
    assert.equal(refused?.status, 429);
    assert.equal(refused.headers.get('retry-after'), '1');
    stop.abort();
    await Promise.all(calls);
  });

  it('closes what never ends its request', async () => {
    const socket = createConnection(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('NOT HTTP\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 400/);
    await once(socket, 'close');
  });

  it('says what cannot be served', async () => {
    const refusals: [Parameters<typeof startServer>[0], RegExp][] = [
      [{ paths: [] }, /nothing to serve/],
      [{ paths: ['no/such/folder'] }, /'no\/such\/folder' was not found/],
      [{ paths: [served.folder], token: 'two words' }, /printable ASCII/],
      [{ paths: [served.folder], port }, /Port \d+ cannot be used/],
    ];
    for (const [options, message] of refusals) {
      await assert.rejects(
        startServer(options),
        (error: unknown) => error instanceof ServeError && message.test(error.message),
      );
    }
  });
});
