import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { correlateProcessesStep } from '../../src/steps/correlateProcesses.ts';
import { findScansStep } from '../../src/steps/findScans.ts';
import { loadStep } from '../../src/steps/load.ts';
import { mapTtpsStep } from '../../src/steps/mapTtps.ts';
import { openWorkbench } from '../steps/support/workbench.ts';
import type { Row, Workbench } from '../steps/support/workbench.ts';
import { sampleFiles } from './generate.ts';

const folder = fileURLToPath(new URL('../../media/samples/port-scan/', import.meta.url));
const tables = ['DeviceNetworkEvents', 'DeviceProcessEvents', 'DeviceFileEvents'];

describe('the sample day', () => {
  it('is what the generator writes, about 50,000 rows in small files', async () => {
    const files = sampleFiles();
    assert.deepEqual(
      files.map(({ name }) => name),
      tables,
    );
    let sizeBytes = 0;
    for (const { name, content } of files) {
      const shipped = await readFile(`${folder}logs/${name}.csv.gz`);
      sizeBytes += shipped.length;
      // Compressed bytes differ between versions of zlib; the text does not.
      assert.ok(
        gunzipSync(shipped).equals(gunzipSync(content)),
        `${name} is not what \`npm run sample\` writes`,
      );
    }
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    assert.ok(rows > 45_000 && rows < 55_000, `${rows} rows`);
    assert.ok(sizeBytes < 1.5 * 1024 ** 2, `${sizeBytes} bytes`);
  });

  it('tells the same story with any other background', () => {
    const [network] = sampleFiles(1);
    const text = network ? gunzipSync(network.content).toString('utf8') : '';
    assert.ok(text.includes('2025-05-07T12:37:46.3178130Z'));
  });
});

describe('the hunt on the sample day', () => {
  let bench: Workbench;
  let scans: readonly Row[];
  let suspects: readonly Row[];

  before(async function () {
    this.timeout(120_000);
    bench = await openWorkbench();
    const load = Object.fromEntries(tables.map((name) => [name, `logs/${name}.csv.gz`]));
    const args = loadStep.arguments.parse(load);
    await loadStep.run(args, { engine: bench.engine, folder, allowPath: () => Promise.resolve(true) });
    scans = await bench.run(findScansStep, { exclude: ['10.0.0.42'] }, 'Scans');
    suspects = await bench.run(correlateProcessesStep, { with: 'Scans', top: 50 }, 'Suspects');
  });
  after(() => bench.dispose());

  it('finds every scan of the day and names no quiet host', async () => {
    const all = await bench.run(findScansStep, {});
    assert.deepEqual(all.map((scan) => [scan['Source'], scan['Kind'], scan['Severity']]).sort(), [
      ['10.0.0.42', 'block', 'high'],
      ['10.0.0.42', 'horizontal', 'medium'],
      ['10.0.0.5', 'block', 'high'],
    ]);
  });

  it('is left with the incident when the licensed scanner is excluded', () => {
    assert.equal(scans.length, 1);
    const [scan] = scans;
    assert.equal(scan?.['DeviceName'], 'windows-target-1');
    assert.equal(scan['FirstSeen'], '2025-05-07T12:37:46.3178130Z');
    assert.deepEqual([scan['Ports'], scan['LongestPortRun'], scan['Attempts']], [1024, 1024, 4603]);
  });

  it('ranks portscan.ps1 first, and the agent and the administrators clearly lower', () => {
    const [first] = suspects;
    assert.equal(first?.['FileName'], 'powershell.exe');
    assert.match(JSON.stringify(first['ProcessCommandLine']), /-File C:\\\\programdata\\\\portscan\.ps1"$/);
    assert.match(JSON.stringify(first['Reasons']), /opened \d+ of the device's \d+ connections/);
    const score = (match: RegExp): number =>
      Math.max(
        ...suspects.filter((row) => match.test(JSON.stringify(row))).map((row) => Number(row['Score'])),
      );
    assert.ok(Number(first['Score']) >= 95);
    assert.ok(score(/inventory\.ps1/) <= Number(first['Score']) - 40);
    assert.ok(score(/adm-hartmann/) <= Number(first['Score']) - 40);
  });

  it('maps the techniques of the incident, suspected ones marked', async () => {
    const also = [
      { technique: 'T1086', status: 'confirmed' },
      { technique: 'T1053' },
      { technique: 'T1485', status: 'potential' },
    ];
    const rows = await bench.run(mapTtpsStep, { from: ['Scans', 'Suspects'], also });
    assert.deepEqual(
      rows.map((row) => [row['Technique'], row['Status']]),
      [
        ['T1053', 'suspected'],
        ['T1053.005', 'suspected'],
        ['T1059.001', 'confirmed'],
        ['T1059.003', 'confirmed'],
        ['T1046', 'confirmed'],
        ['T1485', 'potential'],
      ],
    );
  });

  it('answers the published queries of such a hunt', async () => {
    const failures = await bench.query(`DeviceNetworkEvents
      | where DeviceName == "windows-target-1" | where ActionType == "ConnectionFailed"
      | summarize ConnectionCount = count() by DeviceName, ActionType, LocalIP, RemoteIP | order by ConnectionCount`);
    assert.deepEqual(
      failures.slice(0, 5).map((row) => row['ConnectionCount']),
      [1018, 1018, 1018, 1018, 1],
    );

    const processes = await bench.query(`let specificTime = datetime(2025-05-07T12:37:46.317813Z);
      DeviceProcessEvents
      | where Timestamp between ((specificTime - 10m) .. (specificTime + 10m)) | where DeviceName == "windows-target-1"
      | order by Timestamp desc | project Timestamp, FileName, InitiatingProcessCommandLine`);
    assert.ok(
      processes.some((row) => JSON.stringify(row['InitiatingProcessCommandLine']).includes('portscan.ps1')),
    );
  });
});
