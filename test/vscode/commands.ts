/** The commands: what a hunter asks for is there, in the notebook, in the report, on disk. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { closeAllEditors, codeCell, Folder, openNotebook, outputTexts, runAll } from './support/notebooks.ts';
import { answer, click, leave, needsPageBridge } from './support/pageBridge.ts';
import { answerMessages, type Asked } from './support/stub.ts';
import { waitFor } from './support/waitFor.ts';

const kql = (...texts: string[]): string => texts.map((text) => `\`\`\`kql\n${text}\n\`\`\`\n`).join('\n');
const connections = [
  'datatable(DeviceName: string, LocalIP: string, RemoteIP: string, RemotePort: int, ActionType: string, Timestamp: datetime)[',
  '  "host-1", "10.0.0.5", "10.0.0.9", 445, "ConnectionFailed", datetime(2025-05-07 12:00:00)',
  ']',
  '| as Connections',
].join('\n');
const findScans = '```hunt\nfind-scans:\n  in: Connections\n  window: 10m\nas: Scans\n```\n';

export function commandSuite(): void {
  describe('the commands', () => {
    let folder: Folder;
    let asked: Asked | undefined;
    const open = async (text: string): Promise<vscode.NotebookDocument> => {
      folder = await Folder.with({ 'a.hunt.md': text });
      return openNotebook(folder.file('a.hunt.md'));
    };
    const exported = async (format: 'md' | 'html'): Promise<string> => {
      const target = vscode.Uri.file(folder.file(`report.${format}`));
      await vscode.commands.executeCommand('hunt.exportReport', { format, target });
      return readFile(target.fsPath, 'utf8');
    };
    afterEach(async () => {
      asked?.restore();
      asked = undefined;
      await closeAllEditors();
      await folder.remove();
    });

    it('pin a whole result, which then is a finding of the report', async function () {
      needsPageBridge(this);
      const notebook = await open(kql('print Host = "host-1", Technique = "T1046"'));
      await runAll(notebook);
      const pinning = vscode.commands.executeCommand('hunt.pinFinding', codeCell(notebook, 'kql'));
      await answer('Pin as finding (1 of 3)', 'A host that scans');
      await answer('Pin as finding (2 of 3)', 'high');
      await answer('Pin as finding (3 of 3)', 'Seen on the wire.');
      await pinning;
      const report = await exported('md');
      for (const text of ['A host that scans', 'Seen on the wire', 'host-1', 'T1046'])
        assert.ok(report.includes(text), `the report lacks ${text}`);
    });

    it('pin the rows that are selected in the grid, and only those', async function () {
      needsPageBridge(this);
      const notebook = await open(kql('range Number from 1001 to 1005 step 1'));
      await runAll(notebook);
      await click('.hunt-body .hunt-gutter', 'outputs', 1);
      await click('.hunt-pin');
      await answer('Pin as finding (1 of 3)', 'One row');
      await answer('Pin as finding (2 of 3)', 'low');
      await answer('Pin as finding (3 of 3)', '');
      const report = await waitFor('the finding in the report', async () => {
        const text = await exported('md');
        return text.includes('One row') ? text : undefined;
      });
      const findings = /^#+ .*Findings[^]*?(?=^## )/m.exec(report)?.[0] ?? '';
      assert.match(findings, /1002/);
      assert.doesNotMatch(findings, /1001|1003/);
    });

    it('pin nothing when the hunter leaves the question', async function () {
      needsPageBridge(this);
      const notebook = await open(kql('print 1'));
      await runAll(notebook);
      const pinning = vscode.commands.executeCommand('hunt.pinFinding', codeCell(notebook, 'kql'));
      await answer('Pin as finding (1 of 3)', 'Never pinned');
      await leave('Pin as finding (2 of 3)');
      await pinning;
      assert.doesNotMatch(await exported('md'), /Never pinned/);
    });

    it('set a parameter for the session, without touching the file', async function () {
      needsPageBridge(this);
      const text =
        '---\ntitle: A\nparams:\n  Device: { type: string, default: host-1 }\n---\n\n' +
        kql('print Shown = Device');
      const notebook = await open(text);
      await runAll(notebook);
      const cell = codeCell(notebook, 'kql');
      assert.match(outputTexts(cell, 'text/plain').join(), /host-1/);
      const setting = vscode.commands.executeCommand('hunt.setParameters');
      await answer('Parameters of this session', 'Device');
      await answer('Device (string)', 'host-2');
      await leave('Parameters of this session');
      await setting;
      await runAll(notebook);
      assert.match(outputTexts(cell, 'text/plain').join(), /host-2/);
      assert.equal(notebook.isDirty, false);
      assert.equal(await readFile(folder.file('a.hunt.md'), 'utf8'), text);
    });

    it('show the KQL that a detection step runs, which runs by itself', async () => {
      const notebook = await open(kql(connections) + '\n' + findScans);
      await runAll(notebook);
      assert.equal(codeCell(notebook, 'hunt').executionSummary?.success, true);
      await vscode.commands.executeCommand('hunt.showAsKql', codeCell(notebook, 'hunt'));
      const shown = await waitFor('the KQL', () =>
        vscode.window.visibleTextEditors.find(
          ({ document }) => document.languageId === 'kql' && document.uri.scheme === 'untitled',
        ),
      );
      assert.match(shown.document.getText(), /\bConnections\b/);
      const copied = await Folder.with({
        'b.hunt.md': kql(connections) + '\n' + kql(shown.document.getText()),
      });
      try {
        await closeAllEditors();
        const again = await openNotebook(copied.file('b.hunt.md'));
        await runAll(again);
        assert.equal(codeCell(again, 'kql', 1).executionSummary?.success, true);
      } finally {
        await closeAllEditors();
        await copied.remove();
      }
    });

    it('clear the results, in the notebook and beside it', async () => {
      const notebook = await open(kql('print Marker = "to be cleared"'));
      await runAll(notebook);
      const cell = codeCell(notebook, 'kql');
      assert.equal(cell.outputs.length, 1);
      await vscode.commands.executeCommand('hunt.clearResults');
      await waitFor('the outputs to go', () => cell.outputs.length === 0 || undefined);
      await closeAllEditors();
      await waitFor('the notebook to close', () => notebook.isClosed || undefined);
      const reopened = await openNotebook(folder.file('a.hunt.md'));
      await runAll(reopened);
      assert.equal(codeCell(reopened, 'kql').outputs.length, 1);
    });

    it('export a hunt with failed cells and cells that did not run, and say so', async () => {
      const notebook = await open(kql('print Good = "kept-value"', 'NoSuchTable', 'print Never = 1'));
      await runAll(notebook);
      asked = answerMessages('showWarningMessage');
      const report = await exported('md');
      assert.match(report, /kept-value/);
      assert.match(report, /NoSuchTable/);
      assert.match(asked.messages.join(), /1 did not run, 1 failed/);
      assert.match(await exported('html'), /<!doctype html>[^]*kept-value/i);
    });

    it('say what is missing when there is nothing to act on', async () => {
      folder = await Folder.with({});
      asked = answerMessages('showErrorMessage');
      await vscode.commands.executeCommand('hunt.exportReport');
      assert.match(asked.messages.join(), /Open a hunt notebook first/);
    });
  });
}
