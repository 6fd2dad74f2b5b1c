import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../src/notebook/finding.ts';
import { finishHunt } from '../../src/notebook/finish.ts';
import { parseDocument } from '../../src/notebook/format/index.ts';
import type { DocumentCell } from '../../src/notebook/huntDocument.ts';
import { runAll } from '../../src/notebook/runAll.ts';
import { loadResults, saveResults, sidecarFolder, type LoadedResults } from '../../src/notebook/sidecar.ts';
import { openSession, rowsOf, type Opened } from './sessionFixture.ts';

const notebook =
  '# Hunt\n\n```kql\nprint A = 1 | as One\n```\n\n```kql\nOne | extend B = "x"\n```\n\n```kql\nprint C = 3\n```\n';
const pinned: Finding = {
  title: 'Pinned',
  note: 'look',
  severity: 'high',
  techniques: ['T1046'],
  origin: 'pinned',
  columns: [{ name: 'A', type: 'long' }],
  rows: [[1]],
  totalRows: 1,
};
const cellsOf = (text: string): readonly DocumentCell[] => parseDocument(text).cells;

describe('stored results', () => {
  let opened: Opened;
  let notebookPath: string;
  before(async () => {
    opened = await openSession();
  });
  after(() => opened.close());
  beforeEach(async () => {
    notebookPath = join(opened.folder, 'scan.hunt.md');
    await rm(sidecarFolder(notebookPath), { recursive: true, force: true });
  });

  async function runAndSave(text = notebook, findings: readonly Finding[] = []): Promise<void> {
    const cells = cellsOf(text);
    const outcomes = await runAll(opened.session, cells);
    await saveResults({ notebookPath, cells, parameters: [], outcomes, findings });
  }
  function load(text = notebook): Promise<LoadedResults> {
    const open = opened.session.engine.openParquet.bind(opened.session.engine);
    return loadResults({ notebookPath, cells: cellsOf(text), parameters: [], open });
  }
  async function tamper(change: (index: string) => string): Promise<LoadedResults> {
    await runAndSave();
    const path = join(sidecarFolder(notebookPath), 'index.json');
    await writeFile(path, change(await readFile(path, 'utf8')));
    return load();
  }
  const states = ({ cells }: LoadedResults): readonly string[] =>
    cells.map((cell) => (cell === undefined ? '-' : cell.isStale ? 'stale' : 'fresh'));

  it('names its folder after the notebook', () => {
    assert.equal(sidecarFolder(join('a', 'port-scan.hunt.md')), join('a', 'port-scan.hunt.results'));
    assert.equal(sidecarFolder(join('a', 'write-up.md')), join('a', 'write-up.hunt.results'));
  });

  it('gives back rows, names, provenance and findings', async () => {
    await runAndSave(notebook, [pinned]);
    const loaded = await load();
    assert.deepEqual(loaded.problems, []);
    assert.deepEqual(loaded.findings, [pinned]);
    assert.deepEqual(states(loaded), ['-', 'fresh', 'fresh', 'fresh']);
    const second = loaded.cells[2]?.outcome;
    assert.equal(second?.status, 'ok');
    assert.deepEqual(await rowsOf(second), [[1, 'x']]);
    assert.equal(second.results[0]?.provenance.query, 'One | extend B = "x"');
    const first = loaded.cells[1]?.outcome;
    assert.equal(first?.status === 'ok' && first.results[0]?.publishedAs, 'One');
  });

  it('gives back errors', async () => {
    const text = '```kql\nprint nope_\n```\n';
    await runAndSave(text);
    const [cell] = (await load(text)).cells;
    assert.equal(cell?.outcome.status, 'failed');
  });

  it('marks the edited cell and all after it as stale', async () => {
    await runAndSave();
    assert.deepEqual(states(await load(notebook.replace('extend B', 'extend D'))), [
      '-',
      'fresh',
      'stale',
      'stale',
    ]);
    assert.deepEqual(states(await load(notebook.replace('# Hunt', '# Renamed'))), [
      '-',
      'fresh',
      'fresh',
      'fresh',
    ]);
    assert.deepEqual(states(await load(notebook.replaceAll('\n', '\r\n'))), ['-', 'fresh', 'fresh', 'fresh']);
  });

  it('marks results as stale when a parameter changed', async () => {
    await runAndSave();
    const open = opened.session.engine.openParquet.bind(opened.session.engine);
    const parameters = [{ name: 'Device', type: 'string', value: 'x' } as const];
    assert.deepEqual(
      states(await loadResults({ notebookPath, cells: cellsOf(notebook), parameters, open })),
      ['-', 'stale', 'stale', 'stale'],
    );
  });

  it('gives an inserted cell no result, and finds the others by content', async () => {
    await runAndSave();
    const inserted = notebook.replace('# Hunt\n', '# Hunt\n\n```kql\nprint Z = 0\n```\n');
    assert.deepEqual(states(await load(inserted)), ['-', '-', 'stale', 'stale', 'stale']);
  });

  it('keeps the file of an unchanged result and removes those no longer needed', async () => {
    await runAndSave();
    const before = (await readdir(sidecarFolder(notebookPath))).sort();
    assert.equal(before.length, 4);
    const { cells } = await load();
    const outcomes = cells.map((cell) => cell?.outcome);
    await saveResults({ notebookPath, cells: cellsOf(notebook), parameters: [], outcomes, findings: [] });
    assert.deepEqual((await readdir(sidecarFolder(notebookPath))).sort(), before);
    await saveResults({ notebookPath, cells: cellsOf(notebook), parameters: [], outcomes: [], findings: [] });
    assert.deepEqual(await readdir(sidecarFolder(notebookPath)), ['index.json']);
  });

  it('shows nothing and complains about nothing when nothing is stored', async () => {
    assert.deepEqual(await load(), {
      cells: [undefined, undefined, undefined, undefined],
      findings: [],
      problems: [],
    });
  });

  it('refuses an index that names files outside its folder', async () => {
    for (const name of [
      '../../secret.parquet',
      '/etc/passwd',
      'a/b.parquet',
      'C:x.parquet',
      '..',
      'x.parquet\0',
      'index.json',
    ]) {
      const loaded = await tamper((index) =>
        index.replace(/"file": "[^"]*"/, `"file": ${JSON.stringify(name)}`),
      );
      assert.deepEqual(states(loaded), ['-', '-', '-', '-'], name);
      assert.match(loaded.problems.join(), /not shown/, name);
    }
  });

  it('refuses broken, foreign and later versions of the index', async () => {
    assert.match((await tamper(() => '{')).problems.join(), /not JSON/);
    assert.match((await tamper(() => '[]')).problems.join(), /refused/);
    assert.match(
      (await tamper((index) => index.replace('"version": 1', '"version": 2'))).problems.join(),
      /version 2/,
    );
    assert.match(
      (await tamper((index) => index.replace('"rowCount": 1', '"rowCount": "many"'))).problems.join(),
      /refused/,
    );
  });

  it('follows no link', async () => {
    await runAndSave();
    const folder = sidecarFolder(notebookPath);
    const elsewhere = join(opened.folder, 'elsewhere');
    const [file = ''] = (await readdir(folder)).filter((name) => name.endsWith('.parquet'));
    await rename(join(folder, file), join(opened.folder, 'moved.parquet'));
    await symlink(join(opened.folder, 'moved.parquet'), join(folder, file));
    assert.match((await load()).problems.join(), /missing/);
    await rename(folder, elsewhere);
    await symlink(elsewhere, folder);
    assert.match((await load()).problems.join(), /not a plain folder/);
    await assert.rejects(
      saveResults({ notebookPath, cells: [], parameters: [], outcomes: [], findings: [] }),
      /not a plain folder/,
    );
    await rm(folder);
    await rm(elsewhere, { recursive: true });
  });

  it('says so when a stored file is no Parquet file', async () => {
    await runAndSave();
    const folder = sidecarFolder(notebookPath);
    for (const name of await readdir(folder))
      if (name.endsWith('.parquet')) await writeFile(join(folder, name), 'no');
    const outcome = (await load()).cells[1]?.outcome;
    assert.equal(outcome?.status, 'ok');
    await assert.rejects(rowsOf(outcome), /stored result cannot be read; run the cell again/);
  });

  it('refuses a folder where the index should be', async () => {
    await mkdir(join(sidecarFolder(notebookPath), 'index.json'), { recursive: true });
    assert.match((await load()).problems.join(), /not a plain file/);
  });

  it('finishes the hunt from what is stored as from what just ran', async () => {
    const text = `---\ntitle: Scan\n---\n${notebook}`;
    const { cells, frontMatter } = parseDocument(text);
    const outcomes = await runAll(opened.session, cells);
    const request = { fileName: 'scan.hunt.md', frontMatter, cells, pinned: [pinned] };
    const live = await finishHunt({ ...request, outcomes });
    await saveResults({ notebookPath, cells, parameters: [], outcomes, findings: [pinned] });
    const loaded = await load(text);
    const stored = await finishHunt({
      ...request,
      outcomes: loaded.cells.map((cell) => cell?.outcome),
      pinned: loaded.findings,
    });
    assert.deepEqual(JSON.parse(JSON.stringify(stored)), JSON.parse(JSON.stringify(live)));
    assert.deepEqual(
      live.cells.map(({ kind }) => kind),
      ['prose', 'code', 'code', 'code'],
    );
    assert.deepEqual(live.findings, [pinned]);
    const [, first] = live.cells;
    assert.ok(first?.kind === 'code' && first.hasRun && !first.isStale);
    assert.deepEqual(first.results[0]?.rows, [[1]]);
  });
}).timeout(120_000); // The first query loads the Kusto library, which takes long on a busy machine.
