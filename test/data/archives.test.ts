/** Zip archives: members as files, hostile ones refused. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { matchingFiles } from '../../src/data/glob.ts';
import { openWorkspace, type Workspace } from './logs.ts';
import { zipFile } from './zipFile.ts';

describe('zip archives', () => {
  let logs: Workspace;
  let unpackFolder: string;
  const { TMPDIR } = process.env;
  before(async () => {
    logs = await openWorkspace();
    // Where this test alone unpacks, to see that nothing stays there.
    unpackFolder = join(logs.folder, 'unpacked');
    await mkdir(unpackFolder);
    process.env['TMPDIR'] = unpackFolder;
    await logs.write(
      'logs.zip',
      zipFile([
        { name: 'one.csv', content: 'a,b\n1,x\n' },
        { name: 'dc1/', content: '' },
        { name: 'dc1/two.csv', content: 'a,b\n2,y\n3\n' },
        { name: 'three.log', content: '{"a":9}\n' },
        { name: 'readme.md', content: '# Notes' },
        { name: 'nothing.csv', content: '' },
        { name: '__MACOSX/._one.csv', content: 'x' },
      ]),
    );
  });
  after(async () => {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    await logs.close();
  });

  it('loads all logs of an archive, each as its name or content says, and tells of the rest', async () => {
    const loaded = await logs.load('logs.zip');
    assert.deepEqual([loaded.name, loaded.rows], ['logs', 3]);
    assert.deepEqual(
      loaded.sources.map(({ path, rows, sizeBytes }) => [path, rows, sizeBytes]),
      [
        ['logs.zip/one.csv', 1, 8],
        ['logs.zip/dc1/two.csv', 1, 10],
        ['logs.zip/three.log', 1, 8],
      ],
    );
    assert.deepEqual(loaded.rejects.first[0]?.file, 'logs.zip/dc1/two.csv');
    assert.match(
      loaded.notices.join(),
      /2 of the 5 files in logs\.zip were not read.*readme\.md, nothing\.csv/,
    );
  });

  it('takes a member, and patterns over members', async () => {
    assert.equal((await logs.load('logs.zip/three.log')).name, 'three');
    assert.equal((await logs.load('logs.zip/o*.csv', { table: 'Some' })).sources.length, 1);
    assert.equal((await logs.load('logs.zip/**/t*.csv', { table: 'Some' })).rows, 1);
    assert.equal((await logs.load('*.zip/dc1/*', { table: 'Some' })).rows, 1);
    assert.deepEqual(await matchingFiles('*.zip/dc?/**', logs.folder), [
      join(logs.folder, 'logs.zip/dc1/two.csv'),
    ]);
  });

  it('lists what there is where a member is missing', async () => {
    await assert.rejects(logs.load('logs.zip/four.csv'), {
      code: 'missing-file',
      message: /'four\.csv' is not in logs\.zip\. It holds: one\.csv, dc1\/two\.csv/,
    });
    await assert.rejects(logs.load('logs.zip/*.xml', { table: 'X' }), { code: 'missing-file' });
  });

  it('never uses the name of a member as a path', async () => {
    const names = [
      '../../escaped.csv',
      '/escaped.csv',
      'C:\\escaped.csv',
      'a\u0000b\u001b.csv',
      'x.csv',
      'x.csv',
    ];
    await logs.write('hostile.zip', zipFile(names.map((name) => ({ name, content: 'a\n1\n' }))));
    const loaded = await logs.load('hostile.zip');
    assert.equal(loaded.rows, names.length);
    assert.deepEqual(
      loaded.sources.map(({ path }) => path),
      ['escaped.csv', 'escaped~2.csv', 'C:/escaped.csv', 'a\ufffdb\ufffd.csv', 'x.csv', 'x~2.csv'].map(
        (name) => `hostile.zip/${name}`,
      ),
    );
    for (const place of [logs.folder, join(logs.folder, '..'), join(logs.folder, '../..')]) {
      assert.ok(!existsSync(join(place, 'escaped.csv')));
    }
    assert.equal((await logs.load('hostile.zip/escaped.csv')).rows, 1);
  });

  const content = 'a\n1\n';
  const zeros = Buffer.alloc(300 * 2 ** 20, '0');
  const refused: readonly (readonly [string, () => Buffer, RegExp])[] = [
    [
      'an encrypted archive',
      () => zipFile([{ name: 'a.csv', content, isEncrypted: true }]),
      /is encrypted\. .*password/,
    ],
    [
      'an unknown method of packing',
      () => zipFile([{ name: 'a.csv', content, method: 12 }]),
      /method \(number 12\)/,
    ],
    ['a bomb', () => zipFile([{ name: 'a.csv', content: zeros }]), /unfold from .* to 300 MB.*fill the disk/],
    [
      'a member larger than it claims',
      () => zipFile([{ name: 'a.csv', content, claimedSize: 2 }]),
      /not a readable zip/,
    ],
    [
      'an archive that is cut short',
      () => zipFile([{ name: 'a.csv', content }]).subarray(0, 40),
      /not a readable zip/,
    ],
    ['an archive of nothing', () => zipFile([]), /holds no file to load/],
    ['an archive without logs', () => zipFile([{ name: 'a.pdf', content: '%PDF' }]), /holds no log.*a\.pdf/],
  ];
  for (const [what, archive, message] of refused) {
    it(`refuses ${what}, and leaves nothing behind`, async () => {
      await logs.write('bad.zip', archive());
      await assert.rejects(logs.load('bad.zip'), { name: 'DataError', code: 'unreadable-file', message });
      assert.deepEqual(await readdir(unpackFolder), []);
    });
  }
});
