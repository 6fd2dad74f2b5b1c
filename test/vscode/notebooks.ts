/** Notebooks as files: new ones, several at once, renamed ones, published ones. */
import assert from 'node:assert/strict';
import { access, cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { notebookType } from '../../src/extension/contributions.ts';
import {
  closeAllEditors,
  codeCell,
  codeCells,
  extensionPath,
  Folder,
  openNotebook,
  outputTexts,
  replaceCellText,
  runAll,
} from './support/notebooks.ts';
import { waitFor } from './support/waitFor.ts';

const kql = (...texts: string[]): string => texts.map((text) => `\`\`\`kql\n${text}\n\`\`\`\n`).join('\n');
/** A write-up as it was published; it lies outside of the repository. */
const writeUp = join(extensionPath(), '../shared/seed/port-scan-writeup.md');
const logs = join(extensionPath(), 'media/samples/port-scan/logs');

export function notebookSuite(): void {
  describe('notebooks', () => {
    let folder: Folder;
    afterEach(async () => {
      await closeAllEditors();
      await folder.remove();
    });

    it('are made in a folder, filled in, saved and run', async () => {
      folder = await Folder.with({});
      await vscode.commands.executeCommand('hunt.newNotebook', vscode.Uri.file(folder.path));
      const notebook = await waitFor('the notebook', () => {
        const active = vscode.window.activeNotebookEditor?.notebook;
        return active?.uri.fsPath.startsWith(folder.path) ? active : undefined;
      });
      await replaceCellText(codeCell(notebook, 'kql'), 'print Answer = 42, Host = Device');
      assert.ok(await notebook.save());
      assert.match(await readFile(folder.file('new.hunt.md'), 'utf8'), /print Answer = 42/);
      await runAll(notebook);
      assert.match(outputTexts(codeCell(notebook, 'kql'), 'text/plain').join(), /42 +host-1/);
      for (const cell of [...codeCells(notebook, 'kql'), ...codeCells(notebook, 'hunt')])
        assert.equal(cell.executionSummary?.success, true, cell.document.getText());
    });

    it('run before they have a file', async () => {
      folder = await Folder.with({});
      await vscode.commands.executeCommand('hunt.newNotebook');
      const notebook = await waitFor('the notebook', () => {
        const active = vscode.window.activeNotebookEditor?.notebook;
        return active?.isUntitled ? active : undefined;
      });
      await replaceCellText(codeCell(notebook, 'kql'), 'print Answer = 42');
      await runAll(notebook);
      assert.match(outputTexts(codeCell(notebook, 'kql'), 'text/plain').join(), /42/);
    });

    it('keep their tables apart when two are open', async () => {
      folder = await Folder.with({
        'a.hunt.md': kql('print Who = "first" | as Shared', 'Shared'),
        'b.hunt.md': kql('print Who = "second" | as Shared', 'Shared'),
      });
      const first = await openNotebook(folder.file('a.hunt.md'));
      await runAll(first);
      const second = await openNotebook(folder.file('b.hunt.md'));
      await runAll(second);
      await openNotebook(folder.file('a.hunt.md'));
      await vscode.commands.executeCommand('notebook.cell.execute', {
        ranges: [{ start: 1, end: 2 }],
        document: first.uri,
      });
      const cell = codeCell(first, 'kql', 1);
      await waitFor('the cell to run', () => cell.executionSummary?.executionOrder === 3 || undefined);
      await waitFor('the cell to end', () => cell.executionSummary?.timing);
      assert.match(outputTexts(cell, 'text/plain').join(), /first/);
      assert.match(outputTexts(codeCell(second, 'kql', 1), 'text/plain').join(), /second/);
    });

    it('take their stored results along when they are renamed', async () => {
      folder = await Folder.with({ 'a.hunt.md': kql('print Marker = "moved-value"') });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      await runAll(notebook);
      await waitFor('the stored results', () => exists(folder.file('a.hunt.results/index.json')));
      const rename = new vscode.WorkspaceEdit();
      const renamed = vscode.Uri.file(folder.file('b.hunt.md'));
      rename.renameFile(notebook.uri, renamed);
      assert.ok(await vscode.workspace.applyEdit(rename));
      assert.ok(await exists(folder.file('b.hunt.results/index.json')));
      assert.ok(!(await exists(folder.file('a.hunt.results'))));
      const again = await openNotebook(renamed.fsPath);
      await waitFor('the stored results', () => codeCell(again, 'kql').outputs[0]);
      assert.match(outputTexts(codeCell(again, 'kql'), 'text/plain').join(), /moved-value/);
    });

    it('run as published, on the logs beside them', async function () {
      if (!(await exists(writeUp))) {
        console.log(`Skipped: the published write-up is not there (${writeUp}).`);
        this.skip();
      }
      folder = await Folder.with({});
      await cp(writeUp, folder.file('port-scan.md'));
      await cp(logs, folder.file('logs'), { recursive: true });
      const published = await readFile(writeUp);
      const notebook = await openNotebook(folder.file('port-scan.md'));
      assert.equal(notebook.notebookType, notebookType);
      await runAll(notebook);
      const queries = codeCells(notebook, 'kql');
      assert.equal(queries.length, 3);
      for (const cell of queries) {
        assert.equal(cell.executionSummary?.success, true, cell.document.getText());
        assert.doesNotMatch(outputTexts(cell, 'text/plain').join(), /^No rows/m, cell.document.getText());
      }
      assert.match(outputTexts(queries[0] ?? assert.fail(), 'text/plain').join(), /10\.0\.0\.5/);
      assert.match(outputTexts(queries[2] ?? assert.fail(), 'text/plain').join(), /portscan\.ps1/);
      assert.ok(await notebook.save());
      assert.deepEqual(await readFile(folder.file('port-scan.md')), published);
    });
  });
}

async function exists(path: string): Promise<true | undefined> {
  return access(path).then(
    () => true as const,
    () => undefined,
  );
}
