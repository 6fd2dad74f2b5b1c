/** Syslog of RFC 3164 and RFC 5424, and the Common Event Format in and outside it. */
import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { unixEpochTicks } from '../../src/kql/time/ticks.ts';
import { openWorkspace, type Workspace } from './logs.ts';

const time = (column: string) =>
  `strftime(make_timestamp((${column} - ${unixEpochTicks}) // 10), '%Y-%m-%dT%H:%M:%S.%f')`;

describe('syslog', () => {
  let logs: Workspace;
  before(async () => (logs = await openWorkspace()));
  after(() => logs.close());

  it('reads RFC 5424 with its structured data', async () => {
    await logs.write(
      'a.log',
      [
        '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [ex@32473 iut="3" src="A\\]\\"b" ip="1" ip="2"][x] \ufeffAn event',
        '<34>1 2003-10-11T22:14:15.123456-07:00 192.0.2.1 su 77 - - hello [no data]',
        '<0>1 - - - - - -',
      ].join('\n'),
    );
    const loaded = await logs.load('a.log');
    assert.deepEqual([loaded.rejects.count, loaded.notices], [0, []]);
    assert.deepEqual(
      await logs.rows(
        `SELECT ${time('TimeGenerated')}, Computer, HostIP, Facility, SeverityLevel, ProcessName, ProcessID, MsgID,
           SyslogMessage, StructuredData::VARCHAR FROM a`,
      ),
      [
        [
          '2003-10-11T22:14:15.003000',
          ...['mymachine.example.com', '', 'local4', 'notice', 'evntslog', null, 'ID47', 'An event'],
          '{"ex@32473":{"iut":"3","src":"A]\\"b","ip":["1","2"]},"x":{}}',
        ],
        [
          '2003-10-12T05:14:15.123456',
          ...['192.0.2.1', '192.0.2.1', 'auth', 'crit', 'su', 77, '', 'hello [no data]', null],
        ],
        [null, '', '', 'kern', 'emerg', '', null, '', '', null],
      ],
    );
  });

  it('reads RFC 3164 as daemons and devices write it', async () => {
    await logs.write(
      'b.syslog',
      [
        `<34>Oct 11 2023 22:14:15 mymachine su: 'su root' failed`,
        'Oct 11 22:14:15 2023 web1 sshd[123]: Failed password: x',
        '2024-05-01T10:00:00.1234567+02:00 web2 app.name[x7]: y',
        '<189>29: *Mar  1 2024 18:48:50.483 UTC: %SYS-5-CONFIG_I: Configured',
        '2024-05-01T10:00:00Z ::1 last message repeated 2 times',
        '<13>only text',
      ].join('\n'),
    );
    const loaded = await logs.load('b.syslog');
    assert.equal(loaded.rejects.count, 0);
    assert.deepEqual(
      await logs.rows(
        `SELECT ${time('TimeGenerated')}, Computer, ProcessName, ProcessID, Facility, SyslogMessage FROM b`,
      ),
      [
        ['2023-10-11T22:14:15.000000', 'mymachine', 'su', null, 'auth', `'su root' failed`],
        ['2023-10-11T22:14:15.000000', 'web1', 'sshd', 123, '', 'Failed password: x'],
        ['2024-05-01T08:00:00.123456', 'web2', 'app.name[x7]', null, '', 'y'],
        ['2024-03-01T18:48:50.483000', '', '%SYS-5-CONFIG_I', null, 'local7', 'Configured'],
        ['2024-05-01T10:00:00.000000', '::1', '', null, '', 'last message repeated 2 times'],
        [null, '', '', null, 'user', 'only text'],
      ],
    );
  });

  it('gives times without a year the latest that the file can hold, and says so', async () => {
    const lines = ['Feb 29', 'Dec 31', 'Jan  5', 'Jan  7'].map((day) => `${day} 01:02:03 h x: y`).join('\n');
    const path = await logs.write('years.log', lines);
    const written = new Date('2023-01-05T12:00:00Z');
    await utimes(path, written, written);
    const loaded = await logs.load('years.log');
    assert.deepEqual(await logs.rows(`SELECT ${time('TimeGenerated')}[:10] FROM years`), [
      ['2020-02-29'],
      ['2022-12-31'],
      ['2023-01-05'],
      ['2022-01-07'],
    ]);
    assert.match(loaded.notices.join(), /years\.log name no year .*2023-01-05.*read as UTC/);
  });

  it('takes the year of a packed log from before it was packed', async () => {
    const packed = gzipSync('Jun  1 00:00:00 h x: y\n');
    packed.writeUInt32LE(Date.UTC(2019, 6, 1) / 1000, 4);
    await logs.write('old.log.gz', packed);
    await logs.load('old.log.gz');
    assert.deepEqual(await logs.rows(`SELECT ${time('TimeGenerated')}[:4] FROM old`), [['2019']]);
  });

  it('reads messages framed by their length, which may span lines', async () => {
    const messages = [
      '<34>1 2003-10-11T22:14:15Z h a 1 - - größe\nsecond',
      '<13>Oct 11 2023 22:14:15 h x: y\n',
    ];
    const framed = messages.map((message) => `${Buffer.byteLength(message)} ${message}`).join('');
    await logs.write('framed.log', `${framed}junk\n20 <13>cut`);
    const loaded = await logs.load('framed.log');
    assert.deepEqual(await logs.rows('SELECT SyslogMessage FROM framed'), [['größe\nsecond'], ['y']]);
    assert.deepEqual(
      loaded.rejects.first.map(({ line }) => line),
      [4, 5].map((line) => line - 1),
    );
  });

  it('rejects lines that are no messages, each with why', async () => {
    await logs.write(
      'bad.log',
      [
        'Oct 11 2023 22:14:15 h x: good',
        '\tat java.lang.Thread',
        '<200>Oct 11 2023 22:14:15 h x: y',
        '<14>1 2003-10-11T22:14:15Z h a p m [broken',
        'Feb 30 2023 22:14:15 h x: y',
        'Oct 11 2023 22:14:16 h x: good',
        'Oct 11 2023 22:14:17 h x: \u0000\u0001',
      ].join('\n'),
    );
    const loaded = await logs.load('bad.log');
    assert.equal(loaded.rows, 3);
    assert.deepEqual(
      loaded.rejects.first.map(({ line, reason }) => [line, reason.slice(0, 30)]),
      [
        [2, 'The line does not begin with t'],
        [3, 'The priority 200 is greater th'],
        [4, 'The line begins as RFC 5424 ha'],
        [5, "The time 'Feb 30 2023 22:14:15"],
      ],
    );
  });

  it('gives back any messages that were written', async () => {
    const word = fc.stringMatching(/^[!-~]{1,20}$/).filter((text) => text !== '-');
    const message = fc.record({
      priority: fc.integer({ min: 0, max: 191 }),
      millis: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      host: word,
      app: word,
      pid: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      data: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ unit: 'grapheme' }), { maxKeys: 3 }),
      text: fc.string({ unit: 'grapheme' }).map((text) => `m${text}`),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 30 }), async (messages) => {
        const lines = messages.map(({ priority, millis, host, app, pid, data, text }) => {
          const parameters = Object.entries(data).map(
            ([key, value]) => ` ${key}="${value.replace(/["\\\]]/g, '\\$&')}"`,
          );
          const written = `<${priority}>1 ${new Date(millis).toISOString()} ${host} ${app} ${pid} - [id${parameters.join('')}] ${text}`;
          return `${Buffer.byteLength(written)} ${written}`;
        });
        await logs.write('p.log', lines.join(''));
        const loaded = await logs.load('p.log');
        assert.deepEqual([loaded.rows, loaded.rejects.count], [messages.length, 0]);
        const back = await logs.engine.execute(
          'SELECT TimeGenerated AS t, Computer, ProcessName, ProcessID, StructuredData::VARCHAR AS d, SyslogMessage FROM p',
        );
        assert.deepEqual(
          back.map((row) => [...Object.values({ ...row, d: JSON.parse(String(row['d'])) as unknown })]),
          messages.map(({ millis, host, app, pid, data, text }) => [
            unixEpochTicks + BigInt(millis) * 10_000n,
            ...[host, app, pid, { id: { ...data } }, text],
          ]),
        );
      }),
      { numRuns: 5 },
    );
  });
});

