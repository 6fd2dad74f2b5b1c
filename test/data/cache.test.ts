import assert from 'node:assert/strict';
import {
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EntryStore } from '../../src/data/cache/entryStore.ts';
import { LoadCache } from '../../src/data/cache/loadCache.ts';
import type { LoadRequest } from '../../src/data/loadTable.ts';
import { openWorkspace, type Workspace } from './logs.ts';

/** A log, and the same with a row that cannot be read. */
const rows = Array.from(
  { length: 300 },
  (_unused, i) => `host-${i % 7},${i},"some text that takes room ${i}"`,
);
const log = ['Device,Id,Text', ...rows.slice(0, 50), 'one,"cut', ...rows.slice(50)].join('\n');
const whole = `Device,Id,Text\n${rows.join('\n')}\n`;

/** Files count as settled: nobody waits for their clocks. */
const options = { version: '1.0.0', leastBytes: 1000, now: () => Date.now() + 60_000 };

describe('The cache of loaded files', () => {
  let logs: Workspace;
  let folder: string;
  let store: EntryStore;
  let cache: LoadCache;

  before(async () => {
    logs = await openWorkspace();
  });
  after(() => logs.close());

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'hunt-cache-')), 'cache');
    store = new EntryStore(folder, 1e9);
    cache = new LoadCache(store, options);
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

  /** Loads and tells how much of the file was read: nothing, only its digest, or all. */
  async function load(path: string, request: Partial<LoadRequest> = {}) {
    let done = 0;
    const table = await logs.load(path, {
      table: 'T',
      cache,
      onProgress: ({ doneBytes, totalBytes }) => (done = doneBytes / totalBytes),
      ...request,
    });
    const read = done === 0 ? 'nothing' : done <= 0.5 ? 'digest' : 'all';
    return { table, read };
  }

  async function dataFile(): Promise<string> {
    const name = (await readdir(folder)).find((file) => file.endsWith('.data'));
    return join(folder, name ?? '');
  }

  it('opens the same file again without reading it, rejects and notices included', async () => {
    await logs.write('log.csv', `\ufeff${log.replace('Text', 'Device')}`);
    const first = await load('log.csv');
    const shown = await logs.rows('SELECT * FROM "T" ORDER BY 2 LIMIT 3');
    const second = await load('log.csv', { table: 'Again' });
    assert.deepEqual([first.read, second.read], ['all', 'nothing']);
    assert.deepEqual({ ...second.table, name: 'T' }, first.table);
    assert.ok(first.table.rejects.count > 0 && first.table.notices.length > 0);
    assert.deepEqual(logs.columns('Again'), logs.columns('T'));
    assert.deepEqual(await logs.rows('SELECT * FROM "Again" ORDER BY 2 LIMIT 3'), shown);
    assert.deepEqual(await logs.rows('SELECT count(*) FROM "Again_rejects"'), [[first.table.rejects.count]]);
  });

  it('knows the content under another name and after a touch, by its digest', async () => {
    await logs.write('log.csv', whole);
    await load('log.csv');
    await logs.write('copy.csv', whole);
    const copy = await load('copy.csv');
    assert.equal(copy.read, 'digest');
    assert.deepEqual(
      copy.table.sources.map(({ path, rows: count }) => [path, count]),
      [['copy.csv', 300]],
    );
    assert.equal((await load('copy.csv')).read, 'nothing');
  });

  it('reads a moved file anew when its rejects name the old place', async () => {
    await logs.write('log.csv', log);
    await load('log.csv');
    await logs.write('moved.csv', log);
    const moved = await load('moved.csv');
    assert.equal(moved.read, 'all');
    assert.equal(moved.table.rejects.first[0]?.file, 'moved.csv');
  });

  it('reads anew what changed, though its size and time are the same', async () => {
    const path = await logs.write('log.csv', whole);
    await load('log.csv');
    const { atime, mtime } = await stat(path);
    await writeFile(path, whole.replace('host-0,0', 'evil-0,0'));
    await utimes(path, atime, mtime);
    const changed = await load('log.csv');
    assert.equal(changed.read, 'all');
    assert.deepEqual(await logs.rows('SELECT "Device" FROM "T" WHERE "Id" = 0'), [['evil-0']]);
  });

  it('does not trust the time of a file that changed a moment ago', async () => {
    cache = new LoadCache(store, { ...options, now: Date.now });
    await logs.write('fresh.csv', whole);
    await load('fresh.csv');
    assert.equal((await load('fresh.csv')).read, 'digest');
  });

  it('reads anew with other options, under a table with published types, and in another version', async () => {
    await logs.write('log.csv', whole);
    await load('log.csv');
    assert.equal((await load('log.csv', { delimiter: ';' })).read, 'all');
    assert.equal((await load('log.csv', { table: 'DeviceEvents' })).read, 'all');
    cache = new LoadCache(store, { ...options, version: '1.0.1' });
    assert.equal((await load('log.csv')).read, 'all');
  });

  const damages: readonly (readonly [string, (file: string) => Promise<void>])[] = [
    ['cut short', (file) => truncate(file, 5000)],
    ['empty', (file) => truncate(file, 0)],
    ['gone', (file) => rm(file)],
    ['overwritten', (file) => writeFile(file, 'no database')],
    ['damaged inside, with its old time', damageInside],
  ];
  for (const [what, damage] of damages) {
    it(`makes a table anew whose file is ${what}`, async () => {
      await logs.write('log.csv', whole);
      const first = await load('log.csv');
      await damage(await dataFile());
      const second = await load('log.csv');
      assert.equal(second.read, 'all');
      assert.deepEqual(second.table, first.table);
      assert.equal((await load('log.csv')).read, 'nothing');
    });
  }

  async function damageInside(path: string): Promise<void> {
    // The session has linked the file, too; its tables must not be damaged.
    const bytes = await readFile(path);
    const { atime, mtime } = await stat(path);
    await rm(path);
    await writeFile(path, bytes.fill(0x55, 0, 4096));
    const [entry = ''] = (await readdir(folder)).filter((file) => file.endsWith('.entry.json'));
    await utimes(path, atime, mtime);
    const { mtimeNs } = await stat(path, { bigint: true });
    const about: unknown = JSON.parse(await readFile(join(folder, entry), 'utf8'));
    await writeFile(join(folder, entry), JSON.stringify({ ...Object(about), changedNs: String(mtimeNs) }));
  }

  it('makes a table anew whose description is no JSON, or of another shape', async () => {
    await logs.write('log.csv', whole);
    for (const text of ['{', '{}', '{"data":"../../x.data","sizeBytes":1,"changedNs":"1","about":{}}']) {
      await load('log.csv');
      const [entry = ''] = (await readdir(folder)).filter((file) => file.endsWith('.entry.json'));
      await writeFile(join(folder, entry), text);
      assert.equal((await load('log.csv')).read, 'all', text);
    }
  });

  it('drops what was used least recently when the limit is passed', async () => {
    await logs.write('a.csv', whole);
    await logs.write('b.csv', whole.replaceAll('host', 'gast'));
    await load('a.csv');
    const { bytes } = await store.size();
    store = new EntryStore(folder, bytes * 2.5);
    cache = new LoadCache(store, options);
    await load('b.csv');
    await makeOlder();
    await load('a.csv'); // used again, later than b
    await logs.write('c.csv', whole.replaceAll('host', 'haus'));
    await load('c.csv');
    assert.equal((await store.size()).entries, 2);
    assert.equal((await load('a.csv')).read, 'nothing');
    assert.equal((await load('b.csv')).read, 'all');
  });

  async function makeOlder(): Promise<void> {
    const past = new Date(Date.now() - 1000);
    for (const file of await readdir(folder))
      if (file.endsWith('.entry.json')) await utimes(join(folder, file), past, past);
  }

  it('keeps nothing larger than the limit, nothing small, and nothing when it is switched off', async () => {
    await logs.write('log.csv', whole);
    cache = new LoadCache(new EntryStore(folder, 1000), options);
    await load('log.csv');
    cache = new LoadCache(new EntryStore(folder, 0), options);
    await load('log.csv');
    cache = new LoadCache(store, options);
    await logs.write('small.csv', whole.slice(0, 900));
    await load('small.csv');
    assert.equal((await store.size()).entries, 0);
  });

  it('keeps its files from others, and uses no folder that is a link', async function () {
    if (process.platform === 'win32') {
      console.log('      skipped: Windows has no file modes');
      this.skip();
    }
    await logs.write('log.csv', whole);
    await load('log.csv');
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    for (const file of await readdir(folder))
      assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600, file);
    const link = join(folder, '..', 'link');
    await symlink(folder, link);
    await store.clear();
    cache = new LoadCache(new EntryStore(link, 1e9), options);
    await load('log.csv');
    assert.equal((await store.size()).entries, 0);
  });

  it('serves two sessions at once', async () => {
    const other = await openWorkspace();
    try {
      await logs.write('log.csv', whole);
      const request = { folder: logs.folder, cache };
      const both = await Promise.all([
        load('log.csv', request),
        other.load('log.csv', { table: 'T', ...request }),
      ]);
      assert.deepEqual(both[0].table, both[1]);
      assert.equal((await store.size()).entries, 1);
      await other.load('log.csv', { table: 'T', ...request });
      await store.clear();
      assert.deepEqual(await other.rows('SELECT count(*) FROM "T"'), [[300]]);
    } finally {
      await other.close();
    }
  });

  it('clears what is its own, and only that', async () => {
    await logs.write('log.csv', whole);
    await load('log.csv');
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const { entries, bytes } = await store.clear();
    assert.ok(entries === 1 && bytes > 0);
    assert.deepEqual(await readdir(folder), ['notes.txt']);
    assert.equal((await load('log.csv')).read, 'all');
  });

  it('fails no load when it cannot be written', async () => {
    await logs.write('log.csv', whole);
    await (await open(folder, 'w')).close(); // a file where the folder should be
    assert.equal((await load('log.csv')).table.rows, 300);
  });
});
