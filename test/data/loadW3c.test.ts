/** W3C extended logs of IIS and of others. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { unixEpochTicks } from '../../src/kql/time/ticks.ts';
import { openWorkspace, type Workspace } from './logs.ts';

const time = `strftime(make_timestamp((TimeGenerated - ${unixEpochTicks}) // 10), '%Y-%m-%dT%H:%M:%S.%g')`;

describe('W3C extended logs', () => {
  let logs: Workspace;
  before(async () => (logs = await openWorkspace()));
  after(() => logs.close());

  it('shows those of IIS as W3CIISLog, whose fields may change in the middle', async () => {
    const log = [
      '#Software: Microsoft Internet Information Services 10.0',
      '#Version: 1.0',
      '#Date: 2024-05-01 00:00:00',
      '#Fields: date time s-ip cs-uri-stem cs-uri-query s-port cs-username cs(User-Agent) sc-status time-taken',
      '2024-05-01 00:00:01 10.0.0.1 /a+b q=1+2 443 CORP\\John+Doe Mozilla/5.0+(compatible;+Bot/2.1;++http://bot.example/) 200 15',
      '2024-05-01 00:00:02 10.0.0.1 / - 443 - "x 404 slow',
      'short row',
      '#Software: Microsoft Internet Information Services 10.0',
      '#Fields: date time cs-method x-own sc-status',
      '2024-05-02 00:00:01.5 POST zz 500',
    ].join('\r\n');
    // A log in use ends in the room that was made for it.
    await logs.write('u_ex.log', Buffer.concat([Buffer.from(`${log}\r\n`), Buffer.alloc(50_000)]));
    const loaded = await logs.load('u_ex.log');
    assert.deepEqual(
      await logs.rows(
        `SELECT ${time}, sIP, csMethod, csUriStem, csUriQuery, sPort, csUserName, csUserAgent, scStatus, TimeTaken, "x-own" FROM u_ex`,
      ),
      [
        [
          ...['2024-05-01T00:00:01.000', '10.0.0.1', '', '/a+b', 'q=1+2', 443, 'CORP\\John Doe'],
          ...['Mozilla/5.0 (compatible; Bot/2.1; +http://bot.example/)', '200', 15, ''],
        ],
        ['2024-05-02T00:00:01.500', '', 'POST', '', '', null, '', '', '500', null, 'zz'],
      ],
    );
    assert.deepEqual(loaded.rejects.first, [
      { file: 'u_ex.log', line: 6, reason: "The value 'slow' of column TimeTaken is not a long." },
      { file: 'u_ex.log', line: 7, reason: 'The row has 2 values, the header has 10 fields.' },
    ]);
    assert.ok(logs.columns('u_ex').includes('csReferer:string'), 'columns that this log lacks are there');
  });

  it('keeps the names that other products give, and finds their types', async () => {
    await logs.write(
      'pfirewall.log',
      '#Version: 1.5\n#Software: Microsoft Windows Firewall\n#Time Format: Local\n#Fields: date time action src-ip dst-port info\n\n2024-05-01 10:00:00 DROP 10.0.0.1 445 -\n',
    );
    const loaded = await logs.load('pfirewall.log');
    assert.deepEqual(logs.columns('pfirewall'), [
      'TimeGenerated:datetime',
      'action:string',
      'src-ip:string',
      'dst-port:long',
      'info:string',
    ]);
    assert.match(loaded.notices.join(), /times are local.*read as UTC/);
  });

  it('reads quoted values, a day that only the header names, tabs, and the commas of Exchange', async () => {
    await logs.write(
      'proxy.log',
      '#Software: SGOS\n#Date: 2024-05-01 10:00:00\n#Fields: time c-ip cs(User-Agent)\n10:00:01 1.2.3.4 "Mozilla 5.0 ""x"""\n10:99:01 1.2.3.4 -\n',
    );
    const loaded = await logs.load('proxy.log');
    assert.deepEqual(await logs.rows(`SELECT ${time}, "cs(User-Agent)" FROM proxy`), [
      ['2024-05-01T10:00:01.000', 'Mozilla 5.0 "x"'],
    ]);
    assert.match(loaded.rejects.first[0]?.reason ?? '', /'2024-05-01 10:99:01' is none/);
    await logs.write('tabs.log', '#Fields: date time x-note\n2024-05-01\t10:00:01\ta b\n');
    await logs.load('tabs.log');
    assert.deepEqual(await logs.rows('SELECT "x-note" FROM tabs'), [['a b']]);
    await logs.write(
      'MSGTRK.LOG',
      '\ufeff#Software: Microsoft Exchange Server\n#Fields: date-time,message-subject,size\n2024-05-01T00:00:01.123Z,"a ""b"", c",12\n2024-05-01T00:00:02Z,,13\n',
    );
    await logs.load('MSGTRK.LOG');
    assert.deepEqual(await logs.rows(`SELECT ${time}, "message-subject", size FROM MSGTRK`), [
      ['2024-05-01T00:00:01.123', 'a "b", c', 12],
      ['2024-05-01T00:00:02.000', '', 13],
    ]);
  });

  it('refuses a log without its header when told that it is one', async () => {
    await logs.write('cut.log', '2024-05-01 10:00:00 GET /\n');
    await assert.rejects(logs.load('cut.log', { format: 'w3c' }), {
      code: 'no-columns',
      message: /no `#Fields:` line/,
    });
  });

  it('gives back any rows that were written', async () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .map((text) => `v${text.replace(/[\s\0]/g, '')}`);
    const row = fc.tuple(fc.integer({ min: 0, max: 4_000_000_000 }), fc.option(value), value);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        const lines = rows.map(([second, a, b]) => {
          const [date, clock] = new Date(second * 1000).toISOString().slice(0, 19).split('T');
          return `${date} ${clock} ${a ?? '-'} "${b.replaceAll('"', '""')} "`;
        });
        await logs.write('p.log', `#Fields: date time x-a x-b\n${lines.join('\n')}\n`);
        const quotes = rows.some(([, a]) => a?.startsWith('"') === true);
        assert.ok(!quotes);
        const loaded = await logs.load('p.log');
        assert.deepEqual([loaded.rows, loaded.rejects.count], [rows.length, 0]);
        assert.deepEqual(
          await logs.engine.execute('SELECT TimeGenerated AS t, "x-a" AS a, "x-b" AS b FROM p'),
          rows.map(([second, a, b]) => ({
            t: unixEpochTicks + BigInt(second) * 10_000_000n,
            a: a ?? '',
            b: `${b} `,
          })),
        );
      }),
      { numRuns: 5 },
    );
  });
});
