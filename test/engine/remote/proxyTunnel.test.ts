/** Requests through a proxy: it learns the host, and nothing of what is sent. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ask } from '../../../src/data/remoteFiles/exchange.ts';
import { defenderService } from '../../../src/engine/remote/defender.ts';
import { networkFailure, RemoteFailure } from '../../../src/engine/remote/failure.ts';
import { fetchReply } from '../../../src/engine/remote/fetchReply.ts';
import { logAnalyticsService } from '../../../src/engine/remote/logAnalytics.ts';

describe('a request through a proxy', () => {
  let proxy: Server;
  let url: URL;
  let asked: IncomingMessage[] = [];
  let received: Buffer[] = [];
  let status = 200;

  before(async () => {
    proxy = createServer();
    proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
      asked.push(request);
      socket.on('error', () => undefined);
      socket.write(`HTTP/1.1 ${status} Told\r\n\r\n`);
      if (status !== 200) socket.end();
      socket.on('data', (part: Buffer) => {
        received.push(part);
        socket.destroy();
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    url = new URL(`http://hunter:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  });
  after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  beforeEach(() => {
    asked = [];
    received = [];
    status = 200;
  });

  const signal = () => AbortSignal.timeout(5000);
  const query = { text: 'secret query', parameters: {}, id: 'x;1' };

  it('of Defender and of the schema of Log Analytics asks for the host, and is encrypted', async () => {
    const defender = defenderService(
      { to: 'defender', endpoint: new URL('https://graph.example/v1.0') },
      [],
      () => url,
    );
    await assert.rejects(defender.send(query, 'planted-token', signal()));
    const logs = await logAnalyticsService(
      { to: 'log-analytics', workspace: 'w', endpoint: new URL('https://logs.example:8443/v1') },
      () => url,
    );
    await assert.rejects(logs.schema('planted-token', signal()));
    assert.deepEqual(
      asked.map(({ method, url: target, headers }) => [method, target, headers['proxy-authorization']]),
      ['graph.example:443', 'logs.example:8443'].map((target) => [
        'CONNECT',
        target,
        `Basic ${Buffer.from('hunter:p@ss').toString('base64')}`,
      ]),
    );
    for (const { headers } of asked) assert.equal(headers.authorization, undefined);
    const sent = Buffer.concat(received);
    assert.equal(sent[0], 0x16); // a TLS handshake
    assert.ok(sent.includes('graph.example'));
    assert.ok(!sent.includes('planted-token') && !sent.includes('secret query'));
  });

  it('for a file asks for the host, and is encrypted', async () => {
    const exchange = {
      headers: { 'x-mine': 'planted' },
      signal: signal(),
      silenceMs: 5000,
      proxyFor: () => url,
    };
    await assert.rejects(ask(new URL('https://files.example/a.csv?sig=planted'), exchange), {
      name: 'ConnectionError',
    });
    assert.deepEqual(
      asked.map(({ url: target }) => target),
      ['files.example:443'],
    );
    const sent = Buffer.concat(received);
    assert.equal(sent[0], 0x16);
    assert.ok(sent.includes('files.example') && !sent.includes('planted'));
    status = 503;
    await assert.rejects(ask(new URL('https://files.example/a.csv'), exchange), {
      name: 'ConnectionError',
      message: /^the proxy 127\.0\.0\.1:\d+ answered 503$/,
    });
  });

  it('says that the proxy refused, and which', async () => {
    status = 407;
    const request = { method: 'GET', token: undefined, proxyFor: () => url, signal: signal() } as const;
    const error: unknown = await fetchReply('https://graph.example/', request).catch(
      (reason: unknown) => reason,
    );
    const failure = networkFailure(error, { product: 'Defender', endpoint: 'https://graph.example' });
    assert.ok(failure instanceof RemoteFailure);
    assert.equal(failure.code, 'remote-unreachable');
    assert.match(
      failure.message,
      /^Defender cannot be reached at graph\.example: the proxy 127\.0\.0\.1:\d+ answered 407\./,
    );
    assert.ok(!failure.message.includes('p@ss') && !failure.message.includes('p%40ss'));
  });

  it('goes straight to where no proxy stands in between', async () => {
    const server = createServer((_request, response) => response.end('{"a":1}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const reply = await fetchReply(address, {
        method: 'POST',
        body: '{}',
        token: 't',
        proxyFor: () => undefined,
        signal: signal(),
      });
      assert.equal(reply.status, 200);
      for await (const part of reply.body) assert.equal(Buffer.from(part).toString(), '{"a":1}');
      assert.equal(asked.length, 0);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
