import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { stringLiteral } from '../../src/kql/sql/literal.ts';
import { openWorkspace, type Workspace } from './logs.ts';

describe('loading CSV', () => {
  let logs: Workspace;
  beforeEach(async () => (logs = await openWorkspace()));
  afterEach(() => logs.close());

  it('finds the types in the text', async () => {
    await logs.write(
      'logs/My events.csv',
      'Flag,Count,Ratio,Code,When,Name,Empty\ntrue,1,1.5,007,2025-05-07T12:37:46.1234567Z,a,\nFALSE,-2,3,010,2025-05-07,,\n',
    );
    const loaded = await logs.load('logs/My events.csv');
    assert.equal(loaded.name, 'My_events');
    assert.equal(loaded.rows, 2);
    assert.deepEqual(logs.columns('My_events'), [
      'Flag:bool',
      'Count:long',
      'Ratio:real',
      'Code:string',
      'When:datetime',
      'Name:string',
      'Empty:string',
    ]);
    assert.deepEqual(await logs.engine.execute('FROM "My_events"'), [
      { Flag: true, Count: 1n, Ratio: 1.5, Code: '007', When: 638822182661234567n, Name: 'a', Empty: '' },
      { Flag: false, Count: -2n, Ratio: 3, Code: '010', When: 638821728000000000n, Name: '', Empty: '' },
    ]);
  });

  it('gives known tables their published types, whatever the file is called', async () => {
    await logs.write(
      'export.csv.gz',
      gzipSync('Timestamp,RemotePort,Extra\n"May 7, 2025 12:37:46 PM",445,9\n'),
    );
    await logs.load('export.csv.gz', { table: 'DeviceNetworkEvents' });
    assert.deepEqual(logs.columns('DeviceNetworkEvents'), [
      'Timestamp:datetime',
      'RemotePort:int',
      'Extra:long',
    ]);
    assert.deepEqual(await logs.rows('SELECT "Timestamp"::VARCHAR FROM "DeviceNetworkEvents"'), [
      ['638822182660000000'],
    ]);
    await logs.write('CloudAppEvents.csv', 'AdditionalFields\n"{""a"":1}"\nplain\n""\n');
    await logs.load('CloudAppEvents.csv', { table: 'Cloud' });
    assert.deepEqual(await logs.rows('SELECT AdditionalFields::VARCHAR FROM "Cloud"'), [
      ['{"a":1}'],
      ['"plain"'],
      [null],
    ]);
  });

  it('says where the table came from', async () => {
    const text = 'a\n1\n';
    await logs.write('a.csv', text);
    const { sources } = await logs.load('./a.csv');
    assert.deepEqual(sources, [
      { path: 'a.csv', sha256: createHash('sha256').update(text).digest('hex'), sizeBytes: 4, rows: 1 },
    ]);
  });

  it('reports a ragged row with its line, keeps it, and loads the others', async () => {
    await logs.write('r.csv', 'a,b\n1,"x\ny"\n2\n3,"p""q"\n4,5,6\n\n7,z\n');
    const loaded = await logs.load('r.csv');
    assert.deepEqual(await logs.rows('FROM "r"'), [
      [1, 'x\ny'],
      [3, 'p"q'],
      [7, 'z'],
    ]);
    assert.equal(loaded.rejects.count, 2);
    assert.deepEqual(loaded.rejects.first, [
      { file: 'r.csv', line: 4, reason: 'The row has 1 values, the header has 2 columns.' },
      { file: 'r.csv', line: 6, reason: 'The row has 3 values, the header has 2 columns.' },
    ]);
    assert.deepEqual(logs.columns('r_rejects'), ['file:string', 'line:long', 'reason:string', 'raw:string']);
    assert.deepEqual(await logs.rows('SELECT line, raw FROM "r_rejects"'), [
      [4, '2'],
      [6, '4,5,6'],
    ]);
  });

  it('loses one row to a quote that never closes, not the rest of the file', async () => {
    await logs.write('q.csv', 'a,b\n1,x\n2,"open\n3,y\n4,"z"w\n5,"ok"\n');
    const loaded = await logs.load('q.csv');
    assert.deepEqual(await logs.rows('FROM "q"'), [
      [1, 'x'],
      [3, 'y'],
      [5, 'ok'],
    ]);
    assert.deepEqual(
      loaded.rejects.first.map(({ line }) => line),
      [3, 5],
    );
  });

  it('rejects a value that does not convert to a published type', async () => {
    await logs.write(
      'DeviceNetworkEvents.csv',
      'Timestamp,RemotePort\n2025-05-07,1\n2025-05-07,99999999999\nsoon,2\n,\n',
    );
    const loaded = await logs.load('DeviceNetworkEvents.csv');
    assert.equal(loaded.rows, 2);
    assert.deepEqual(loaded.rejects.first, [
      {
        file: 'DeviceNetworkEvents.csv',
        line: 3,
        reason: `The value '99999999999' of column RemotePort is not a int.`,
      },
      {
        file: 'DeviceNetworkEvents.csv',
        line: 4,
        reason: `The value 'soon' of column Timestamp is not a datetime.`,
      },
    ]);
  });

  it('looks at every row where the first ones mislead', async () => {
    const rows = Array.from({ length: 25_000 }, (_unused, i) => `${i},${i < 24_000 ? '' : i},x`);
    await logs.write('late.csv', `Id,Late,Text\n${rows.join('\n')}\nN/A,1.5,x\n`);
    const loaded = await logs.load('late.csv');
    assert.deepEqual(logs.columns('late'), ['Id:string', 'Late:real', 'Text:string']);
    assert.deepEqual([loaded.rows, loaded.rejects.count], [25_001, 0]);
  });

  it('finds the separator, and takes the one it is told', async () => {
    await logs.write('semi.csv', 'a;b\n1,5;x,y\n2,5;z,w\n');
    await logs.load('semi.csv');
    assert.deepEqual(logs.columns('semi'), ['a:string', 'b:string']);
    await logs.write('tab.tsv', 'a\tb,c\n1\t2\n');
    await logs.load('tab.tsv');
    assert.deepEqual(logs.columns('tab'), ['a:long', 'b,c:long']);
    await logs.write('caret.csv', 'a^b\n1^2\n');
    await logs.load('caret.csv', { delimiter: '^' });
    assert.deepEqual(logs.columns('caret'), ['a:long', 'b:long']);
    await logs.write('one.csv', 'only\nx\ny\n');
    assert.equal((await logs.load('one.csv')).rows, 2);
  });

  it('reads a header alone, CRLF, a byte order mark and UTF-16', async () => {
    await logs.write('head.csv', 'a,b');
    assert.deepEqual(
      [(await logs.load('head.csv')).rows, logs.columns('head')],
      [0, ['a:string', 'b:string']],
    );
    await logs.write('crlf.csv', '\ufeffa,b\r\n1,"x\r\ny"\r\n2\r\n');
    const crlf = await logs.load('crlf.csv');
    assert.deepEqual(await logs.rows('FROM "crlf"'), [[1, 'x\r\ny']]);
    assert.deepEqual(crlf.rejects.first[0]?.line, 4);
    await logs.write('wide.csv', Buffer.from('\ufeffName,N\r\nZoë,1\r\n', 'utf16le'));
    const wide = await logs.load('wide.csv');
    assert.deepEqual(await logs.rows('FROM "wide"'), [['Zoë', 1]]);
    assert.deepEqual(wide.notices, ['wide.csv is encoded as UTF-16LE; it was read as such.']);
  });

  it('names a repeated and a missing heading, and says so', async () => {
    await logs.write('dup.csv', 'a,a,,A\n1,2,3,4\n');
    const loaded = await logs.load('dup.csv');
    assert.deepEqual(logs.columns('dup'), ['a:long', 'a1:long', 'Column3:long', 'A:long']);
    assert.deepEqual(await logs.rows('FROM "dup"'), [[1, 2, 3, 4]]);
    assert.equal(loaded.notices.length, 2);
  });

  it('unites files of different columns by name', async () => {
    await logs.write('d/one.csv', 'a,b\n1,x\n');
    await logs.write('d/two.csv', 'b,c\ny,2.5\nz\n');
    const loaded = await logs.load('d/*.csv', { table: 'T' });
    assert.deepEqual(logs.columns('T'), ['a:long', 'b:string', 'c:real']);
    assert.deepEqual(await logs.rows('FROM "T"'), [
      [1, 'x', null],
      [null, 'y', 2.5],
    ]);
    assert.deepEqual(
      loaded.sources.map(({ path, rows }) => [path, rows]),
      [
        ['d/one.csv', 1],
        ['d/two.csv', 1],
      ],
    );
    assert.deepEqual(loaded.rejects.first[0]?.file, 'd/two.csv');
  });

  it('reads zstd, and finds the broken row in it', async () => {
    const plain = await logs.write('z.csv', 'a,b\n1,"x"\n\n2\n3,y\n');
    await logs.engine.importTables(async (files) => {
      await files.execute(
        `COPY (FROM read_csv(${stringLiteral(plain)}, columns = {'l': 'VARCHAR'}, delim = '\u0001', quote = '', header = false, auto_detect = false))
         TO ${stringLiteral(`${plain}.zst`)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0001', NULLSTR '', COMPRESSION zstd)`,
      );
      return [];
    });
    const loaded = await logs.load('z.csv.zst');
    assert.deepEqual(await logs.rows('FROM "z"'), [
      [1, 'x'],
      [3, 'y'],
    ]);
    assert.deepEqual(
      loaded.rejects.first.map(({ line }) => line),
      [4],
    );
  });

  it('reports bytes as it goes and stops when told', async () => {
    await logs.write('big.csv', `a,b\n${'1,"x"\n'.repeat(200_000)}`);
    const seen: number[] = [];
    let total = 0;
    await logs.load('big.csv', {
      onProgress: ({ doneBytes, totalBytes }) => {
        seen.push(doneBytes);
        total = totalBytes;
      },
    });
    assert.equal(seen.at(-1), total);
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
    await assert.rejects(logs.load('big.csv', { signal: AbortSignal.abort() }), { name: 'AbortError' });
    const stop = new AbortController();
    await assert.rejects(
      logs.load('big.csv', { signal: stop.signal, table: 'Stopped', onProgress: () => stop.abort() }),
      { name: 'AbortError' },
    );
    assert.deepEqual(logs.columns('Stopped'), []);
    assert.deepEqual(await logs.rows('SELECT count(*) FROM "big"'), [[200_000]]);
  });

  it('gives back any rows that were written as CSV', async () => {
    const cell = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\0\r\u0001]/g, ' '));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), async (rows) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        // The `k:` keeps texts from reading as numbers.
        const lines = rows.map(([a, b]) => `${quoted(`k:${a}`)},${quoted(`k:${b}`)}`);
        await logs.write('p.csv', `a,b\n${lines.join('\n')}\n`);
        const loaded = await logs.load('p.csv');
        assert.equal(loaded.rejects.count, 0);
        assert.deepEqual(
          await logs.rows('FROM "p"'),
          rows.map(([a, b]) => [`k:${a}`, `k:${b}`]),
        );
      }),
      { numRuns: 6 },
    );
  });
});
