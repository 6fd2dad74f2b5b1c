/** `hunt serve` as a command: what it prints, whom it answers, and how it ends. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hunt } from '../../src/cli/cli.ts';
import { clientOf, rawRows } from '../serve/kustoClient.ts';
import { memoryIo, type MemoryIo } from './memoryIo.ts';

describe('hunt serve', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hunt-serve-cli-'));
    await mkdir(join(folder, 'case 7'));
    await writeFile(join(folder, 'case 7', 'Net.csv'), 'Host,Bytes\na,1\nb,2\n');
  });

  after(() => rm(folder, { recursive: true, force: true }));

  /** Runs the command until `use` is done with it. */
  async function serving(args: readonly string[], use: (io: MemoryIo) => Promise<void>): Promise<number> {
    const stop = new AbortController();
    const io = memoryIo(folder, '', stop.signal);
    const ended = hunt(['serve', ...args], io);
    try {
      while (!io.out().endsWith('\n')) {
        const first = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10, 'runs'))]);
        assert.equal(first, 'runs', io.err());
      }
      await use(io);
    } finally {
      stop.abort();
    }
    return ended;
  }

  it('prints an address and a token once, and answers until it is stopped', async () => {
    const code = await serving(['case 7', '--load', 'More=case 7/*.csv'], async (io) => {
      const [, url = '', token = ''] = /at (\S+)\nDatabase: case 7\nToken: (\S+)\n/.exec(io.out()) ?? [];
      assert.match(token, /^[\w-]{43}$/);
      assert.ok(!io.err().includes(token));
      const client = clientOf(url, token);
      const reply = await client.execute('case 7', 'union Net, More | count');
      assert.deepEqual(rawRows(reply.primaryResults[0]), [[4]]);
      client.close();
      assert.match(io.err(), /^case 7: More, Net\n/);
    });
    assert.equal(code, 0);
  });

  it('prints one line of JSON, without a token that was given', async () => {
    await serving(['case 7', '--json', '--token', 'given-by-the-user'], async (io) => {
      const { url, ...rest } = JSON.parse(io.out()) as { url: string };
      assert.deepEqual(rest, { databases: ['case 7'] });
      const refused = await fetch(`${url}/v2/rest/query`, { method: 'POST', body: '{}' });
      assert.equal(refused.status, 401);
      await refused.body?.cancel();
    });
  });

  it('serves files, by name or by pattern, as the database local', async () => {
    await serving(['case 7/*.csv', '--json'], (io) => {
      const { databases } = JSON.parse(io.out()) as { databases: string[] };
      assert.deepEqual(databases, ['local']);
      assert.match(io.err(), /^local: Net\n/);
      return Promise.resolve();
    });
  });

  it('refuses what it cannot do', async () => {
    const refusals: [string[], RegExp][] = [
      [[], /nothing to serve/],
      [['nowhere'], /'nowhere' was not found/],
      [['case 7', '--port', '70000'], /'70000' is no port/],
      [['case 7', '--allow-write', 'yes'], /only reads/],
      [['case 7', '--load', 'x'], /--load x has no name/],
      [['case 7', '--cors'], /--cors/],
    ];
    for (const [args, message] of refusals) {
      const io = memoryIo(folder);
      assert.equal(await hunt(['serve', ...args], io), 2, args.join(' '));
      assert.match(io.err(), message);
    }
  });
});
