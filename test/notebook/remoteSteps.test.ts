/** Detection steps on a server that speaks Kusto's protocol: what they find lands here, and joins with what is here. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellOutcome } from '../../src/notebook/cell.ts';
import { serveFiles, type ServedFolder } from '../serve/kustoClient.ts';
import { openSession, rowsOf, type Opened } from './sessionFixture.ts';

const start = Date.parse('2025-05-07T12:00:00Z');
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

const network = [
  'Timestamp,DeviceName,ActionType,LocalIP,LocalPort,RemoteIP,RemotePort,Protocol,InitiatingProcessFileName,InitiatingProcessId,InitiatingProcessCreationTime',
  ...Array.from(
    { length: 120 },
    (_unused, port) =>
      `${at(60 + port / 2)},pc1,ConnectionFailed,10.0.0.5,${50_000 + port},10.0.0.9,${port + 1},Tcp,powershell.exe,700,${at(30)}`,
  ),
  ...Array.from(
    { length: 40 },
    (_unused, minute) =>
      `${at(minute * 60)},pc2,ConnectionSuccess,10.0.0.6,${40_000 + minute},203.0.113.9,443,Tcp,beacon.exe,800,${at(1)}`,
  ),
].join('\n');

const processes = [
  'Timestamp,DeviceName,AccountName,AccountDomain,AccountSid,FileName,FolderPath,ProcessId,ProcessCreationTime,ProcessCommandLine,ProcessIntegrityLevel,InitiatingProcessFileName,InitiatingProcessId,InitiatingProcessCreationTime,InitiatingProcessCommandLine',
  `${at(10)},pc1,system,nt authority,S-1-5-18,cmd.exe,C:\\Windows\\System32\\cmd.exe,600,${at(10)},cmd.exe /c start,System,services.exe,4,${at(-900)},services.exe`,
  `${at(30)},pc1,system,nt authority,S-1-5-18,powershell.exe,C:\\Windows\\System32\\powershell.exe,700,${at(30)},powershell.exe -ExecutionPolicy Bypass -File C:\\ProgramData\\portscan.ps1,System,cmd.exe,600,${at(10)},cmd.exe /c start`,
  `${at(-40_000)},pc1,ann,corp,S-1-5-21-1,outlook.exe,C:\\Office\\outlook.exe,500,${at(-40_000)},outlook.exe,Medium,explorer.exe,90,${at(-50_000)},explorer.exe`,
].join('\n');

/** Each step with what it publishes; later ones read what earlier ones found. */
const steps: readonly string[] = [
  'find-scans:\n  in: DeviceNetworkEvents\n  kinds: [vertical]\nas: Scans',
  'find-beacons:\n  in: DeviceNetworkEvents\nas: Beacons',
  'correlate-processes:\n  with: Scans\n  within: 10m\nas: Suspects',
  'process-tree:\n  of: Suspects\nas: Tree',
  'privileged-scripts: {}\nas: Scripts',
  'match-indicators:\n  indicators: [203.0.113.9]\n  in: DeviceNetworkEvents\nas: Matches',
  'timeline:\n  from: [Scans, Suspects]\nas: Story',
  `baseline:\n  in: DeviceProcessEvents\n  item: FileName\n  learn: { from: ${at(-50_000)}, to: ${at(-100)} }\n  hunt: { from: ${at(-100)}, to: ${at(9000)} }\nas: Unusual`,
  'tune-alert:\n  of: Scans\nas: Curve',
  'map-ttps:\n  from: [Scans, Suspects]\nas: Techniques',
  'detect:\n  rules: rules\nas: Hits',
];

const rule = `title: PowerShell as SYSTEM
id: 11111111-1111-4111-8111-111111111111
level: high
logsource: { category: process_creation, product: windows }
detection:
  selection: { Image|endswith: '\\powershell.exe' }
  condition: selection
`;

const told = (outcome: CellOutcome): string =>
  outcome.status === 'ok' ? outcome.notices.join('\n') : JSON.stringify(outcome);

describe('detection steps on a server', () => {
  let served: ServedFolder;
  let there: Opened;

  before(async () => {
    served = await serveFiles({ 'DeviceNetworkEvents.csv': network, 'DeviceProcessEvents.csv': processes });
    there = await openSession(undefined, {
      allowUrl: () => Promise.resolve(true),
      tokens: { token: () => Promise.resolve(served.server.token) },
    });
    await mkdir(join(there.folder, 'rules'));
    await writeFile(join(there.folder, 'rules', 'powershell.yml'), rule);
    const connected = await there.run(
      'hunt',
      `connect: { to: kusto, cluster: '${served.server.url}', database: logs }`,
    );
    assert.equal(connected.status, 'ok', told(connected));
  });
  after(async () => {
    await there.close();
    await served.close();
  });

  for (const step of steps) {
    const [verb = ''] = step.split(':');
    it(`${verb} runs there`, async () => {
      const outcome = await there.run('hunt', step);
      const rows = await rowsOf(outcome);
      assert.ok(Array.isArray(rows) && rows.length > 0, told(outcome));
      const provenance = outcome.status === 'ok' ? outcome.results[0]?.provenance : undefined;
      assert.match(provenance?.engine ?? '', /^Kusto \(127\.0\.0\.1:\d+\/logs\)$/);
      const notices = outcome.status === 'ok' ? outcome.notices : [];
      assert.equal(new Set(notices).size, notices.length, 'a sentence is told twice');
    });
  }

  it('what they found is here, and joins', async () => {
    await writeFile(join(there.folder, 'Owners.csv'), 'DeviceName,Owner\npc1,ann\npc2,bob\n');
    await there.run('hunt', 'load: Owners.csv');
    const joined = await there.run(
      'kql',
      '// engine: local\nScans | join kind=inner Owners on DeviceName | join kind=inner Suspects on DeviceName | distinct DeviceName, Owner',
    );
    assert.deepEqual(await rowsOf(joined), [['pc1', 'ann']]);
  });
});
