import assert from 'node:assert/strict';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CellOutcome } from '../../src/notebook/cell.ts';
import { openSession, rowsOf, type Opened } from './sessionFixture.ts';

const network =
  'Timestamp,DeviceName,RemotePort\n2025-05-07T12:00:00Z,host-1,22\n2025-05-07T12:00:01Z,host-2,23\n';

describe('logs beside the notebook', () => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await openSession();
  });
  afterEach(() => opened.close());

  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    const path = join(opened.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  };
  const noticesOf = (outcome: CellOutcome) => (outcome.status === 'ok' ? outcome.notices : outcome);

  it('give their table to a KQL cell that names it, with a notice, the file and its hash', async () => {
    await write('logs/DeviceNetworkEvents.csv.gz', gzipSync(network));
    const outcome = await opened.run('kql', 'DeviceNetworkEvents | where RemotePort == 22 | count');
    assert.deepEqual(await rowsOf(outcome), [[1]]);
    assert.deepEqual(noticesOf(outcome), [
      'No cell loads DeviceNetworkEvents; it was loaded from logs/DeviceNetworkEvents.csv.gz.',
    ]);
    assert.ok(outcome.status === 'ok');
    assert.deepEqual(
      outcome.loaded.map(({ name, rows }) => [name, rows]),
      [['DeviceNetworkEvents', 2]],
    );
    assert.match(outcome.results[0]?.provenance.sources[0]?.sha256 ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual(noticesOf(await opened.run('kql', 'DeviceNetworkEvents')), []);
  });

  it('stand in the folder itself or in logs/, the folder first', async () => {
    await write('Logons.csv', 'a\n1\n');
    await write('logs/Logons.csv', 'a\n2\n');
    await write('logs/Files.ndjson', '{"a":3}\n');
    assert.deepEqual(await rowsOf(await opened.run('kql', 'union Logons, Files | sort by a asc')), [
      [1],
      [3],
    ]);
  });

  it('serve let statements, joins, quoted names, sql cells and steps alike', async () => {
    await write('My_Log.csv', 'a\n1\n');
    await write('Other.csv', 'a\n1\n');
    await write('Third.csv', 'a\n7\n');
    assert.deepEqual(
      await rowsOf(await opened.run('kql', "let L = ['My_Log']; L | join kind=inner Other on a | count")),
      [[1]],
    );
    assert.deepEqual(await rowsOf(await opened.run('sql', 'select a from Third')), [[7]]);
    await write(
      'logs/DeviceNetworkEvents.csv',
      'Timestamp,DeviceName,LocalIP,RemoteIP,RemotePort,ActionType\n',
    );
    const scans = await opened.run('hunt', 'find-scans:\n  in: DeviceNetworkEvents\n');
    assert.deepEqual(await rowsOf(scans), []);
    assert.match(JSON.stringify(noticesOf(scans)), /loaded from logs\/DeviceNetworkEvents\.csv/);
  });

  it('are left alone while a table of the name is known', async () => {
    await write('Ports.csv', 'Port\n1\n');
    await opened.run('kql', 'datatable (Port: int) [443] | as Ports');
    assert.deepEqual(await rowsOf(await opened.run('kql', 'Ports')), [[443]]);
  });

  it('are an error at the name when two could be meant', async () => {
    await write('Logons.csv', 'a\n1\n');
    await write('Logons.json', '[{"a":2}]');
    const outcome = await opened.run('kql', 'print 1; Logons');
    assert.ok(outcome.status === 'failed');
    const [error] = outcome.errors;
    assert.equal(error?.code, 'ambiguous-log');
    assert.match(error.message, /Logons\.csv and Logons\.json/);
    assert.deepEqual([error.start, error.length], [9, 6]);
  });

  it('are an error at the name when they cannot be read', async () => {
    await write('Logons.csv', '');
    const outcome = await opened.run('kql', 'Logons | count');
    assert.ok(outcome.status === 'failed');
    assert.equal(outcome.errors[0]?.code, 'empty-file');
    assert.deepEqual([outcome.errors[0].start, outcome.errors[0].length], [0, 6]);
    assert.deepEqual(await rowsOf(await opened.run('kql', 'print 1')), [[1]]);
  });

  it('never lie outside the folder', async () => {
    const outside = await openSession();
    try {
      await writeFile(join(outside.folder, 'Secret.csv'), 'a\n1\n');
      await symlink(join(outside.folder, 'Secret.csv'), join(opened.folder, 'Secret.csv'));
      assert.match(String(await rowsOf(await opened.run('kql', 'Secret'))), /path-not-allowed/);
      await rm(join(opened.folder, 'Secret.csv'));
      await symlink(outside.folder, join(opened.folder, 'logs'));
      assert.match(String(await rowsOf(await opened.run('kql', 'Secret'))), /path-not-allowed/);
    } finally {
      await outside.close();
    }
  });

  it('tell of rows that cannot be read', async () => {
    await write('Logons.csv', 'a,b\n1,2\n3\n');
    const outcome = await opened.run('kql', 'Logons | count');
    assert.match(
      JSON.stringify(noticesOf(outcome)),
      /1 row of Logons could not be read.*Logons\.csv, line 3/,
    );
  });

  it('are no mistake in the editor, and complete', async () => {
    await write('logs/DeviceNetworkEvents.csv', network);
    await write('Custom.csv', 'a\n1\n');
    const diagnose = async (text: string) =>
      (await opened.session.diagnose({ language: 'kql', text })).map(({ code }) => code);
    assert.deepEqual(await diagnose('DeviceNetworkEvents | where RemotePort == 22'), []);
    assert.deepEqual(await diagnose('Custom | where a == 1'), []);
    assert.equal((await diagnose('Custom | where (a == 1')).length, 1);
    assert.equal((await diagnose('Custum | where a == 1')).length, 1);
    assert.deepEqual(
      await opened.session.diagnose({ language: 'hunt', text: 'find-scans:\n  in: DeviceNetworkEvents' }),
      [],
    );
    const table = opened.session.schema().tables.find(({ name }) => name === 'DeviceNetworkEvents');
    assert.ok(table?.columns.some(({ name }) => name === 'RemotePort'));
  });
});
