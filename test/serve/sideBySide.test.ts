/** Queries of one server at the same time: none waits for a slow one, and each is stopped by itself. */
import assert from 'node:assert/strict';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'azure-kusto-data';
import { queriesAtOnce, Turns } from '../../src/serve/data/turns.ts';
import { clientOf, failureOf, properties, rawRows, serveFiles, type ServedFolder } from './kustoClient.ts';

/** Never ends by itself in the time of a test, and reads a table. */
const endless =
  'range x from 1 to 100000000000 step 1 | extend k = x % 3 | join kind=inner (Net | extend k = Bytes) on k | summarize sum(x * x), dcount(x)';
const slow = 'range x from 1 to 100000000000 step 1 | summarize sum(x * x), dcount(x)';

describe('queries at the same time', () => {
  let served: ServedFolder;
  let client: Client;
  const running = new Map<string, ReturnType<typeof failureOf>>();

  before(async () => {
    served = await serveFiles({ 'Net.csv': 'Host,Bytes\na,1\nb,2\n', 'Dns.csv': 'Name\nx\n' });
    client = clientOf(served.server.url, served.server.token);
  });

  after(async () => {
    client.close();
    await served.close();
  });

  afterEach(async () => {
    for (const [id, failure] of running) {
      await client.execute('logs', `.cancel query "${id}"`);
      await failure;
    }
    running.clear();
  });

  const rows = async (text: string) => rawRows((await client.execute('logs', text)).primaryResults[0]);

  async function states(id: string): Promise<unknown[]> {
    return (await rows(`.show queries | where ClientActivityId == "${id}" | project State`)).flat();
  }

  /** Starts a query that does not end, and waits until the server has it. */
  async function begin(id: string, text = slow): Promise<void> {
    const named = properties({});
    named.clientRequestId = id;
    running.set(id, failureOf(client.execute('logs', text, named)));
    while (!(await states(id)).includes('InProgress'))
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  it('do not wait for a slow one, nor do schemas, counts and loads', async () => {
    await begin('slow');
    assert.deepEqual(await rows('Net | count'), [[2]]);
    assert.deepEqual(await rows('.show table Dns cslschema | project Schema'), [['Name:string']]);
    assert.deepEqual(
      await rows('.show tables details | project TableName, TotalRowCount | order by TableName asc'),
      [
        ['Dns', 1],
        ['Net', 2],
      ],
    );
    assert.deepEqual(await states('slow'), ['InProgress']);
  });

  it('are stopped one by one', async () => {
    await begin('one');
    await begin('two');
    await client.execute('logs', '.cancel query "one"');
    assert.equal((await running.get('one'))?.code, 'Request_Cancelled');
    running.delete('one');
    assert.deepEqual(await states('two'), ['InProgress']);
    assert.deepEqual(await rows('print 7'), [[7]]);
  });

  it('read on while their files change, and those after see the change', async () => {
    await begin('reads', endless);
    const file = join(served.folder, 'Net.csv');
    await writeFile(file, 'Host,Bytes,Port\na,1,80\nb,2,443\nc,3,22\n');
    await utimes(file, new Date(), new Date('2024-01-01'));
    assert.deepEqual(await rows('Net | summarize max(Port), count()'), [[443, 3]]);
    assert.deepEqual(await states('reads'), ['InProgress']);
  });

  it('wait where all threads are taken, and are stopped there, too', async () => {
    const ids = Array.from({ length: queriesAtOnce(process.env) }, (_unused, index) => `busy ${index}`);
    for (const id of ids) await begin(id);
    const waiting = properties({});
    waiting.setTimeout(100);
    assert.equal((await failureOf(client.execute('logs', 'print 1', waiting))).status, 504);
    assert.deepEqual(await rows('.show databases | count'), [[1]]);
  });
});

describe('turns', () => {
  it('leave half of the threads free', () => {
    const variables = [undefined, '', 'many', '0', '1', '3', '16'];
    assert.deepEqual(
      variables.map((UV_THREADPOOL_SIZE) => queriesAtOnce({ UV_THREADPOOL_SIZE })),
      [2, 2, 2, 2, 1, 1, 8],
    );
  });

  it('go to who waits longest, and to nobody who has gone', async () => {
    const turns = new Turns(1);
    const order: string[] = [];
    let end: () => void = () => undefined;
    const stay = new AbortController();
    const leave = new AbortController();
    const first = turns.run(() => new Promise<void>((resolve) => (end = resolve)), stay.signal);
    const second = turns.run(() => Promise.resolve(order.push('second')), leave.signal);
    const third = turns.run(() => Promise.resolve(order.push('third')), stay.signal);
    leave.abort();
    await assert.rejects(second, { name: 'AbortError' });
    end();
    await Promise.all([first, third]);
    await assert.rejects(
      turns.run(() => Promise.reject(new Error('fails')), stay.signal),
      /fails/,
    );
    await turns.run(() => Promise.resolve(order.push('last')), stay.signal);
    assert.deepEqual(order, ['third', 'last']);
  });
});
