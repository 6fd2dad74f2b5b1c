/** Each fault is what it says, as a plain HTTP client and Microsoft's client see it. */
import assert from 'node:assert/strict';
import {
  droppedConnection,
  expiredToken,
  htmlPage,
  malformedJson,
  resultTooLarge,
  slowBody,
  startFaults,
  tooManyRequests,
  truncatedBody,
  unavailable,
  type Fault,
} from './faults/index.ts';
import { clientOf, rawRows, serveFiles, type ServedFolder } from './kustoClient.ts';

describe('faults before a server', function () {
  let served: ServedFolder;

  before(async () => {
    served = await serveFiles({ 'Net.csv': 'Host,Bytes\na,1\nb,2\nc,3\n' });
  });

  after(() => served.close());

  async function behind(faults: readonly Fault[], use: (url: string) => Promise<void>): Promise<number[]> {
    const proxy = await startFaults(served.server.url, faults);
    try {
      await use(proxy.url);
      return proxy.requests.filter(({ path }) => path.endsWith('query')).map(({ fault }) => fault ?? -1);
    } finally {
      await proxy.close();
    }
  }

  const post = (url: string, signal?: AbortSignal) =>
    fetch(`${url}/v2/rest/query`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${served.server.token}` },
      body: JSON.stringify({ db: 'logs', csl: 'Net' }),
      signal,
    });

  it('happen as often as asked, in order; then requests pass', async () => {
    const met = await behind(
      [tooManyRequests({ times: 2, retryAfter: 3 }), unavailable({ times: 1 })],
      async (url) => {
        const replies = [await post(url), await post(url), await post(url), await post(url)];
        assert.deepEqual(
          replies.map(({ status }) => status),
          [429, 429, 503, 200],
        );
        assert.equal(replies[0]?.headers.get('retry-after'), '3');
        const frames = (await replies[3]?.json()) as { FrameType: string }[];
        assert.equal(frames.at(-1)?.FrameType, 'DataSetCompletion');
      },
    );
    assert.deepEqual(met, [0, 0, 1, -1]);
  });

  it('name a moment as an HTTP date', async () => {
    const moment = new Date('2030-01-02T03:04:05Z');
    await behind([tooManyRequests({ retryAfter: moment })], async (url) => {
      const reply = await post(url);
      assert.equal(reply.headers.get('retry-after'), 'Wed, 02 Jan 2030 03:04:05 GMT');
      await reply.body?.cancel();
    });
  });

  it('refuse a token that was good', async () => {
    await behind([expiredToken({ times: 1 })], async (url) => {
      const client = clientOf(url, served.server.token);
      await assert.rejects(client.execute('logs', 'Net'), /401/);
      const again = await client.execute('logs', 'Net | count');
      assert.deepEqual(rawRows(again.primaryResults[0]), [[3]]);
      client.close();
    });
  });

  it('drop the connection before the reply, and in its middle', async () => {
    await behind([droppedConnection({ share: 0, times: 1 }), droppedConnection()], async (url) => {
      await assert.rejects(post(url));
      const reply = await post(url);
      assert.equal(reply.status, 200);
      await assert.rejects(reply.text());
    });
  });

  it('cut, spoil and delay the body', async () => {
    await behind(
      [truncatedBody({ times: 1 }), malformedJson({ times: 1 }), slowBody({ pauseMs: 60_000 })],
      async (url) => {
        const cut = await (await post(url)).text();
        assert.throws(() => JSON.parse(cut) as unknown, SyntaxError);
        assert.match(cut, /^\[{"FrameType":"DataSetHeader"/);
        const spoilt = await (await post(url)).text();
        assert.throws(() => JSON.parse(spoilt) as unknown, SyntaxError);
        const slow = await post(url, AbortSignal.timeout(200));
        await assert.rejects(slow.text());
      },
    );
  });

  it('show the page of a proxy', async () => {
    await behind([htmlPage({ code: 200 })], async (url) => {
      const reply = await post(url);
      assert.match(reply.headers.get('content-type') ?? '', /^text\/html/);
      assert.match(await reply.text(), /^<!DOCTYPE html>/);
    });
  });

  it('have the service cut its own result', async () => {
    await behind([resultTooLarge({ rows: 2 })], async (url) => {
      const client = clientOf(url, served.server.token);
      await assert.rejects(client.execute('logs', 'Net'), /E_QUERY_RESULT_SET_TOO_LARGE/);
      client.close();
    });
  });
});