describe('the Common Event Format', () => {
  let logs: Workspace;
  before(async () => (logs = await openWorkspace()));
  after(() => logs.close());

  it('fills the columns of CommonSecurityLog, from bare events and from syslog', async () => {
    await logs.write(
      'fw.log',
      [
        String.raw`CEF:0|Security|threat\|manager|1.0|100|worm \\ stopped|10|src=10.0.0.1 dst=2.1.2.2 spt=1232 msg=hello world \= it\\n \nnext act=blocked a b rt=Sep 19 2023 08:26:10.123 cs1Label=x y cs1=v foo.bar=zed`,
        'Sep 19 2023 08:26:10 fwhost CEF: 0|V|P|2|id|name|Low|spt=abc src=1.1.1.1 src=2.2.2.2 request=http://a/b?c=d&e=f cn1=99999999999 in=5',
        '<134>1 2023-09-19T08:26:10Z zhost app - - - CEF:0|V|P|1|x|y|3|rt=1695111970123 start=1695111970000',
        'CEF:0|V|P|1|x|y|3|',
      ].join('\n'),
    );
    const loaded = await logs.load('fw.log', { table: 'CommonSecurityLog' });
    assert.deepEqual([loaded.rows, loaded.rejects.count], [4, 0]);
    assert.deepEqual(
      await logs.rows(
        `SELECT ${time('TimeGenerated')}, Computer, DeviceProduct, Activity, SourceIP, SourcePort, Message, DeviceAction,
           DeviceCustomString1, AdditionalExtensions FROM CommonSecurityLog`,
      ),
      [
        [
          ...['2023-09-19T08:26:10.123000', '', 'threat|manager', 'worm \\ stopped', '10.0.0.1', 1232],
          ...['hello world = it\\n \nnext', 'blocked a b', 'v', 'foo.bar=zed'],
        ],
        // What does not fit a column, or has one already, stays among the other extensions.
        [
          ...['2023-09-19T08:26:10.000000', 'fwhost', 'P', 'name', '1.1.1.1', null, '', '', ''],
          'src=2.2.2.2;spt=abc',
        ],
        ['2023-09-19T08:26:10.123000', 'zhost', 'P', 'y', '', null, '', '', '', ''],
        [null, '', 'P', 'y', '', null, '', '', '', ''],
      ],
    );
    assert.deepEqual(
      await logs.rows(
        'SELECT RequestURL, DeviceCustomNumber1, FieldDeviceCustomNumber1, ReceivedBytes, StartTime IS NULL FROM CommonSecurityLog LIMIT 2 OFFSET 1',
      ),
      [
        ['http://a/b?c=d&e=f', null, 99_999_999_999, 5, true],
        ['', null, null, null, false],
      ],
    );
    const columns = logs.columns('CommonSecurityLog');
    assert.ok(
      columns.includes('DestinationHostName:string'),
      'columns that the file does not fill are there',
    );
  });

  it('rejects what is no event or half of one', async () => {
    await logs.write(
      'half.cef',
      'CEF:0|only|three\nplain\nCEF:0|V|P|1|x|y|3|src=1.1.1.1\nCEF:0|a|b|\nCEF:0|V|P|1|x|open \\|3|\n',
    );
    const loaded = await logs.load('half.cef');
    assert.equal(loaded.rows, 1);
    assert.deepEqual(
      loaded.rejects.first.map(({ line }) => line),
      [1, 2, 4, 5],
    );
  });

  it('gives back any events that were written', async () => {
    const text = fc.string({ unit: 'grapheme' }).map((raw) => `v${raw.replace(/[\0\u001e\u001f]/g, '')}v`);
    const event = fc.record({ name: text, msg: text, own: text, port: fc.integer({ min: 0, max: 65_535 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 30 }), async (events) => {
        const lines = events.map(
          ({ name, msg, own, port }) =>
            `CEF:0|V|P|1|id|${name.replace(/[\\|]/g, '\\$&').replace(/[\r\n]/g, ' ')}|5|msg=${value(msg)} own.key=${value(own)} spt=${port}`,
        );
        await logs.write('p.cef', `${lines.join('\n')}\n`);
        const loaded = await logs.load('p.cef');
        assert.deepEqual([loaded.rows, loaded.rejects.count], [events.length, 0]);
        assert.deepEqual(
          await logs.rows('SELECT Activity, Message, AdditionalExtensions, SourcePort FROM p'),
          events.map(({ name, msg, own, port }) => [
            name.replace(/[\r\n]/g, ' '),
            msg,
            `own.key=${own}`,
            port,
          ]),
        );
      }),
      { numRuns: 5 },
    );
  });
});

function value(text: string): string {
  return text.replace(/[\\=]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
