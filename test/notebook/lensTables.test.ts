import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSession, rowsOf, type Opened } from './sessionFixture.ts';

const creation = {
  '@timestamp': '2024-05-01T10:00:00.000Z',
  Hostname: 'PC1',
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  EventID: 1,
  ProcessGuid: '{1}',
  ProcessId: '100',
  Image: 'C:\\Windows\\System32\\whoami.exe',
  CommandLine: 'whoami /all',
  User: 'CORP\\Ann',
  ParentImage: 'C:\\Windows\\System32\\cmd.exe',
};

describe('tables that a lens makes', () => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await openSession();
    await writeFile(join(opened.folder, 'events.ndjson'), JSON.stringify(creation));
    await opened.run('hunt', 'load:\n  Events: events.ndjson');
  });
  afterEach(() => opened.close());

  it('are there for a query that names them, which says where they come from', async () => {
    const outcome = await opened.run('kql', 'DeviceProcessEvents | project FileName, ProcessCommandLine');
    assert.deepEqual(await rowsOf(outcome), [['whoami.exe', 'whoami /all']]);
    assert.deepEqual(outcome.status === 'ok' && outcome.notices, [
      'DeviceProcessEvents shows Events (Sysmon 1, Security 4688).',
    ]);
  });

  it('are known to the editor before: their columns are offered and checked', async () => {
    assert.ok(opened.session.schema().tables.some(({ name }) => name === 'DeviceProcessEvents'));
    const good = await opened.session.diagnose({
      language: 'kql',
      text: 'DeviceProcessEvents | where FileName == ""',
    });
    assert.deepEqual(good, []);
    const [bad] = await opened.session.diagnose({
      language: 'kql',
      text: 'DeviceProcessEvents | where FileNam == ""',
    });
    assert.ok(bad?.suggestions?.includes('FileName'));
  });

  it('serve a detection step', async () => {
    await opened.run('kql', 'DeviceProcessEvents | project Timestamp, DeviceName | as Seen');
    const outcome = await opened.run('hunt', 'correlate-processes:\n  with: Seen\n  within: 10m\nas: Ranked');
    assert.equal(outcome.status, 'ok');
    assert.deepEqual(await rowsOf(await opened.run('kql', 'Ranked | project FileName')), [['whoami.exe']]);
  });

  it('are a result that took the name, once there is one', async () => {
    await opened.run('kql', 'print A = 1 | as DeviceProcessEvents');
    assert.deepEqual(await rowsOf(await opened.run('kql', 'DeviceProcessEvents')), [[1]]);
  });
});
