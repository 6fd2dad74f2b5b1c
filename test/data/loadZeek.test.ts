/** Zeek's own logs, and its JSON. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { Lenses } from '../../src/data/lenses/lenses.ts';
import { unixEpochTicks } from '../../src/kql/time/ticks.ts';
import { openWorkspace, type Workspace } from './logs.ts';

/** A published log; it stands beside a checkout of the project. */
const sample = join(import.meta.dirname, '../../../shared/datasets/zeek/lsass_campaign_05_conn.tsv.log.gz');

const settings = '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n';

function header(path: string, fields: Readonly<Record<string, string>>): string {
  const lines = [`#path\t${path}`, '#open\t2024-05-01-00-00-00'];
  lines.push(['#fields', ...Object.keys(fields)].join('\t'), ['#types', ...Object.values(fields)].join('\t'));
  return `${settings}${lines.join('\n')}\n`;
}

describe('Zeek logs', () => {
  let logs: Workspace;
  before(async () => (logs = await openWorkspace()));
  after(() => logs.close());

  it('names a rotated log by its stream', async () => {
    for (const name of [
      'conn.00:00:00-01:00:00.log',
      'conn.00_00_00-01_00_00.log',
      'conn.2024-05-01-00-00-00.log',
      'conn-2024-05-01_00.00.00.log',
    ]) {
      await logs.write(name, `${header('conn', { ts: 'time' })}0.1\n`);
      assert.equal((await logs.load(name)).name, 'conn', name);
    }
  });

  it('gives every Zeek type its Kusto type, exact to the digit', async () => {
    const fields = {
      ts: 'time',
      uid: 'string',
      'id.orig_h': 'addr',
      'id.orig_p': 'port',
      net: 'subnet',
      proto: 'enum',
      duration: 'interval',
      bytes: 'count',
      delta: 'int',
      ratio: 'double',
      ok: 'bool',
      re: 'pattern',
      tags: 'set[string]',
      sizes: 'vector[count]',
      gaps: 'vector[interval]',
    };
    const rows = [
      '1693975906.500310\tC1\t10.0.0.1\t443\t10.0.0.0/8\ttcp\t-0.000687\t18446744073\t-5\t1e-3\tT\t/x/\ta,b\\x2cc,-\t1,2\t0.25,-',
      '0.1\tC2\t::1\t0\t-\tudp\t90061.5\t0\t0\t2\tF\t-\t(empty)\t-\t1.5',
    ];
    await logs.write(
      'conn.log',
      `${header('conn', fields)}${rows.join('\n')}\n#close\t2024-05-01-01-00-00\n`,
    );
    const loaded = await logs.load('conn.log');
    assert.deepEqual([loaded.rows, loaded.rejects.count, loaded.notices], [2, 0, []]);
    assert.deepEqual(logs.columns('conn'), [
      'ts:datetime',
      'uid:string',
      'id.orig_h:string',
      'id.orig_p:int',
      'net:string',
      'proto:string',
      'duration:timespan',
      'bytes:long',
      'delta:long',
      'ratio:real',
      'ok:bool',
      're:string',
      'tags:dynamic',
      'sizes:dynamic',
      'gaps:dynamic',
      '_path:string',
    ]);
    const [first, second] = await logs.engine.execute('FROM conn');
    assert.deepEqual(Object.values(first ?? {}), [
      unixEpochTicks + 16_939_759_065_003_100n,
      'C1',
      '10.0.0.1',
      443,
      '10.0.0.0/8',
      'tcp',
      -6870n,
      18_446_744_073n,
      -5n,
      0.001,
      true,
      '/x/',
      '["a","b,c",null]',
      '[1,2]',
      '[0.25,null]',
      'conn',
    ]);
    assert.deepEqual(Object.values(second ?? {}), [
      unixEpochTicks + 1_000_000n,
      'C2',
      '::1',
      0,
      '',
      'udp',
      900_615_000_000n,
      0n,
      0n,
      2,
      false,
      '',
      '[]',
      null,
      '[1.5]',
      'conn',
    ]);
  });

  it('reads logs of several streams and layouts put one after another, cut off or not', async () => {
    const conn = `${header('conn', { ts: 'time', uid: 'string', port: 'port' })}1\tC1\t80\n`;
    const wider = `${header('conn', { ts: 'time', port: 'port', uid: 'string', svc: 'string' })}2\t81\tC2\tssl\n`;
    const dns = `${header('dns', { ts: 'time', uid: 'string', query: 'string' })}3\tC3\texample.com\n`;
    await logs.write('all.log', `${conn}#close\tx\n${conn}# a remark\n${wider}${dns}${conn}`);
    const loaded = await logs.load('all.log');
    assert.deepEqual([loaded.rows, loaded.rejects.count], [5, 0]);
    assert.deepEqual(await logs.rows('SELECT uid, port, svc, query, _path FROM "all"'), [
      ['C1', 80, '', '', 'conn'],
      ['C1', 80, '', '', 'conn'],
      ['C2', 81, 'ssl', '', 'conn'],
      ['C3', null, '', 'example.com', 'dns'],
      ['C1', 80, '', '', 'conn'],
    ]);
  });

  it('takes any separator and any marks of what is empty or unset', async () => {
    await logs.write(
      'other.log',
      '#separator |\n#set_separator|;\n#empty_field|NONE\n#unset_field|?\n#path|x\n#fields|ts|a|s\n#types|time|string|set[count]\n1|?|1;2\n2|NONE|NONE\n3|-|?\n',
    );
    await logs.load('other.log');
    assert.deepEqual(await logs.rows('SELECT a, s::VARCHAR FROM other'), [
      ['', '[1,2]'],
      ['', '[]'],
      ['-', null],
    ]);
  });

  it('rejects broken rows with their lines, and keeps their neighbours', async () => {
    const log = header('conn', { ts: 'time', n: 'count' });
    await logs.write('bad.log', `1\t2\n${log}1\t2\nsoon\t2\n3\tmany\n4\n5\t6\t7\n8\t9`);
    const loaded = await logs.load('bad.log');
    assert.equal(loaded.rows, 2);
    assert.deepEqual(
      loaded.rejects.first.map(({ line, reason }) => [line, reason]),
      [
        [1, 'No #fields line stands before this row.'],
        [11, "The value 'soon' of field ts is not a datetime."],
        [12, "The value 'many' of field n is not a long."],
        [13, 'The row has 1 values, the header has 2 fields.'],
        [14, 'The row has 3 values, the header has 2 fields.'],
      ],
    );
  });

  it('undoes the escapes of bytes, and keeps those that make no text', async () => {
    await logs.write(
      'esc.log',
      `${header('x', { ts: 'time', s: 'string' })}1\ta\\x09b\\xc3\\xa9 100% \\\\x41\n2\t\\xff\\x41\n3\t\\x2d\n`,
    );
    await logs.load('esc.log');
    assert.deepEqual(await logs.rows('SELECT s FROM esc'), [['a\tbé 100% \\x41'], ['\\xff\\x41'], ['-']]);
  });

  it('reads times of JSON logs, as numbers or ISO', async () => {
    await logs.write(
      'j.log',
      '{"ts":1588205199.82437,"uid":"C1","id.orig_h":"10.0.0.1","_path":"conn"}\n{"ts":"2020-04-30T00:06:39.824370Z","uid":"C2"}\n{"ts":"soon","uid":"C3"}\n',
    );
    const loaded = await logs.load('j.log');
    assert.deepEqual(logs.columns('j')[0], 'ts:datetime');
    assert.deepEqual(await logs.rows('SELECT DISTINCT ts::VARCHAR FROM j'), [['637238019998243700']]);
    assert.deepEqual(loaded.rejects.first[0]?.line, 3);
  });

  it('is the source of DeviceNetworkEvents', async () => {
    const fields = {
      ...{ ts: 'time', uid: 'string', 'id.orig_h': 'addr', 'id.orig_p': 'port', 'id.resp_h': 'addr' },
      ...{ 'id.resp_p': 'port', proto: 'enum', duration: 'interval', conn_state: 'string' },
    };
    await logs.write('flows.log', `${header('conn', fields)}1\tC1\t10.0.0.1\t5\t10.0.0.2\t445\ttcp\t-\tS0\n`);
    await logs.load('flows.log');
    const lenses = new Lenses(logs.engine, () => ['flows']);
    await lenses.make('DeviceNetworkEvents');
    assert.deepEqual(
      await logs.rows('SELECT ActionType, LocalIP, RemoteIP, RemotePort, Protocol FROM DeviceNetworkEvents'),
      [['ConnectionFailed', '10.0.0.1', '10.0.0.2', 445, 'Tcp']],
    );
  });

  it('gives back any rows that were written', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).map((raw) => raw.replaceAll('\0', ' '));
    const row = fc.tuple(
      fc.integer({ min: 0, max: 4_000_000_000_000_000 }),
      fc.option(text),
      fc.option(fc.array(text, { maxLength: 3 })),
      fc.option(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        const fields = { ts: 'time', s: 'string', l: 'vector[string]', i: 'interval' };
        const lines = rows.map(([micros, s, list, interval]) =>
          [
            seconds(micros),
            s === null ? '-' : escaped(s),
            list === null ? '-' : list.length === 0 ? '(empty)' : list.map(escaped).join(','),
            interval === null ? '-' : seconds(interval),
          ].join('\t'),
        );
        await logs.write('p.log', `${header('p', fields)}${lines.join('\n')}\n`);
        const loaded = await logs.load('p.log');
        assert.equal(loaded.rejects.count, 0);
        const back = await logs.engine.execute('SELECT ts, s, l::VARCHAR AS l, i FROM p');
        assert.deepEqual(
          back.map(({ ts, s, l, i }) => [ts, s, l === null ? null : (JSON.parse(String(l)) as unknown), i]),
          rows.map(([micros, s, list, interval]) => [
            unixEpochTicks + BigInt(micros) * 10n,
            s ?? '',
            list,
            interval === null ? null : BigInt(interval) * 10n,
          ]),
        );
      }),
      { numRuns: 5 },
    );
  });

  it('reads a published log', async function () {
    if (!existsSync(sample)) {
      console.log(`      skipped: the published log is not at ${sample}`);
      this.skip();
    }
    await logs.write('published.log.gz', await readFile(sample));
    const loaded = await logs.load('published.log.gz');
    assert.deepEqual([loaded.rows, loaded.rejects.count], [895, 0]);
    assert.deepEqual(await logs.rows('SELECT min(ts)::VARCHAR, count(DISTINCT uid) FROM published'), [
      ['638295727065003100', 895],
    ]);
  });
});

/** Microseconds as Zeek writes seconds. */
function seconds(micros: number): string {
  const digits = String(Math.abs(micros)).padStart(7, '0');
  return `${micros < 0 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** A text as Zeek writes it: bytes that mean something to the format, and all of a text that would be a mark. */
function escaped(text: string): string {
  const isMark = text === '-' || text === '(empty)';
  return Array.from(text, (sign) => {
    if (sign === '\\') return '\\\\';
    if (!isMark && sign >= ' ' && sign !== ',' && sign !== '\u007f') return sign;
    return Array.from(Buffer.from(sign), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  }).join('');
}
