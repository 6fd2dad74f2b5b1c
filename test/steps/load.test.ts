import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalEngine } from '../../src/engine/local/localEngine.ts';
import { openLocalEngine } from '../../src/engine/local/openLocalEngine.ts';
import { loadStep } from '../../src/steps/load.ts';

describe('the load step', () => {
  let root: string;
  let folder: string;
  let engine: LocalEngine;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'hunt-load-'));
    folder = join(root, 'notebook');
    await mkdir(join(folder, 'logs'), { recursive: true });
    await writeFile(join(folder, 'logs', 'Logons.csv'), 'a,b\n1,x\n2\n');
    await writeFile(join(folder, 'logs', 'Files.csv'), 'a,b\n3,y\n');
    await writeFile(join(folder, 'piped.log'), 'a|b\n4|z\n');
    engine = await openLocalEngine({ folder: join(root, 'session'), threads: 1 });
  });
  after(async () => {
    await engine.dispose();
    await rm(root, { recursive: true, force: true });
  });

  const run = (args: unknown) =>
    loadStep.run(loadStep.arguments.parse(args), { engine, folder, allowPath: () => Promise.resolve(false) });
  const shapes = async (args: unknown) => (await run(args)).loaded.map(({ name, rows }) => `${name}:${rows}`);

  it('names tables after their files, or as told', async () => {
    assert.deepEqual(await shapes('logs/Logons.csv'), ['Logons:1']);
    assert.deepEqual(await shapes(['logs/Logons.csv', 'logs/Files.csv']), ['Logons:1', 'Files:1']);
    assert.deepEqual(await shapes('logs/*.csv'), ['Files:1', 'Logons:1']);
    assert.deepEqual(await shapes('logs'), ['Files:1', 'Logons:1']);
    assert.deepEqual(await shapes({ All: 'logs/' }), ['All:2']);
    assert.deepEqual(await shapes({ All: 'logs/*.csv', Two: ['logs/Files.csv'] }), ['All:2', 'Two:1']);
    assert.deepEqual(await shapes({ Piped: { path: 'piped.log', format: 'csv', delimiter: '|' } }), [
      'Piped:1',
    ]);
  });

  it('tells of rows that it could not read', async () => {
    const { notices } = await run('logs/Logons.csv');
    assert.deepEqual(notices, [
      '1 row of Logons could not be read and stand in the table Logons_rejects. The first: logs/Logons.csv, line 3: ' +
        'The row has 1 values, the header has 2 columns.',
    ]);
  });

  it('points at the argument that is wrong', async () => {
    const fails = (args: unknown, code: string, path: readonly (string | number)[]) =>
      assert.rejects(run(args), { name: 'StepError', code, path });
    await mkdir(join(folder, 'empty'));
    await fails('nope.csv', 'missing-file', []);
    await fails(['logs/Files.csv', 'nope.csv'], 'missing-file', [1]);
    await fails({ A: 'logs/Files.csv', B: ['logs/Files.csv', 'empty'] }, 'is-a-folder', ['B', 1]);
    await fails({ B: { path: 'nope.csv' } }, 'missing-file', ['B', 'path']);
    await fails({ x_rejects: 'logs/Files.csv' }, 'table-name', ['x_rejects']);
    await fails(['logs/Files.csv', './logs/Files.csv'], 'duplicate-table', [1]);
    await fails({ T: 'logs/Files.csv', t: 'logs/Files.csv' }, 'duplicate-table', ['t']);
  });

  it('accepts nothing else', () => {
    for (const args of [{}, [], 7, { T: { path: 'a.csv', format: 'xml' } }, { T: { file: 'a.csv' } }, null]) {
      assert.equal(loadStep.arguments.safeParse(args).success, false, JSON.stringify(args));
    }
  });
});
