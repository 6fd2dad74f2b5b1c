/** Errors at their place while writing, with the fix at hand. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAllEditors, codeCell, Folder, openNotebook, runAll } from './support/notebooks.ts';
import { waitFor } from './support/waitFor.ts';

async function diagnosticsOf(cell: vscode.NotebookCell): Promise<vscode.Diagnostic[]> {
  return waitFor('a diagnostic', () => {
    const shown = vscode.languages.getDiagnostics(cell.document.uri);
    return shown.length > 0 ? shown : undefined;
  });
}

export function diagnosticsSuite(): void {
  describe('errors at their place', () => {
    let folder: Folder;
    afterEach(async () => {
      await closeAllEditors();
      await folder.remove();
    });

    it('underlines an unknown column and offers the known one', async () => {
      folder = await Folder.with({
        'a.hunt.md':
          '```kql\nprint DeviceName = "a"\n| as Devices\n```\n\n```kql\nDevices\n| where DevicName == "a"\n```\n',
      });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      await runAll(notebook);
      const { document } = codeCell(notebook, 'kql', 1);
      const [diagnostic] = await diagnosticsOf(codeCell(notebook, 'kql', 1));
      assert.ok(diagnostic);
      assert.equal(document.getText(diagnostic.range), 'DevicName');
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        diagnostic.range,
      );
      const fix = actions.find(({ title }) => title === "Change to 'DeviceName'");
      assert.ok(fix?.edit, actions.map(({ title }) => title).join());
      await vscode.workspace.applyEdit(fix.edit);
      assert.equal(document.lineAt(1).text, '| where DeviceName == "a"');
      await waitFor(
        'the error to go',
        () => vscode.languages.getDiagnostics(document.uri).length === 0 || undefined,
      );
    });

    it('underlines an unknown step at its line', async () => {
      folder = await Folder.with({ 'a.hunt.md': '```hunt\n# a comment\nfind-scanz:\n  in: T\n```\n' });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      const cell = codeCell(notebook, 'hunt');
      const [diagnostic] = await diagnosticsOf(cell);
      assert.ok(diagnostic);
      assert.equal(cell.document.getText(diagnostic.range), 'find-scanz');
    });

    it('warns of a technique that ATT&CK replaced and offers the one in force', async () => {
      folder = await Folder.with({
        'a.hunt.md': '```hunt\nmap-ttps:\n  also: [{ technique: T1086 }]\n```\n',
      });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      const { document } = codeCell(notebook, 'hunt');
      const [diagnostic] = await diagnosticsOf(codeCell(notebook, 'hunt'));
      assert.equal(diagnostic?.severity, vscode.DiagnosticSeverity.Warning);
      assert.equal(document.getText(diagnostic.range), 'T1086');
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        diagnostic.range,
      );
      const fix = actions.find(({ title }) => title === "Change to 'T1059.001'");
      assert.ok(fix?.edit, actions.map(({ title }) => title).join());
    });

    it('completes columns of a published table', async () => {
      folder = await Folder.with({
        'a.hunt.md': '```kql\nprint DeviceName = "a" | as Devices\n```\n\n```kql\nDevices | where Dev\n```\n',
      });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      await vscode.commands.executeCommand('notebook.cell.execute', {
        ranges: [{ start: 0, end: 1 }],
        document: notebook.uri,
      });
      await waitFor('the first cell', () => codeCell(notebook, 'kql').executionSummary?.success);
      const { document } = codeCell(notebook, 'kql', 1);
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        document.positionAt(document.getText().length),
      );
      const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      assert.ok(labels.includes('DeviceName'), labels.slice(0, 20).join());
    });
  });
}
