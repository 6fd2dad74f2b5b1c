/** The whole hunt: open the sample, run it, read the drawn grid, save, reopen, export. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { DescribedResult } from '../../src/renderer/protocol.ts';
import {
  closeAllEditors,
  codeCells,
  extensionPath,
  huntApi,
  openNotebook,
  outputTexts,
  runAll,
} from './support/notebooks.ts';
import { waitFor } from './support/waitFor.ts';

const sampleFolder = join(extensionPath(), 'media/samples/port-scan');

/** The drawn result whose header has the column, once its cell is in view: VS Code draws no output before that. */
async function drawnWith(column: string): Promise<DescribedResult> {
  const api = await huntApi();
  const editor = vscode.window.activeNotebookEditor;
  const cell = editor?.notebook
    .getCells()
    .find((candidate) =>
      outputTexts(candidate, 'text/plain').some((text) => text.split('\n')[0]?.includes(column)),
    );
  assert.ok(editor && cell, `no cell shows the column ${column}`);
  const range = new vscode.NotebookRange(cell.index, cell.index + 1);
  editor.revealRange(range, vscode.NotebookEditorRevealType.AtTop);
  return waitFor(
    `a drawn result with the column ${column}`,
    async () => {
      const results = await api.describeResults().catch(() => []);
      return results.find(
        ({ headers, cells }) => headers.some((text) => text.includes(column)) && cells.length > 0,
      );
    },
    60_000,
  );
}

export function huntSuite(): void {
  describe('the port-scan hunt', () => {
    let folder = '';
    let notebookPath = '';
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'hunt-sample-'));
      // Results of an earlier run in the checkout are not part of the sample.
      await cp(sampleFolder, folder, { recursive: true, filter: (path) => !path.endsWith('.hunt.results') });
      notebookPath = join(folder, 'port-scan.hunt.md');
    });
    after(async () => {
      await closeAllEditors();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    });

    it('runs from top to bottom', async () => {
      const notebook = await openNotebook(notebookPath);
      await runAll(notebook);
      const runnable = notebook
        .getCells()
        .filter(({ document }) => /^(kql|hunt|sql)$/.test(document.languageId));
      const failed = runnable.filter(({ executionSummary }) => executionSummary?.success !== true);
      assert.deepEqual(
        failed.map((cell) => [
          cell.document.getText(),
          ...outputTexts(cell, 'application/vnd.code.notebook.error'),
        ]),
        [],
      );
    });

    it('ranks portscan.ps1 first and lists the scanning host', async () => {
      const notebook = await openNotebook(notebookPath);
      const suspects = codeCells(notebook, 'hunt').find((cell) =>
        cell.document.getText().startsWith('correlate-processes'),
      );
      assert.ok(suspects);
      const [plain = ''] = outputTexts(suspects, 'text/plain');
      assert.match(plain.split('\n')[2] ?? '', /portscan\.ps1/);
      const scans = codeCells(notebook, 'hunt').find((cell) =>
        cell.document.getText().startsWith('find-scans'),
      );
      assert.ok(scans);
      assert.match(outputTexts(scans, 'text/plain').join(), /10\.0\.0\.5/);
    });

    it('draws the rows in the grid', async () => {
      const drawn = await drawnWith('ConnectionCount');
      assert.ok(
        drawn.cells.flat().some((text) => /^10\.0\.\d+\.\d+$/.test(text)),
        JSON.stringify(drawn.cells.slice(0, 3)),
      );
      assert.match(drawn.status, /row/);
    });

    it('saves without changing a byte of the notebook, and reopens with its results', async () => {
      const before = await readFile(notebookPath);
      const notebook = await openNotebook(notebookPath);
      assert.ok(await notebook.save());
      assert.deepEqual(await readFile(notebookPath), before);
      await closeAllEditors();
      await waitFor('the notebook to close', () => notebook.isClosed || undefined);
      const reopened = await openNotebook(notebookPath);
      assert.notEqual(reopened, notebook);
      await waitFor('the stored results', () =>
        codeCells(reopened, 'kql').every(({ outputs }) => outputs.length > 0) ? true : undefined,
      );
      assert.ok((await drawnWith('ConnectionCount')).cells.length > 0);
    });

    it('exports the incident report', async () => {
      await openNotebook(notebookPath);
      for (const format of ['md', 'html'] as const) {
        const target = vscode.Uri.file(join(folder, `report.${format}`));
        await vscode.commands.executeCommand('hunt.exportReport', { format, target });
        const report = await readFile(target.fsPath, 'utf8');
        assert.match(report, /portscan\.ps1/);
        assert.match(report, /T1046/);
        assert.match(report, /[0-9a-f]{64}/);
      }
    });
  });
}
