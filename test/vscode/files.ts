/** Opening and saving files: every byte that was not edited stays. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { notebookType } from '../../src/extension/contributions.ts';
import {
  closeAllEditors,
  codeCell,
  codeCells,
  Folder,
  openNotebook,
  replaceCellText,
} from './support/notebooks.ts';
import { waitFor } from './support/waitFor.ts';

const crlfNotebook = [
  '\ufeff---',
  'title: Windows line ends   ',
  '---',
  '',
  '# Prose  ',
  '~~~kql',
  'print 1',
  '',
  '~~~',
  '',
  '   ```kusto title="x"',
  '   print 2',
  '   ```',
  'no final newline',
].join('\r\n');

export function fileSuite(): void {
  describe('a notebook file', () => {
    let folder: Folder;
    afterEach(async () => {
      await closeAllEditors();
      await folder.remove();
    });

    it('opens as a hunt notebook by its name', async () => {
      folder = await Folder.with({ 'a.hunt.md': '# Hunt\n\n```kql\nprint 1\n```\n' });
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(folder.file('a.hunt.md')));
      const notebook = await waitFor('the notebook', () => vscode.window.activeNotebookEditor?.notebook);
      assert.equal(notebook.notebookType, notebookType);
      assert.deepEqual(
        notebook.getCells().map(({ document }) => [document.languageId, document.getText()]),
        [
          ['markdown', '# Hunt'],
          ['kql', 'print 1'],
        ],
      );
    });

    it('keeps every byte that was not edited', async () => {
      folder = await Folder.with({ 'a.hunt.md': crlfNotebook });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      await replaceCellText(codeCell(notebook, 'kql', 1), 'print 3');
      assert.ok(await notebook.save());
      assert.equal(
        await readFile(folder.file('a.hunt.md'), 'utf8'),
        crlfNotebook.replace('print 2', 'print 3'),
      );
    });

    it('opens a published write-up with Reopen Editor With', async () => {
      folder = await Folder.with({
        'write-up.md': '# Hunt\n\n```kql\nprint Answer = 42\n```\n\n```python\nx\n```\n',
      });
      const uri = vscode.Uri.file(folder.file('write-up.md'));
      await vscode.commands.executeCommand('vscode.open', uri);
      await waitFor(
        'the text editor',
        () => vscode.window.activeTextEditor?.document.uri.path === uri.path || undefined,
      );
      const notebook = await openNotebook(uri.fsPath);
      assert.deepEqual(
        notebook.getCells().map(({ document }) => document.languageId),
        ['markdown', 'kql', 'markdown'],
      );
    });

    it('opens with its whole text when its front matter is broken, and shows the error there', async () => {
      const broken =
        '---\ntitle: [never closed\nhypothesis: x\n---\n\n# Text that must survive\n\n```kql\nprint 1\n```\n';
      folder = await Folder.with({ 'broken.hunt.md': broken });
      const notebook = await openNotebook(folder.file('broken.hunt.md'));
      const text = notebook.getCells().map(({ document }) => document.getText());
      assert.ok(
        text.join('\n').includes('title: [never closed') &&
          text.join('\n').includes('Text that must survive'),
      );
      const [first] = notebook.getCells();
      assert.ok(first);
      const problems = await waitFor('the problem', () => {
        const shown = vscode.languages.getDiagnostics(first.document.uri);
        return shown.length > 0 ? shown : undefined;
      });
      assert.match(problems[0]?.message ?? '', /front matter/i);
      await replaceCellText(codeCell(notebook, 'kql'), 'print 2');
      assert.ok(await notebook.save());
      assert.equal(
        await readFile(folder.file('broken.hunt.md'), 'utf8'),
        broken.replace('print 1', 'print 2'),
      );
    });

    it('starts as seven stages with hints', async () => {
      folder = await Folder.with({});
      await vscode.commands.executeCommand('hunt.newNotebook');
      const notebook = await waitFor('the new notebook', () => vscode.window.activeNotebookEditor?.notebook);
      assert.ok(notebook.isUntitled);
      const headings = notebook
        .getCells()
        .flatMap(({ document }) => /^## \d\. (.+)$/m.exec(document.getText())?.[1] ?? []);
      assert.deepEqual(headings, [
        'Preparation',
        'Data Collection',
        'Data Analysis',
        'Investigation',
        'Response',
        'Documentation',
        'Improvement',
      ]);
      assert.ok(codeCells(notebook, 'hunt').length > 0);
    });
  });
}
