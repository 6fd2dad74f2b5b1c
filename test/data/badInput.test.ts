import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openWorkspace, type Workspace } from './logs.ts';

describe('files that cannot be loaded', () => {
  let logs: Workspace;
  before(async () => {
    logs = await openWorkspace();
    await logs.write('logs/DeviceNetworkEvents.csv', 'a\n1\n');
    await logs.write('logs/empty.csv', '');
    await logs.write('notes/hunt.md', '# Hunt');
    await logs.write(
      'logs/program.csv',
      Buffer.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0, 255, 255, 0, 0]),
    );
    await logs.write('logs/book.csv', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(600, 1)]));
    const rows = Array.from({ length: 50_000 }, (_unused, i) => `${i},${(i * 7919) % 104729}`).join('\n');
    const packed = gzipSync(`a,b\n${rows}\n`);
    await logs.write('logs/cut.csv.gz', packed.subarray(0, packed.length - 20_000));
    await logs.write('logs/notgzip.csv.gz', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    await logs.write('logs/fake.parquet', 'a,b\n1,2\n');
    await logs.write('logs/broken.json', '{"value": [1, 2');
    await logs.write('logs/notes.docx', 'x');
    await logs.write('logs/conn.log', '1.5\tC1\n2.5\tC2\n');
  });
  after(() => logs.close());

  const cases: readonly (readonly [string, string | readonly string[], string, RegExp])[] = [
    [
      'a missing file',
      'logs/DeviceNetworkEvent.csv',
      'missing-file',
      /not found in .*logs\. Close names there: DeviceNetworkEvents\.csv/,
    ],
    ['a missing folder', 'nowhere/x.csv', 'missing-file', /there is no folder .*nowhere/],
    ['a pattern without matches', 'logs/*.xyz', 'missing-file', /No file matches 'logs\/\*\.xyz' in /],
    ['a folder without logs', 'notes', 'is-a-folder', /is a folder.*hunt\.md.*'notes\/\*\.csv'/],
    ['a file of 0 bytes', 'logs/empty.csv', 'empty-file', /empty \(0 bytes\)/],
    ['a program named .csv', 'logs/program.csv', 'not-text', /binary file/],
    ['a workbook named .csv', 'logs/book.csv', 'not-text', /ZIP archive or an Excel workbook/],
    ['a gzip file that is cut short', 'logs/cut.csv.gz', 'truncated-file', /cut short/],
    ['a file that only claims to be gzip', 'logs/notgzip.csv.gz', 'unreadable-file', /not a valid gzip file/],
    ['a CSV named .parquet', 'logs/fake.parquet', 'unreadable-file', /not a readable Parquet file/],
    ['JSON that ends in the middle', 'logs/broken.json', 'unreadable-file', /not valid JSON/],
    [
      'a log of no known format',
      'logs/conn.log',
      'unknown-format',
      /content of logs\/conn\.log .*format: csv/,
    ],
    ['an unknown ending', 'logs/notes.docx', 'unknown-format', /format: csv/],
  ];
  for (const [what, paths, code, message] of cases) {
    it(`refuses ${what} and stays usable`, async () => {
      await assert.rejects(logs.load(paths, { table: 'Bad' }), { name: 'DataError', code, message });
      assert.deepEqual(logs.columns('Bad'), []);
      assert.equal((await logs.load('logs/DeviceNetworkEvents.csv')).rows, 1);
    });
  }

  it('asks before it reads outside the folder, through links too', async () => {
    const outside = join(dirname(logs.folder), 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret.csv'), 'a\n1\n');
    await symlink(outside, join(logs.folder, 'link'));
    for (const path of [
      '../outside/secret.csv',
      'link/secret.csv',
      'link/*.csv',
      join(outside, 'secret.csv'),
    ]) {
      const asked: string[] = [];
      const refuse = (absolute: string) => (asked.push(absolute), Promise.resolve(false));
      await assert.rejects(logs.load(path, { table: 'S', allowPath: refuse }), { code: 'path-not-allowed' });
      assert.equal(asked.length, 1, path);
      assert.match(asked[0] ?? '', /outside.secret\.csv$/);
    }
    const loaded = await logs.load('../outside/secret.csv', { allowPath: () => Promise.resolve(true) });
    assert.equal(loaded.name, 'secret');
  });

  it('quotes hostile file, table and column names', async () => {
    const name = `it's "x"; DROP TABLE y; -- [1] .csv`;
    await logs.write(name, `"a""; --",'b'\n1,2\nragged\n`);
    const loaded = await logs.load(name, { table: `T"; DROP` });
    assert.deepEqual([loaded.rows, loaded.rejects.first[0]?.file], [1, name]);
    assert.deepEqual(logs.columns(`T"; DROP`), [`a"; --:long`, `'b':long`]);
  });

  it('refuses table names that would hide rejects or mean nothing', async () => {
    await assert.rejects(logs.load('logs/DeviceNetworkEvents.csv', { table: 'X_rejects' }), {
      code: 'table-name',
    });
    await assert.rejects(logs.load('logs/DeviceNetworkEvents.csv', { table: ' ' }), { code: 'table-name' });
  });
});
