import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { EntryStore } from '../../src/data/cache/entryStore.ts';
import { RemoteFiles, type RemoteFilesOptions } from '../../src/data/remoteFiles/remoteFiles.ts';
import { brokenOff, file, serveFiles, type HttpFiles } from './httpFiles.ts';
import { openWorkspace, type Workspace } from './logs.ts';

const body = `Device,Id\n${Array.from({ length: 2000 }, (_unused, i) => `host-${i % 5},${i}`).join('\n')}\n`;

describe('Files from the web', () => {
  let logs: Workspace;
  let web: HttpFiles;
  let folder: string;
  let asks: string[];

  before(async () => {
    logs = await openWorkspace();
    web = await serveFiles();
  });
  after(async () => {
    await web.close();
    await logs.close();
  });
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'hunt-web-')), 'cache');
    asks = [];
    web.asked();
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

  function remote(options: Partial<RemoteFilesOptions> = {}): RemoteFiles {
    return new RemoteFiles({
      store: new EntryStore(folder, 1e8),
      allowUrl: (url) => (asks.push(url.host), Promise.resolve(true)),
      maxBytes: 1e6,
      retryMs: 1,
      silenceMs: 2000,
      ...options,
    });
  }

  const load = (path: string, from = remote()) => logs.load(web.origin + path, { table: 'T', remote: from });

  it('loads a file, names its source without the query, and asks once for the host', async () => {
    web.answer('/logs/Logons.csv', file(body));
    const from = remote();
    const loaded = await logs.load(`${web.origin}/logs/Logons.csv?sig=secret#top`, { remote: from });
    assert.deepEqual([loaded.name, loaded.rows], ['Logons', 2000]);
    assert.deepEqual(
      loaded.sources.map(({ path, sizeBytes }) => [path, sizeBytes]),
      [[`${web.origin}/logs/Logons.csv`, body.length]],
    );
    await load('/logs/Logons.csv', from);
    assert.deepEqual(asks, [new URL(web.origin).host]);
    assert.deepEqual(web.asked(), ['GET /logs/Logons.csv?sig=secret', 'GET /logs/Logons.csv']);
  });

  it('reads packed files as they are', async () => {
    web.answer('/packed.csv.gz', (_request, response) => response.end(gzipSync(body)));
    assert.equal((await load('/packed.csv.gz')).rows, 2000);
  });

  it('takes up a dropped connection where it broke off', async () => {
    const whole = file(body, { etag: '"v1"' });
    let isFirst = true;
    web.answer('/dropped.csv', (request, response) => {
      const answer = isFirst ? brokenOff(body, 9000, { ETag: '"v1"' }) : whole;
      isFirst = false;
      answer(request, response);
    });
    assert.equal((await load('/dropped.csv')).rows, 2000);
    assert.deepEqual(web.asked(), [
      'GET /dropped.csv',
      'GET /dropped.csv, range: bytes=9000-, if-range: "v1"',
    ]);
  });

  it('starts over when the file has changed meanwhile', async () => {
    let isFirst = true;
    web.answer('/changed.csv', (request, response) => {
      const answer = isFirst
        ? brokenOff(body.replaceAll('host', 'old-'), 9000, { ETag: '"v1"' })
        : file(body, { etag: '"v2"' });
      isFirst = false;
      answer(request, response);
    });
    await load('/changed.csv');
    assert.deepEqual(await logs.rows(`SELECT count(*) FROM "T" WHERE "Device" LIKE 'host-%'`), [[2000]]);
  });

  it('never joins parts of a file whose version the server does not tell', async () => {
    let count = 0;
    web.answer('/nameless.csv', (request, response) =>
      (count++ === 0 ? brokenOff(body, 9000) : file(body))(request, response),
    );
    assert.equal((await load('/nameless.csv')).rows, 2000);
    assert.deepEqual(web.asked(), ['GET /nameless.csv', 'GET /nameless.csv']);
  });

  it('goes on after a failed download at the next load', async () => {
    web.answer('/resumed.csv', brokenOff(body, 9000, { ETag: '"v1"' }));
    await assert.rejects(load('/resumed.csv'), {
      code: 'download-failed',
      message: /broke off after 8\.8 KB of \d/,
    });
    web.asked();
    web.answer('/resumed.csv', file(body, { etag: '"v1"' }));
    assert.equal((await load('/resumed.csv')).rows, 2000);
    assert.match(web.asked().join(), /range: bytes=9000-/);
  });

  it('does not fetch an unchanged file again', async () => {
    for (const version of [
      { etag: '"v1"' },
      { etag: 'W/"v1"' },
      { modified: 'Tue, 24 Nov 2020 10:00:00 GMT' },
    ]) {
      web.answer('/same.csv', file(body, version));
      await load('/same.csv');
      web.asked();
      assert.equal((await load('/same.csv')).rows, 2000);
      const [asked = ''] = web.asked();
      assert.match(
        asked,
        version.etag === undefined ? /if-modified-since: Tue/ : /if-none-match: (W\/)?"v1"/,
      );
      await rm(folder, { recursive: true });
    }
  });

  it('reads what it has when the host is gone or failing, and says so', async () => {
    web.answer('/kept.csv', file(body, { etag: '"v1"' }));
    await load('/kept.csv', remote({ now: () => new Date('2026-03-01T10:00:00Z') }));
    web.answer('/kept.csv', (_request, response) => response.destroy());
    const gone = await load('/kept.csv');
    assert.match(
      gone.notices.join(),
      /could not be fetched: .*It was read as it was downloaded on 2026-03-01\./,
    );
    web.answer('/kept.csv', (_request, response) => response.writeHead(500).end());
    const failing = await load('/kept.csv');
    assert.match(failing.notices.join(), /the server answered 500/);
    assert.equal(failing.rows, 2000);
    web.answer('/kept.csv', (_request, response) => response.writeHead(404).end());
    await assert.rejects(load('/kept.csv'), {
      code: 'download-failed',
      message: /answered 404\. There is no such file/,
    });
  });

  it('says what a server refuses', async () => {
    const cases: readonly (readonly [number, RegExp])[] = [
      [403, /answered 403\. .*sign-in/],
      [404, /no such file/],
      [500, /answered 500\. Try again later/],
      [204, /answered 204/],
    ];
    for (const [status, message] of cases) {
      web.answer('/refused.csv', (_request, response) => response.writeHead(status).end());
      await assert.rejects(load('/refused.csv'), { code: 'download-failed', message });
    }
    web.answer('/refused.csv', file(''));
    await assert.rejects(load('/refused.csv'), { code: 'empty-file' });
  });

  it('waits for a busy server', async () => {
    let count = 0;
    web.answer('/busy.csv', (request, response) => {
      if (count++ === 0) response.writeHead(503).end();
      else file(body)(request, response);
    });
    assert.equal((await load('/busy.csv')).rows, 2000);
  });

  it('refuses a file larger than the limit, told or not', async () => {
    const small = remote({ maxBytes: 10_000 });
    web.answer('/told.csv', file(body));
    await assert.rejects(load('/told.csv', small), {
      code: 'download-too-large',
      message: /22\.4 KB.*limit of 9\.8 KB/,
    });
    web.answer('/untold.csv', (_request, response) => {
      response.writeHead(200);
      for (let i = 0; i < 100; i++) response.write(body);
      response.end();
    });
    await assert.rejects(load('/untold.csv', small), { code: 'download-too-large' });
    assert.deepEqual(await readdir(folder), []);
  });

  it('follows redirects with consent for each host, and not for ever', async () => {
    const other = await serveFiles();
    try {
      other.answer('/there.csv', file(body));
      web.answer('/moved.csv', (_request, response) =>
        response.writeHead(302, { Location: `${other.origin}/there.csv` }).end(),
      );
      assert.equal((await load('/moved.csv')).rows, 2000);
      assert.deepEqual(
        asks,
        [web.origin, other.origin].map((origin) => new URL(origin).host),
      );
      const { host } = new URL(web.origin);
      const hostOnly = remote({ allowUrl: (url) => Promise.resolve(url.host === host), store: undefined });
      await assert.rejects(load('/moved.csv', hostOnly), { code: 'url-not-allowed' });
      assert.equal(other.asked().length, 1);
    } finally {
      await other.close();
    }
    web.answer('/round.csv', (_request, response) =>
      response.writeHead(301, { Location: '/round.csv' }).end(),
    );
    await assert.rejects(load('/round.csv'), {
      code: 'download-failed',
      message: /leads on more than 5 times/,
    });
    web.answer('/open.csv', (_request, response) =>
      response.writeHead(301, { Location: 'http://example.com/a.csv' }).end(),
    );
    await assert.rejects(load('/open.csv'), { code: 'url-refused', message: /not encrypted/ });
    web.answer('/file.csv', (_request, response) =>
      response.writeHead(301, { Location: 'file:///etc/passwd' }).end(),
    );
    await assert.rejects(load('/file.csv'), { code: 'url-refused' });
  });

  it('contacts nobody without consent, nor where none can be given', async () => {
    await assert.rejects(load('/any.csv', remote({ allowUrl: () => Promise.resolve(false) })), {
      code: 'url-not-allowed',
      message: /Downloading from 127\.0\.0\.1:\d+ was not allowed/,
    });
    await assert.rejects(logs.load(`${web.origin}/any.csv`), { code: 'url-not-allowed' });
    assert.deepEqual(web.asked(), []);
  });

  it('refuses addresses that are not encrypted, hold a password, or are none', async () => {
    const refused = (address: string) => logs.load(address, { remote: remote() });
    await assert.rejects(refused('http://example.com/a.csv'), { code: 'url-refused', message: /Use `https/ });
    await assert.rejects(refused('http://127.0.0.1.example.com/a.csv'), { code: 'url-refused' });
    await assert.rejects(refused('https://ann:pass@example.com/a.csv'), (error: Error) => {
      assert.doesNotMatch(error.message, /pass@|ann/);
      return /password/.test(error.message);
    });
    await assert.rejects(refused('https://'), { code: 'url-refused', message: /not a web address/ });
    assert.deepEqual(asks, []);
  });

  it('stops when asked to, and goes on from there the next time', async () => {
    const stop = new AbortController();
    web.answer('/slow.csv', (_request, response) => {
      response.writeHead(200, { ETag: '"v1"', 'Content-Length': body.length });
      response.write(body.slice(0, 9000));
    });
    const loading = logs.load(`${web.origin}/slow.csv`, {
      remote: remote(),
      signal: stop.signal,
      onProgress: ({ doneBytes, what }) => {
        assert.match(what, /^Downloading http/);
        if (doneBytes === 9000) setTimeout(() => stop.abort(), 20);
      },
    });
    await assert.rejects(loading, { name: 'AbortError' });
    web.answer('/slow.csv', file(body, { etag: '"v1"' }));
    assert.equal((await load('/slow.csv')).rows, 2000);
    assert.match(web.asked().join(), /range: bytes=9000-/);
  });

  it('does not wait for ever for a server that is silent', async () => {
    web.answer('/silent.csv', () => undefined);
    await assert.rejects(load('/silent.csv', remote({ silenceMs: 50 })), {
      message: /no answer for 0\.05 s/,
    });
  });

  it('goes through a proxy where it is told to, and says when that fails', async () => {
    const seen: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      seen.push(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const proxyFor = () => new URL(`http://ann:p%40ss@127.0.0.1:${port}`);
    await assert.rejects(logs.load('https://logs.example/a.csv', { remote: remote({ proxyFor }) }), {
      code: 'download-failed',
      message: /the proxy 127\.0\.0\.1:\d+ answered 407/,
    });
    assert.equal(seen[0], `logs.example:443 Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
    proxy.close();
  });

  it('keeps nothing without a store, and loads all the same', async () => {
    web.answer('/plain.csv', file(body, { etag: '"v1"' }));
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('hunt-download-')).length;
    assert.equal((await load('/plain.csv', remote({ store: undefined }))).rows, 2000);
    const after = (await readdir(tmpdir())).filter((name) => name.startsWith('hunt-download-')).length;
    assert.equal(after, before);
    await writeFile(join(folder, '..', 'cache'), 'a file where the folder should be');
    assert.equal((await load('/plain.csv')).rows, 2000);
  });
});
