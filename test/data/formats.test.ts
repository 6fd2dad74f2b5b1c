/** How formats are told apart, what hostile files do, and the page about them. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { DataError } from '../../src/data/dataError.ts';
import { hasKnownEnding, readers } from '../../src/data/readers/registry.ts';
import { openWorkspace, type Workspace } from './logs.ts';

const message = 'Oct 11 2023 22:14:15 h x: y\n';
const contents: Readonly<Record<string, readonly [string, string]>> = {
  zeek: ['#separator \\x09\n#fields\tts\ta\n#types\ttime\tstring\n1\tx\n', '_path'],
  w3c: ['#Version: 1.0\n#Fields: date a\n2024-05-01 x\n', 'TimeGenerated'],
  json: ['{"a":1,\n"b":2}', 'b'],
  ndjson: ['"cut":1}\n{"a":1}\n{"a":2}\n{"a":3}\n', 'a'],
  cef: [`Oct 11 2023 22:14:15 h CEF:0|V|P|1|id|n|3|src=1.1.1.1\n`, 'DeviceVendor'],
  syslog: [message, 'SyslogMessage'],
  csv: ['a;b\n1;2\n3;4\n', 'b'],
};

describe('formats', () => {
  let logs: Workspace;
  before(async () => (logs = await openWorkspace()));
  after(() => logs.close());

  for (const [format, [content, column]] of Object.entries(contents)) {
    it(`knows ${format} by its content, whatever the name and the packing`, async () => {
      for (const name of ['x.log', 'x.txt', 'x', 'x.1', 'x.2024-05-01', 'X.LOG.gz']) {
        await logs.write(name, name.endsWith('.gz') ? gzipSync(content) : content);
        await logs.load(name, { table: 'T' });
        assert.ok(
          logs.columns('T').some((each) => each.startsWith(`${column}:`)),
          name,
        );
      }
    });
  }

  it('refuses text of no known format rather than guess', async () => {
    for (const content of [
      'hello world\nthis is text\n',
      '2024-05-01 10:00:00,123 INFO started\n2024-05-01 10:00:01,456 INFO done\n',
      '[notice] a\n',
    ]) {
      await logs.write('notes.log', content);
      await assert.rejects(logs.load('notes.log'), { code: 'unknown-format', message: /one of .*syslog/ });
    }
  });

  it('finds logs beside a notebook by endings that mean or may mean a log', () => {
    for (const name of ['a.csv', 'a.log.gz', 'a.txt', 'a.evtx', 'a.zip', 'a.syslog', 'a.cef'])
      assert.ok(hasKnownEnding(name), name);
    for (const name of ['a', 'a.md', 'a.1', 'a.docx', 'a.gz']) assert.ok(!hasKnownEnding(name), name);
  });

  it('never loses a line of a log that is damaged anywhere', async () => {
    const good = [message, ...Object.values(contents).map(([content]) => content)].join('');
    const damage = fc.record({
      base: fc.constantFrom(...Object.values(contents).map(([content]) => content.repeat(3)), good),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      bytes: fc.uint8Array({ maxLength: 6 }),
      isCut: fc.boolean(),
      format: fc.constantFrom(...['zeek', 'w3c', 'json', 'ndjson', 'cef', 'syslog', 'csv', 'tsv'], undefined),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ base, at, bytes, isCut, format }) => {
        const text = Buffer.from(base);
        const place = Math.floor(at * text.length);
        await logs.write(
          'h.log',
          Buffer.concat([text.subarray(0, place), bytes, isCut ? Buffer.alloc(0) : text.subarray(place)]),
        );
        try {
          const { rows, rejects } = await logs.load('h.log', { table: 'H', format });
          assert.deepEqual(
            await logs.rows('SELECT (SELECT count(*) FROM H), (SELECT count(*) FROM H_rejects)'),
            [[rows, rejects.count]],
          );
        } catch (error) {
          assert.ok(error instanceof DataError, String(error));
        }
      }),
      { numRuns: 15 },
    );
  });

  it('keeps what stands around a line that is far too long', async () => {
    await logs.write('long.log', `${message}Oct 11 2023 22:14:15 h x: ${'y'.repeat(17_000_000)}\n${message}`);
    const loaded = await logs.load('long.log');
    assert.equal(loaded.rows, 2);
    assert.deepEqual(
      loaded.rejects.first.map(({ line, reason }) => [line, reason]),
      [[2, 'The line is longer than 16777216 characters.']],
    );
  });

  it('reads lines that end in different ways, and bytes that are no UTF-8', async () => {
    const lines = ['Oct 11 2023 22:14:15 h x: a\r\n', 'Oct 11 2023 22:14:15 h x: gr\u00fc\u00df\n', '\n'];
    await logs.write(
      'mixed.log',
      Buffer.concat([Buffer.from(lines.join('')), Buffer.from('Oct 11 2023 22:14:15 h x: \xff\n', 'latin1')]),
    );
    const loaded = await logs.load('mixed.log');
    assert.deepEqual(await logs.rows('SELECT SyslogMessage FROM mixed'), [
      ['a'],
      ['gr\u00fc\u00df'],
      ['\ufffd'],
    ]);
    assert.match(loaded.notices.join(), /bytes that are not UTF-8/);
  });

  it('are all on the page about them, with their endings', async () => {
    const page = await readFile(join(import.meta.dirname, '../../media/docs/log-formats.md'), 'utf8');
    for (const { format, endings, recognizes } of readers) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${format}\` |`)) ?? '';
      const [, , shownEndings = '', content = ''] = row.split(/(?<!\\)\|/);
      assert.deepEqual(shownEndings.match(/\.\w+/g) ?? [], endings, format);
      assert.equal(content.trim() !== '', recognizes !== undefined || format === 'tsv', format);
      assert.match(page, new RegExp(`^### .*\`${format}\``, 'm'));
    }
  });
});
