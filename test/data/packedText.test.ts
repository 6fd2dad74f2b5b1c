import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { openWorkspace, type Workspace } from './logs.ts';
import { zipFile } from './zipFile.ts';

describe('packed text that is not UTF-8', () => {
  let logs: Workspace;
  before(async () => (logs = await openWorkspace()));
  after(() => logs.close());

  const text = `\ufeffName,Note\r\nZoë,"a\r\nb"\r\nĄ😀,c\r\n${'z,z\r\n'.repeat(60)}`;
  const utf16 = Buffer.from(text, 'utf16le');
  const expected = [
    ['Zoë', 'a\r\nb'],
    ['Ą😀', 'c'],
  ];

  /** Packs the bytes as one frame of zstd with a raw block (RFC 8878). */
  function zstd(bytes: Buffer): Buffer {
    const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x60, 0, 0, 0, 0, 0]);
    header.writeUInt16LE(bytes.length - 256, 5);
    header.writeUIntLE((bytes.length << 3) | 1, 7, 3);
    return Buffer.concat([header, bytes]);
  }

  for (const [name, bytes] of [
    ['UTF-16', utf16],
    ['UTF-16, the other byte order', Buffer.from(utf16).swap16()],
    ['UTF-16 without a mark', utf16.subarray(2)],
  ] as const) {
    it(`reads ${name} in gzip, zstd and zip`, async () => {
      await logs.write('w.csv.gz', gzipSync(bytes));
      await logs.write('w.csv.zst', zstd(bytes));
      await logs.write('w.zip', zipFile([{ name: 'w.csv', content: bytes }]));
      for (const path of ['w.csv.gz', 'w.csv.zst', 'w.zip']) {
        const loaded = await logs.load(path, { table: 'T' });
        assert.deepEqual(await logs.rows('FROM "T" LIMIT 2'), expected, path);
        assert.match(loaded.notices.join(), /UTF-16/, path);
        assert.deepEqual([loaded.rows, loaded.rejects.count], [62, 0], path);
      }
    });
  }

  it('finds the broken row of zstd text with bytes that are not UTF-8', async () => {
    const rows = Buffer.from(`a,b\n${'1,größe\n'.repeat(60)}2\n`);
    await logs.write('d.csv.zst', zstd(Buffer.concat([rows, Buffer.from([0x33, 0x2c, 0xff, 0x0a])])));
    const loaded = await logs.load('d.csv.zst', { table: 'T' });
    assert.deepEqual(
      loaded.rejects.first.map(({ line }) => line),
      [62],
    );
    assert.deepEqual(await logs.rows('SELECT b FROM "T" WHERE a = 3'), [['\ufffd']]);
  });
});
