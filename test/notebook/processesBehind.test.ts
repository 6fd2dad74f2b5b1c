import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellOutcome } from '../../src/notebook/cell.ts';
import { openSession, type Opened } from './sessionFixture.ts';

const sysmon = { Hostname: 'PC1', Channel: 'Microsoft-Windows-Sysmon/Operational' };
const at = (second: number): string => new Date(Date.UTC(2024, 4, 1, 10, 0, second)).toISOString();
const utc = (second: number): string => at(second).replace('T', ' ').replace('Z', '');

function started(second: number, id: number, name: string, parent: readonly [number, string]): object {
  return {
    ...sysmon,
    '@timestamp': at(second),
    UtcTime: utc(second),
    EventID: 1,
    ProcessGuid: `{${id}-${second}}`,
    ProcessId: String(id),
    Image: `C:\\Temp\\${name}`,
    CommandLine: `${name} -File C:\\Temp\\scan.ps1`,
    User: 'CORP\\Ann',
    ParentProcessId: String(parent[0]),
    ParentProcessGuid: `{${parent[0]}-0}`,
    ParentImage: `C:\\Temp\\${parent[1]}`,
  };
}

function did(second: number, id: number, started: number, EventID: number, more: object): object {
  return {
    ...sysmon,
    '@timestamp': at(second),
    UtcTime: utc(second),
    EventID,
    ProcessGuid: `{${id}-${started}}`,
    ProcessId: String(id),
    Image: 'C:\\Temp\\powershell.exe',
    User: 'CORP\\Ann',
    ...more,
  };
}

const connection = {
  SourceIp: '10.0.0.5',
  DestinationIp: '10.0.0.9',
  DestinationPort: '445',
  Initiated: 'true',
};

/** The words of a result's column; empty where there is no such result. */
async function column(outcome: CellOutcome, at: number, name: string): Promise<readonly unknown[]> {
  if (outcome.status !== 'ok') throw new Error(JSON.stringify(outcome));
  const table = outcome.results[at]?.table;
  if (table === undefined) return [];
  const index = table.columns.findIndex((each) => each.name === name);
  const { rows } = await table.page({ offset: 0, limit: 100 });
  return rows.map((row) => row[index]);
}

describe('correlate-processes in a notebook', () => {
  let opened: Opened;
  before(async () => {
    opened = await openSession();
    const events = [
      started(0, 60, 'word.exe', [4, 'explorer.exe']),
      started(10, 100, 'powershell.exe', [60, 'word.exe']),
      started(12, 200, 'whoami.exe', [100, 'powershell.exe']),
      did(20, 100, 10, 3, connection),
      did(21, 100, 10, 3, connection),
      did(22, 100, 10, 11, { TargetFilename: 'C:\\Temp\\loot.zip' }),
      // The same id again: another process, whose file is its own.
      started(40, 100, 'calc.exe', [60, 'word.exe']),
      did(41, 100, 40, 11, { TargetFilename: 'C:\\Temp\\other.txt' }),
    ];
    await writeFile(
      join(opened.folder, 'events.ndjson'),
      events.map((event) => JSON.stringify(event)).join('\n'),
    );
    await opened.run('hunt', 'load:\n  Events: events.ndjson');
    await opened.run('kql', `print DeviceName = "PC1", Timestamp = datetime(${at(20)}) | as Alerts`);
  });
  after(() => opened.close());

  const correlate = (more = ''): Promise<CellOutcome> =>
    opened.run('hunt', `correlate-processes:\n  with: Alerts\n  within: 15s\n${more}as: Suspects`);

  it('shows the tree of the best under the ranking, with what lenses know that it did', async () => {
    const outcome = await correlate();
    assert.equal((await column(outcome, 0, 'FileName'))[0], 'powershell.exe');
    assert.deepEqual(await column(outcome, 1, 'Node'), [
      'explorer.exe (4)',
      'word.exe (60)',
      'powershell.exe (100)',
      'whoami.exe (200)',
      'ConnectionSuccess 10.0.0.9:445',
      'FileCreated C:\\Temp\\loot.zip',
    ]);
    const notices = outcome.status === 'ok' ? outcome.notices.join('\n') : '';
    assert.match(notices, /DeviceFileEvents shows Events/);
    assert.deepEqual(await column(await opened.run('kql', 'Suspects | take 1'), 0, 'Rank'), [1]);
    const findings = outcome.status === 'ok' ? outcome.findings : [];
    assert.deepEqual(
      findings.map(({ title, totalRows }) => [title, totalRows]),
      [['Processes behind the activity', 2]],
    );
  });

  it('shows the process that is chosen, by its place or its id, or none', async () => {
    const chosen = async (process: string): Promise<unknown> => {
      const outcome = await correlate(`  process: ${process}\n`);
      const places = await column(outcome, 1, 'IsChosen');
      return (await column(outcome, 1, 'Node'))[places.indexOf(true)];
    };
    assert.equal(await chosen('2'), 'whoami.exe (200)');
    assert.equal(await chosen('{ id: 200, device: pc1 }'), 'whoami.exe (200)');
    assert.equal(await chosen('null'), undefined);
    const none = await correlate('  process: { id: 999 }\n');
    assert.match(
      none.status === 'ok' ? none.notices.join('\n') : '',
      /There is no tree: the ranking has no process with the id 999/,
    );
  });

  it('says of a device without processes that the log cannot answer', async () => {
    await opened.run('kql', `print DeviceName = "PC9", Timestamp = datetime(${at(20)}) | as Elsewhere`);
    const outcome = await opened.run('hunt', 'correlate-processes:\n  with: Elsewhere');
    assert.match(
      outcome.status === 'ok' ? outcome.notices.join('\n') : '',
      /found nothing\. .*4 rows of `DeviceProcessEvents`, 0 of them started on a device of `Elsewhere`.*cannot answer the question: it has no process of a device that Elsewhere names\.$/,
    );
  });

  it('says what process-tree looked at when no log tells of the process', async () => {
    await opened.run(
      'kql',
      `print DeviceName = "PC1", ProcessId = 999, Timestamp = datetime(${at(20)}) | as Stranger`,
    );
    const outcome = await opened.run('hunt', 'process-tree:\n  of: Stranger');
    assert.match(
      outcome.status === 'ok' ? outcome.notices.join('\n') : '',
      /found nothing\. Looked at 1 row of `Stranger`.*4 rows of `DeviceProcessEvents`, 0 of them of an id that `Stranger` names/,
    );
  });
});
