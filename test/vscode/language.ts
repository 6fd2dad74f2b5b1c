/** What the editor offers while a cell is written: names, meanings, figures below the cell. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAllEditors, codeCell, Folder, openNotebook, runAll } from './support/notebooks.ts';
import { needsPageBridge, texts } from './support/pageBridge.ts';
import { waitFor } from './support/waitFor.ts';

/** Labels offered at the end of the text `before`, which the cell has once. */
async function offered(cell: vscode.NotebookCell, before: string): Promise<string[]> {
  const { document } = cell;
  const offset = document.getText().indexOf(before) + before.length;
  const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    document.positionAt(offset),
  );
  return items.map(({ label }) => (typeof label === 'string' ? label : label.label));
}

/** What the hover over the word says. */
async function meaning(cell: vscode.NotebookCell, word: string): Promise<string> {
  const { document } = cell;
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    document.positionAt(document.getText().indexOf(word) + 1),
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
    .join('\n');
}

export function languageSuite(): void {
  describe('a cell that is being written', () => {
    let folder: Folder;
    afterEach(async () => {
      await closeAllEditors();
      await folder.remove();
    });

    it('offers and explains operators, functions and the columns of tables that are yet to be loaded', async () => {
      folder = await Folder.with({
        'a.hunt.md': [
          '```hunt\nload:\n  DeviceNetworkEvents: missing.csv\n```\n',
          '```kql\nDeviceNetworkEvents\n| where RemoteP\n| summarize count() by bin(Timestamp, 1h)\n```\n',
        ].join('\n'),
      });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      const cell = codeCell(notebook, 'kql');
      assert.ok((await offered(cell, 'RemoteP')).includes('RemotePort'));
      assert.ok((await offered(cell, '\n| ')).includes('summarize'));
      assert.match(await meaning(cell, 'count'), /count/);
      assert.match(await meaning(cell, 'Timestamp'), /datetime/);
    });

    it('offers and explains steps, their arguments and the tables', async () => {
      folder = await Folder.with({
        'a.hunt.md': [
          '```kql\nprint A = 1 | as Connections\n```\n',
          '```hunt\nfind-scans:\n  in: Con\n  window: 10m\n  \n```\n',
          '```hunt\nfind\n```\n',
        ].join('\n'),
      });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      await vscode.commands.executeCommand('notebook.cell.execute', {
        ranges: [{ start: 0, end: 1 }],
        document: notebook.uri,
      });
      await waitFor('the first cell', () => codeCell(notebook, 'kql').executionSummary?.success);
      const step = codeCell(notebook, 'hunt');
      assert.ok((await offered(step, 'in: Con')).includes('Connections'));
      assert.ok((await offered(step, '10m\n  ')).includes('exclude'));
      assert.ok((await offered(codeCell(notebook, 'hunt', 1), 'find')).includes('find-scans'));
      assert.match(await meaning(step, 'find-scans'), /scan/i);
      assert.ok((await meaning(step, 'window')).length > 0);
    });

    it('does not call a table unknown whose log stands beside the notebook', async () => {
      folder = await Folder.with({
        'a.hunt.md': '```kql\nBeside | take 1\n```\n\n```kql\nNowhere | take 1\n```\n',
        'Beside.csv': 'A\n1\n',
      });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      const shown = (index: number): readonly vscode.Diagnostic[] =>
        vscode.languages.getDiagnostics(codeCell(notebook, 'kql', index).document.uri);
      await waitFor('the error at the unknown table', () => shown(1)[0]);
      assert.deepEqual(shown(0), []);
    });

    it('says below the cell what it gave', async function () {
      needsPageBridge(this);
      folder = await Folder.with({
        'a.hunt.md':
          '```kql\nrange N from 1 to 1234 step 1 | as Numbers\n```\n\n```hunt\nfind-scans:\n  in: Numbers\n```\n',
      });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      await runAll(notebook);
      const shown = await waitFor('the figures', async () => {
        const items = await texts('.cell-statusbar-container .cell-status-item', 'window');
        return items.some((text) => text.includes('1,234 rows')) ? items : undefined;
      });
      assert.ok(shown.some((text) => text.includes('as Numbers')));
      assert.equal(shown.filter((text) => text.includes('Show as KQL')).length, 1, shown.join(' · '));
    });
  });
}
