import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectStep } from '../../src/steps/detect.ts';
import { StepError } from '../../src/steps/step.ts';
import { runPrepared, type PreparedRun } from './support/preparedStep.ts';
import { openWorkbench, type Row, type Workbench } from './support/workbench.ts';

const failedLogon = `title: Failed logon
id: 5d1b2c3e-0000-4000-8000-000000000001
name: failed_logon
level: low
logsource: { product: windows, service: security }
detection: { s: { EventID: 4625 }, condition: s }
`;
const logon = `title: Logon
id: 5d1b2c3e-0000-4000-8000-000000000002
level: informational
logsource: { product: windows, service: security }
detection: { s: { EventID: 4624 }, condition: s }
`;
const guessing = (correlation: string, more = ''): string =>
  `title: Guessing\nid: guess\nlevel: high\ntags: [attack.t1110, attack.credential-access]\n${more}correlation:\n${correlation}`;

const fiveFailures = `  type: event_count
  rules: [failed_logon]
  group-by: [TargetUserName, Computer]
  timespan: 10m
  condition: { gte: 5 }
`;

describe('detect with correlation rules', () => {
  let bench: Workbench;
  let folder: string;
  before(async () => {
    bench = await openWorkbench();
    folder = await mkdtemp(join(tmpdir(), 'hunt-correlated-'));
    const row = (minute: number, EventID: number, TargetUserName: string, Computer = 'dc1'): Row => ({
      TimeGenerated: new Date(Date.UTC(2024, 4, 1, 10, minute)).toISOString(),
      EventID,
      TargetUserName,
      Computer,
      IpAddress: `10.0.0.${minute % 4}`,
    });
    await bench.table(
      'SecurityEvent',
      {
        TimeGenerated: 'datetime',
        EventID: 'int',
        TargetUserName: 'string',
        Computer: 'string',
        IpAddress: 'string',
      },
      [
        // Guessed within the time, and then the guess was right.
        ...[0, 2, 4, 6, 10].map((minute) => row(minute, 4625, 'ann')),
        row(12, 4624, 'ann'),
        // As many, a minute too slow.
        ...[0, 2, 4, 6, 11].map((minute) => row(minute, 4625, 'bob')),
        // One too few, and as many on two devices.
        ...[1, 2, 3, 4].map((minute) => row(minute, 4625, 'cy')),
        ...[0, 1, 2].flatMap((minute) => [row(minute, 4625, 'dee', 'dc1'), row(minute, 4625, 'dee', 'dc2')]),
        // Signed in before, not after.
        row(0, 4624, 'cy'),
      ],
    );
  });
  after(async () => {
    await bench.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function detect(rules: Readonly<Record<string, string>>, more: object = {}): Promise<PreparedRun> {
    const place = await mkdtemp(join(folder, 'rules-'));
    for (const [name, text] of Object.entries(rules)) await writeFile(join(place, name), text);
    return runPrepared(bench, detectStep, { rules: '.', ...more }, { folder: place });
  }
  const objects = ({ rows }: PreparedRun): unknown[] => rows.map(({ Object: object }) => object);

  it('counts events of a rule in another file, by name, and tells the incident', async () => {
    const { rows, notices } = await detect({ 'a.yml': guessing(fiveFailures), 'b.yml': failedLogon });
    assert.deepEqual(rows, [
      {
        Timestamp: '2024-05-01T10:00:00.0000000Z',
        DeviceName: 'dc1',
        Severity: 'high',
        RuleTitle: 'Guessing',
        Level: 'high',
        Tactics: 'Credential Access',
        Techniques: 'T1110',
        Process: '',
        CommandLine: '',
        ParentProcess: '',
        Account: '',
        Object: 'TargetUserName: ann, Computer: dc1',
        Table: 'SecurityEvent',
        RuleId: 'guess',
        RuleFile: 'a.yml',
        LastSeen: '2024-05-01T10:10:00.0000000Z',
        Count: 5,
      },
    ]);
    assert.match(
      notices[0] ?? '',
      /Read 2 rules: 1 compiled, 1 only part of correlations\. 1 of 1 ran, over `SecurityEvent`/,
    );
  });

  it('gives the rules that a correlation names rows of their own only where it says so', async () => {
    const both = await detect({
      'a.yml': guessing(`${fiveFailures}  generate: true\n`),
      'b.yml': failedLogon,
    });
    const titles = both.rows.map(({ RuleTitle }) => RuleTitle);
    assert.equal(titles.filter((title) => title === 'Failed logon').length, 20);
    assert.equal(titles.filter((title) => title === 'Guessing').length, 1);
    const [alone] = both.rows.filter(({ RuleTitle }) => RuleTitle === 'Failed logon');
    assert.deepEqual([alone?.['LastSeen'], alone?.['Count']], [alone?.['Timestamp'], 1]);
    assert.deepEqual(
      both.rows.map(({ Timestamp }) => Timestamp),
      both.rows.map(({ Timestamp }) => Timestamp).sort(),
    );
  });

  it('counts values, and rules in any order or in order, by id and through aliases', async () => {
    const values = `  type: value_count\n  rules: [failed_logon]\n  group-by: [TargetUserName]\n  timespan: 1h\n  condition: { field: IpAddress, gte: 4 }\n`;
    const byValues = await detect({ 'a.yml': guessing(values), 'b.yml': failedLogon });
    assert.deepEqual(objects(byValues), ['TargetUserName: cy']);
    assert.deepEqual(
      byValues.rows.map(({ Count }) => Count),
      [4],
    );
    const names = `  rules: [failed_logon, 5d1b2c3e-0000-4000-8000-000000000002]\n  group-by: [who]\n  timespan: 15m\n  aliases:\n    who:\n      failed_logon: TargetUserName\n      5d1b2c3e-0000-4000-8000-000000000002: TargetUserName\n`;
    const files = { 'b.yml': failedLogon, 'c.yml': logon };
    const near = await detect({ 'a.yml': guessing(`  type: temporal\n${names}`), ...files });
    assert.deepEqual(objects(near).sort(), ['who: ann', 'who: cy']);
    const ordered = await detect({ 'a.yml': guessing(`  type: temporal_ordered\n${names}`), ...files });
    assert.deepEqual(objects(ordered), ['who: ann']);
  });

  it('keeps the statements of several correlations apart', async () => {
    const values = `  type: value_count\n  rules: [failed_logon]\n  group-by: [TargetUserName]\n  timespan: 1h\n  condition: { field: IpAddress, gte: 4 }\n`;
    const { rows } = await detect({
      'a.yml': guessing(values),
      'b.yml': guessing(values.replace('gte: 4', 'gte: 3')).replace('title: Guessing', 'title: "It\'s\\n3"'),
      'c.yml': failedLogon,
      'd.yml': logon,
    });
    assert.deepEqual(
      ['Guessing', "It's\n3", 'Logon'].map(
        (title) => rows.filter(({ RuleTitle }) => RuleTitle === title).length,
      ),
      [1, 3, 2],
    );
  });

  it('finds nothing in nothing', async () => {
    const { rows } = await detect({
      'a.yml': guessing(fiveFailures.replace('gte: 5', 'gte: 500')),
      'b.yml': failedLogon,
    });
    assert.deepEqual(rows, []);
  });

  it('refuses a reference that leads nowhere, at its line, and runs the others', async () => {
    const lost = guessing(fiveFailures.replace('[failed_logon]', '[failed_login]'));
    const { rows, notices } = await detect({ 'a.yml': lost, 'b.yml': failedLogon });
    assert.equal(rows.length, 20);
    assert.match(
      notices.join('\n'),
      /Refused \(missing-rule\): Guessing \(a\.yml, line 7\): There is no rule with the name or id `failed_login`\. Did you mean `failed_logon`\?/,
    );
    await assert.rejects(
      detect({ 'a.yml': lost }),
      (error) => error instanceof StepError && /a\.yml, line 7/.test(error.message),
    );
  });

  it('refuses a field that no table of the rule has, and one that refers to itself', async () => {
    const noField = guessing(fiveFailures.replace('TargetUserName', 'Shoe'));
    await assert.rejects(
      detect({ 'a.yml': noField, 'b.yml': failedLogon }),
      /`Shoe` is not in SecurityEvent/,
    );
    const circle = guessing(fiveFailures.replace('[failed_logon]', '[guess]'));
    await assert.rejects(detect({ 'a.yml': circle }), /refers to itself|None of/);
  });

  it('tells where a correlated rule has no data', async () => {
    const elsewhere = failedLogon.replace(
      'product: windows, service: security',
      'product: linux, service: sshd',
    );
    const { notices } = await detect({ 'a.yml': guessing(fiveFailures), 'b.yml': elsewhere, 'c.yml': logon });
    assert.match(notices.join('\n'), /1 rules have no data here: 1 linux sshd/);
  });
});
