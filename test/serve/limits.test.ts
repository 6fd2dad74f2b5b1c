/** Results that are cut, fragments, and queries that are stopped. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Client } from 'azure-kusto-data';
import { requestProperties } from '../../src/serve/request/properties.ts';
import {
  clientOf,
  failureOf,
  plain,
  properties,
  rawRows,
  serveFiles,
  type ServedFolder,
} from './kustoClient.ts';

/** Never ends by itself in the time of a test. */
const endless = 'range x from 1 to 100000000000 step 1 | summarize sum(x * x), dcount(x)';

interface Frame {
  readonly FrameType: string;
  readonly TableKind?: string;
  readonly TableName?: string;
  readonly Rows?: readonly (readonly unknown[] | { readonly OneApiErrors: readonly unknown[] })[];
  readonly RowCount?: number;
  readonly OneApiErrors?: readonly { readonly error: { readonly code: string } }[];
  readonly HasErrors?: boolean;
  readonly Cancelled?: boolean;
}

describe('limits of a server', function () {
  let served: ServedFolder;
  let client: Client;

  before(async () => {
    served = await serveFiles({});
    client = clientOf(served.server.url, served.server.token);
  });

  after(async () => {
    client.close();
    await served.close();
  });

  async function frames(text: string, options: Readonly<Record<string, unknown>> = {}): Promise<Frame[]> {
    const reply = await plain(served).post('/v2/rest/query', { csl: text, properties: { Options: options } });
    assert.equal(reply.status, 200);
    return (await reply.json()) as Frame[];
  }

  const primary = (all: readonly Frame[]) => all.filter(({ TableKind }) => TableKind === 'PrimaryResult');

  describe('cut a result', () => {
    it('at a number of rows, which the error tells with the rows that there are', async () => {
      const text = 'range x from 1 to 10 step 1';
      for (const given of [properties({ truncationmaxrecords: 4 }), undefined]) {
        const set = given ? text : `set truncationmaxrecords = 4;\n${text}`;
        const failure = await failureOf(client.execute('logs', set, given));
        assert.match(failure.message, /E_QUERY_RESULT_SET_TOO_LARGE/);
        assert.match(failure.message, /set limit of 4 records.*4 records were returned; this table has 10\./);
      }
      const all = await client.execute('logs', text, properties({ truncationmaxrecords: 10 }));
      assert.equal(rawRows(all.primaryResults[0]).length, 10);
    });

    it('at a number of bytes', async () => {
      const text = 'range x from 1 to 1000 step 1 | project text = strrep("a", 100)';
      const failure = await failureOf(
        client.execute('logs', text, properties({ truncationmaxsize: 10_400 })),
      );
      assert.match(
        failure.message,
        /set limit of 10400 bytes.*100 records were returned; this table has 1000\./,
      );
    });

    it('at 500,000 rows and 64 MB by themselves, and nowhere with notruncation', async () => {
      const many = await frames('range x from 1 to 500001 step 1');
      assert.equal(primary(many)[0]?.Rows?.length, 500_001); // 500,000 and the error
      assert.equal(many.at(-1)?.OneApiErrors?.[0]?.error.code, 'LimitsExceeded');
      assert.equal(requestProperties({}, '').maxBytes, 64 * 1024 ** 2);
      const whole = await frames('set notruncation; range x from 1 to 3 step 1', { truncationmaxrecords: 1 });
      assert.deepEqual(primary(whole)[0]?.Rows, [[1], [2], [3]]);
      assert.equal(whole.at(-1)?.HasErrors, false);
    });

    it('over all tables together, and leave out those after', async () => {
      const all = await frames('print 1; range x from 1 to 3 step 1; print 2', { truncationmaxrecords: 3 });
      assert.deepEqual(
        primary(all).map(({ Rows }) => Rows?.map((row) => (Array.isArray(row) ? row : 'error'))),
        [[[1]], [[1], [2], 'error']],
      );
    });

    it('and tell it where the client wants to read it', async () => {
      const text = 'range x from 1 to 3 step 1';
      const asked = (options: object) => frames(text, { truncationmaxrecords: 2, ...options });
      const atEnd = await asked({ results_error_reporting_placement: 'end_of_dataset' });
      assert.deepEqual(primary(atEnd)[0]?.Rows, [[1], [2]]);
      assert.equal(atEnd.at(-1)?.HasErrors, true);
      const ofTable = await asked({
        results_v2_fragment_primary_tables: true,
        results_error_reporting_placement: 'end_of_table',
      });
      const completion = ofTable.find(({ FrameType }) => FrameType === 'TableCompletion');
      assert.deepEqual([completion?.RowCount, completion?.OneApiErrors?.length], [2, 1]);
      const deferred = await asked({ deferpartialqueryfailures: true });
      assert.equal(deferred.at(-1)?.HasErrors, false);
      const status = deferred.find(({ TableKind }) => TableKind === 'QueryCompletionInformation');
      assert.match(JSON.stringify(status?.Rows), /2,"Error",-2133196797,.*E_QUERY_RESULT_SET_TOO_LARGE/);
      await assert.rejects(
        client.execute(
          'logs',
          text,
          properties({ truncationmaxrecords: 2, deferpartialqueryfailures: true }),
        ),
        /E_QUERY_RESULT_SET_TOO_LARGE/,
      );
    });

    it('in version 1, too', async () => {
      const reply = await plain(served).post('/v1/rest/query', {
        csl: 'set truncationmaxrecords=1; range x from 1 to 3 step 1',
      });
      const { Tables, Exceptions } = (await reply.json()) as {
        Tables: { Rows: unknown[] }[];
        Exceptions: string[];
      };
      assert.equal(Tables[0]?.Rows.length, 2);
      assert.match(Exceptions[0] ?? '', /E_QUERY_RESULT_SET_TOO_LARGE/);
    });

    it('refuse limits that are none', async () => {
      for (const options of [
        { truncationmaxrecords: -1 },
        { truncationmaxsize: 'much' },
        { servertimeout: 'soon' },
      ]) {
        const failure = await failureOf(plainFailure(options));
        assert.match(failure.message, /400/);
      }
    });

    async function plainFailure(options: object): Promise<void> {
      const reply = await plain(served).post('/v2/rest/query', {
        csl: 'print 1',
        properties: { Options: options },
      });
      await reply.body?.cancel();
      throw new Error(String(reply.status));
    }
  });

  it('send fragments, one frame a line, for who asks for progress', async () => {
    const reply = await plain(served).post('/v2/rest/query', {
      csl: 'range x from 1 to 1200 step 1',
      properties: {
        Options: { results_progressive_enabled: true, results_v2_newlines_between_frames: true },
      },
    });
    const text = await reply.text();
    const lines = text.trimEnd().split('\n');
    assert.equal(lines.at(-1), ']');
    const all = lines.slice(0, -1).map((line) => JSON.parse(line.replace(/^[[,]/, '')) as Frame);
    const kinds = all.map(({ FrameType }) => FrameType);
    assert.deepEqual(kinds.slice(0, 3), ['DataSetHeader', 'DataTable', 'TableHeader']);
    assert.deepEqual(kinds.slice(-3), ['TableCompletion', 'DataTable', 'DataSetCompletion']);
    const rows = all
      .filter(({ FrameType }) => FrameType === 'TableFragment')
      .flatMap(({ Rows }) => Rows ?? []);
    assert.deepEqual(
      rows,
      Array.from({ length: 1200 }, (_unused, index) => [index + 1]),
    );
    assert.equal(all.find(({ FrameType }) => FrameType === 'TableCompletion')?.RowCount, 1200);
    assert.ok(kinds.includes('TableProgress'));
  });

  it('stop a query that takes longer than its client allows', async () => {
    const slow = properties({});
    slow.setTimeout(200);
    const failure = await failureOf(client.execute('logs', endless, slow));
    assert.equal(failure.status, 504);
    assert.match(failure.message, /did not end within 0\.2 s/);
    const set = await failureOf(client.execute('logs', `set servertimeout = 150ms; ${endless}`));
    assert.equal(set.status, 504);
    await usable();
  });

  it('stop a query by its client\u2019s id, and show it until then', async () => {
    const named = properties({});
    named.clientRequestId = 'hunt;stop me';
    const running = failureOf(client.execute('logs', endless, named));
    await until(async () => (await states(named.clientRequestId ?? '')).includes('InProgress'));
    const cancelled = await client.execute('logs', '.cancel query "hunt;stop me" with (reason = "enough")');
    assert.deepEqual(rawRows(cancelled.primaryResults[0]), [['hunt;stop me', 'enough', true]]);
    const failure = await running;
    assert.equal(failure.code, 'Request_Cancelled');
    assert.match(failure.message, /cancelled\. enough/);
    assert.deepEqual(await states(named.clientRequestId), ['Cancelled']);
    const again = await client.execute('logs', '.cancel query "hunt;stop me"');
    assert.deepEqual(rawRows(again.primaryResults[0]), [['hunt;stop me', '', false]]);
    await usable();
  });

  it('stop a query whose client has gone', async () => {
    const gone = new AbortController();
    const call = plain(served).post(
      '/v2/rest/query',
      { csl: endless },
      { 'x-ms-client-request-id': 'leaves' },
      gone.signal,
    );
    await until(async () => (await states('leaves')).includes('InProgress'));
    gone.abort();
    await assert.rejects(call);
    await until(async () => (await states('leaves')).includes('Cancelled'));
    await usable();
  });

  it('free a result whose client leaves in its middle', async () => {
    const { url, token } = served.server;
    const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
    const body = JSON.stringify({
      csl: 'range x from 1 to 400000 step 1 | project text = strrep("abc", 50)',
    });
    socket.write(
      `POST /v2/rest/query HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAuthorization: Bearer ${token}\r\n` +
        `x-ms-client-request-id: reads a little\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await once(socket, 'data');
    socket.destroy();
    await until(async () =>
      (await states('reads a little')).some((state) => state === 'Cancelled' || state === 'Failed'),
    );
    await usable();
  });

  async function states(id: string): Promise<unknown[]> {
    const reply = await client.execute(
      'logs',
      `.show queries | where ClientActivityId == "${id}" | project State`,
    );
    return rawRows(reply.primaryResults[0]).map(([state]) => state);
  }

  async function usable(): Promise<void> {
    assert.deepEqual(rawRows((await client.execute('logs', 'print 7')).primaryResults[0]), [[7]]);
  }
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It did not happen.');
}
