import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hunt } from '../../src/cli/cli.ts';
import { UsageError } from '../../src/cli/usage.ts';
import { userLoads } from '../../src/cli/userLoads.ts';
import { file, serveFiles } from '../data/httpFiles.ts';
import { memoryIo } from './memoryIo.ts';

describe('The cache of the command line', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hunt-cli-cache-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Runs `hunt` with the cache in the test's folder. */
  async function run(...args: string[]) {
    const io = memoryIo(folder);
    const code = await hunt(args, { ...io, loads: userLoads({ HUNT_CACHE_FOLDER: join(folder, 'cache') }) });
    return { code, out: io.out(), err: io.err() };
  }

  it('keeps what a query loads, tells how much that is, and clears it', async () => {
    const rows = Array.from({ length: 2000 }, (_unused, i) => `host-${i % 9},${'text '.repeat(120)}`);
    await writeFile(join(folder, 'log.csv'), `Host,Text\n${rows.join('\n')}\n`);
    for (let times = 0; times < 2; times++) {
      const { out } = await run('query', '--load', 'T=log.csv', '--json', 'T | count');
      assert.match(out, /\[\[2000\]\]/);
    }
    assert.match((await run('cache')).out, /^1 file, \d.* in .*cache/);
    assert.match((await run('cache', '--clear')).out, /^Removed 1 file, /);
    assert.match((await run('cache')).out, /^0 files, 0 bytes/);
    assert.equal((await run('cache', 'all')).code, 2);
  });

  it('downloads only where it is told to', async () => {
    const web = await serveFiles();
    try {
      web.answer('/T.csv', file('A\n1\n2\n'));
      const load = ['query', '--load', `T=${web.origin}/T.csv`, '--json', 'T | count'];
      const refused = await run(...load);
      assert.equal(refused.code, 2);
      assert.match(refused.err, /was not allowed\.\nAdd --allow-network/);
      assert.deepEqual(web.asked(), []);
      assert.match((await run(...load, '--allow-network')).out, /\[\[2\]\]/);
    } finally {
      await web.close();
    }
  });

  it('stands where the environment says, and refuses a limit that is no size', () => {
    const place = (environment: Record<string, string>) => userLoads(environment).store.folder;
    assert.equal(
      place({ HUNT_CACHE_FOLDER: join('/a', 'b'), XDG_CACHE_HOME: '/c' }),
      join('/a', 'b', 'loads'),
    );
    assert.equal(place({ XDG_CACHE_HOME: '/c' }), join('/c', 'hunt-notebooks', 'loads'));
    assert.match(place({}), /\.cache.hunt-notebooks.loads$/);
    assert.throws(() => userLoads({ HUNT_CACHE_LIMIT: 'much' }), UsageError);
    assert.throws(() => userLoads({ HUNT_DOWNLOAD_LIMIT: '-1GB' }), UsageError);
  });
});
