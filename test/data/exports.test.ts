/** Exports of services and portals: JSON that holds its rows inside, and dialects of CSV. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { openWorkspace, type Workspace } from './logs.ts';

const json = JSON.stringify;

describe('JSON exports', () => {
  let logs: Workspace;
  before(async () => (logs = await openWorkspace()));
  after(() => logs.close());

  const twoRows: readonly (readonly [string, string])[] = [
    ['Microsoft Graph', json({ schema: [{ name: 'a', type: 'Int64' }], results: [{ a: 1 }, { a: 2 }] })],
    ['a Graph list', json({ '@odata.context': 'x', value: [{ a: 1 }, { a: 2 }] })],
    [
      'Log Analytics',
      json({ tables: [{ name: 'PrimaryResult', columns: [{ name: 'a', type: 'long' }], rows: [[1], [2]] }] }),
    ],
    [
      'Kusto, version 1',
      json({
        Tables: [
          { TableName: 'Table_0', Columns: [{ ColumnName: 'a', DataType: 'Int64' }], Rows: [[1], [2]] },
          { TableName: 'Table_1', Columns: [{ ColumnName: 'Value', DataType: 'String' }], Rows: [['{}']] },
        ],
      }),
    ],
    [
      'Kusto, version 2',
      json([
        { FrameType: 'DataSetHeader', Version: 'v2.0' },
        {
          FrameType: 'DataTable',
          TableKind: 'QueryProperties',
          Columns: [{ ColumnName: 'x' }],
          Rows: [['y']],
        },
        {
          FrameType: 'DataTable',
          TableKind: 'PrimaryResult',
          Columns: [{ ColumnName: 'a' }],
          Rows: [[1], [2]],
        },
      ]),
    ],
    [
      'Elasticsearch',
      json({
        took: 1,
        hits: { total: 2, hits: [1, 2].map((a) => ({ _index: 'i', _id: `${a}`, _source: { a } })) },
      }),
    ],
    ['Elasticsearch dumps', [1, 2].map((a) => json({ _index: 'i', _id: `${a}`, _source: { a } })).join('\n')],
    ['Splunk', json({ preview: false, results: [{ a: 1 }, { a: 2 }], messages: [{ type: 'INFO' }] })],
    [
      'Splunk, a result a line',
      [1, 2].map((a) => json({ preview: false, offset: a, result: { a } })).join('\n'),
    ],
    ['CloudTrail', json({ Records: [{ a: 1 }, { a: 2 }] })],
    [
      'CloudTrail, files put together',
      `${json({ Records: [{ a: 1 }] })}\n${json({ Records: [{ a: 2 }] })}\n`,
    ],
    ['a portal with its own key', json({ MyAlerts: [{ a: 1 }, { a: 2 }], count: 2 })],
    [
      'objects over several lines each',
      `${JSON.stringify({ a: 1 }, null, 2)}\n${JSON.stringify({ a: 2 }, null, 2)}`,
    ],
    ['a download that broke off', '{"count":3,"value":[{"a":1},\n{"a":2},\n{"a":'],
  ];
  for (const [what, text] of twoRows) {
    it(`takes the rows out of ${what}`, async () => {
      await logs.write('answer.json', text);
      await logs.load('answer.json');
      assert.deepEqual(await logs.rows('SELECT a FROM answer'), [[1], [2]]);
    });
  }

  it('keeps numbers of any length, dynamics, and the place of a document', async () => {
    await logs.write(
      'long.json.gz',
      gzipSync('\ufeff{"value":[{"id":9007199254740993,"x":{"y":[1]}},{"id":-9223372036854775808}]}'),
    );
    await logs.load('long.json.gz');
    assert.deepEqual(await logs.engine.execute('SELECT id, x::VARCHAR AS x FROM long'), [
      { id: 9_007_199_254_740_993n, x: '{"y":[1]}' },
      { id: -9_223_372_036_854_775_808n, x: null },
    ]);
    const columns = [
      { name: 'd', type: 'dynamic' },
      { name: 's', type: 'string' },
    ];
    await logs.write('la.json', json({ tables: [{ name: 'T', columns, rows: [['{"a":1}', '{"a":1}']] }] }));
    await logs.load('la.json');
    assert.deepEqual(logs.columns('la'), ['d:dynamic', 's:string']);
    await logs.write('hit.json', json({ _index: 'win', _id: '7', _source: { EventID: 1 } }));
    await logs.load('hit.json', { format: 'ndjson' });
    assert.deepEqual(logs.columns('hit'), ['EventID:long', '_index:string', '_id:string']);
  });

  it('takes an event with a list in it for the event that it is', async () => {
    await logs.write('event.json', json({ EventID: 1, hashes: [{ sha1: 'a' }], Image: 'x' }));
    await logs.load('event.json');
    assert.deepEqual(logs.columns('event'), ['EventID:long', 'hashes:dynamic', 'Image:string']);
  });

  it('rejects the broken one of several files at its own line', async () => {
    await logs.write('n1.ndjson', '{"a":1}\n{"a":\n');
    await logs.write('n2.ndjson', '{"a":2}\n\n{"b":\n');
    const loaded = await logs.load(['n1.ndjson', 'n2.ndjson'], { table: 'N' });
    assert.deepEqual(
      loaded.rejects.first.map(({ file, line }) => [file, line]),
      [
        ['n1.ndjson', 2],
        ['n2.ndjson', 3],
      ],
    );
    assert.deepEqual(await logs.rows('SELECT a FROM N'), [[1], [2]]);
  });

  it('reads UTF-16 with and without a mark', async () => {
    const text = `${json({ a: 'é' })}\r\n${json({ a: 'z' })}\r\n`;
    await logs.write('wide.ndjson', Buffer.from(`\ufeff${text}`, 'utf16le'));
    await logs.load('wide.ndjson');
    await logs.write('swapped.ndjson', Buffer.from(text, 'utf16le').swap16());
    await logs.load('swapped.ndjson');
    for (const table of ['wide', 'swapped']) {
      assert.deepEqual(await logs.rows(`SELECT a FROM ${table}`), [['é'], ['z']]);
    }
  });
});

describe('dialects of CSV', () => {
  let logs: Workspace;
  before(async () => (logs = await openWorkspace()));
  after(() => logs.close());

  it('heeds the line that names the separator for Excel', async () => {
    for (const [name, text] of [
      ['sep1', '\ufeffsep=;\r\na;b,c\r\n1;"x\r\ny"\r\n'],
      ['sep2', '"sep=|"\na|b,c\n1|"x\r\ny"\n'],
    ] as const) {
      await logs.write(`${name}.csv`, text);
      await logs.load(`${name}.csv`);
      assert.deepEqual(logs.columns(name), ['a:long', 'b,c:string']);
      assert.deepEqual(await logs.rows(`FROM ${name}`), [[1, 'x\r\ny']]);
    }
    await logs.write('sep3.csv', 'sep=;\na;b\n1\n2;y\n');
    const loaded = await logs.load('sep3.csv');
    assert.deepEqual([loaded.rows, loaded.rejects.first[0]?.line], [1, 3]);
  });

  it("reads the Azure portal's headings and its times of English browsers", async () => {
    await logs.write(
      'portal.csv',
      '"TimeGenerated [UTC]","StartTime [Local Time]",EventID\n"5/1/2024, 10:00:00.123 AM","12/31/2024, 12:00:00 AM",1\n"12/31/2024, 11:00:00.5\u202fPM",,2\n',
    );
    const loaded = await logs.load('portal.csv');
    assert.deepEqual(logs.columns('portal'), [
      'TimeGenerated:datetime',
      'StartTime:datetime',
      'EventID:long',
    ]);
    assert.deepEqual(await logs.engine.execute('SELECT TimeGenerated AS t FROM portal'), [
      { t: 638_501_544_001_230_000n },
      { t: 638_712_828_005_000_000n },
    ]);
    assert.match(loaded.notices.join(), /times of StartTime in the time zone of whoever exported it/);
  });

  it('heeds the offset in a time', async () => {
    await logs.write(
      'zones.csv',
      't\n2024-05-01T10:00:00+02:00\n2024-05-01T04:00:00.0000001-0400\n2024-05-01T08:00:00Z\n',
    );
    await logs.load('zones.csv');
    assert.deepEqual(await logs.engine.execute('SELECT t FROM zones'), [
      { t: 638_501_472_000_000_000n },
      { t: 638_501_472_000_000_001n },
      { t: 638_501_472_000_000_000n },
    ]);
  });

  it('leaves a date as text where month and day could be either', async () => {
    await logs.write('day.csv', 'd\n05/01/2024 10:00:00\n05/25/2024 10:00:00\n');
    await logs.load('day.csv');
    assert.deepEqual(logs.columns('day'), ['d:string']);
  });

  it('reads UTF-16 of either order with any separator, and a line of ten million characters', async () => {
    await logs.write('be.csv', Buffer.from('\ufeffa;b\r\n1;é\r\n', 'utf16le').swap16());
    await logs.load('be.csv');
    assert.deepEqual(await logs.rows('FROM be'), [[1, 'é']]);
    await logs.write('wide.csv', `a,b\n1,${'x'.repeat(10_000_000)}\n2,y\n`);
    const loaded = await logs.load('wide.csv');
    assert.deepEqual([loaded.rows, loaded.rejects.count], [2, 0]);
  });
});
