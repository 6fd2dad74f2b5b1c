/** Running cells: order, failure, stop. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  closeAllEditors,
  codeCell,
  huntApi,
  Folder,
  openNotebook,
  outputTexts,
  replaceCellText,
  runAll,
} from './support/notebooks.ts';
import { countBusyCells, hasPageBridge, texts } from './support/pageBridge.ts';
import { waitFor } from './support/waitFor.ts';

const errorMime = 'application/vnd.code.notebook.error';
const kql = (...texts: string[]): string => texts.map((text) => `\`\`\`kql\n${text}\n\`\`\`\n`).join('\n');
/** Far more work than any machine does during a test. */
const endlessQuery = [
  'range A from 1 to 3000000 step 1',
  '| extend K = 1',
  '| join kind=inner (range B from 1 to 3000000 step 1 | extend K = 1) on K',
  '| summarize S = sum(A * B % 7)',
].join('\n');

async function assertNoneBusy(): Promise<void> {
  if (!hasPageBridge) return;
  await waitFor('no cell to be busy', async () => ((await countBusyCells()) === 0 ? true : undefined));
}

export function runningSuite(): void {
  describe('running cells', () => {
    let folder: Folder;
    const open = async (text: string): Promise<vscode.NotebookDocument> => {
      folder = await Folder.with({ 'a.hunt.md': text });
      return openNotebook(folder.file('a.hunt.md'));
    };
    afterEach(async () => {
      await closeAllEditors();
      await folder.remove();
    });

    it('runs in order, each cell seeing what earlier cells published', async () => {
      const notebook = await open(
        kql('print N = 20 | as First', 'let Twice = 2;', 'First | extend M = N * Twice + 2'),
      );
      await runAll(notebook);
      assert.deepEqual(
        notebook.getCells().map(({ executionSummary }) => executionSummary?.executionOrder),
        [1, 2, 3],
      );
      assert.match(outputTexts(codeCell(notebook, 'kql', 2), 'text/plain').join(), /20 +42/);
    });

    it('stops at the first failure and leaves no spinner behind', async () => {
      const notebook = await open(kql('print 1', 'NoSuchTable | take 1', 'print 3'));
      await runAll(notebook);
      const [first, second, third] = notebook.getCells();
      assert.equal(first?.executionSummary?.success, true);
      assert.equal(second?.executionSummary?.success, false);
      assert.equal(third?.executionSummary?.executionOrder, undefined);
      assert.ok(second);
      const [output = ''] = outputTexts(second, errorMime);
      assert.match(output, /Line 1, column 1: .*NoSuchTable/);
      assert.doesNotMatch(output, /\bat \S+:\d+:\d+/, 'a call stack helps no hunter');
      assert.deepEqual(third?.outputs, []);
      await assertNoneBusy();
      if (hasPageBridge) {
        const drawn = (await texts('.output_container .error, .output-stream, .traceback')).join();
        assert.match(drawn, /Line 1, column 1: .*NoSuchTable/);
      }
    });

    it('leaves the session usable after a failure', async () => {
      const notebook = await open(kql('print 1 | as Kept', 'Broken |', 'Kept'));
      await runAll(notebook);
      await replaceCellText(codeCell(notebook, 'kql', 1), 'Kept | count');
      await runAll(notebook);
      assert.equal(codeCell(notebook, 'kql', 2).executionSummary?.success, true);
    });

    it('interrupts the query on Stop, and runs again afterwards', async () => {
      const notebook = await open(kql(endlessQuery, 'print 2'));
      const cell = codeCell(notebook, 'kql');
      const running = vscode.commands.executeCommand('notebook.execute');
      await waitFor('the query to start', () => cell.executionSummary?.executionOrder);
      await new Promise((resolve) => setTimeout(resolve, 500));
      await vscode.commands.executeCommand('notebook.cancelExecution');
      await waitFor('the query to end', () => cell.executionSummary?.timing);
      await running;
      assert.equal(cell.executionSummary?.success, undefined);
      assert.equal(codeCell(notebook, 'kql', 1).executionSummary?.executionOrder, undefined);
      await assertNoneBusy();
      await replaceCellText(cell, 'print 1');
      await runAll(notebook);
      assert.equal(codeCell(notebook, 'kql', 1).executionSummary?.success, true);
    });

    it('forgets what cells published when the session restarts', async () => {
      const notebook = await open(kql('print 1 | as Kept', 'Kept'));
      await runAll(notebook);
      await vscode.commands.executeCommand('hunt.restartSession');
      await vscode.commands.executeCommand('notebook.cell.execute', {
        ranges: [{ start: 1, end: 2 }],
        document: notebook.uri,
      });
      await waitFor(
        'the cell to fail',
        () => codeCell(notebook, 'kql', 1).executionSummary?.success === false || undefined,
      );
    });

    it('shows stored results when the notebook is reopened, and marks them stale when a cell above changes', async () => {
      const first = await open(kql('print Marker = "stored-value" | as A', 'A | extend Twice = 2'));
      await runAll(first);
      await closeAllEditors();
      await waitFor('the notebook to close', () => first.isClosed || undefined);
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      const cell = codeCell(notebook, 'kql', 1);
      await waitFor('the stored results', () => cell.outputs[0]);
      assert.match(outputTexts(cell, 'text/plain').join(), /stored-value +2/);
      assert.equal(notebook.isDirty, false);
      const api = await huntApi();
      const status = async (): Promise<string[]> =>
        (await api.describeResults()).map((drawn) => drawn.status);
      await waitFor('fresh results', async () => {
        const shown = await status().catch(() => []);
        return (shown.length === 2 && !shown.some((text) => /changed/.test(text))) || undefined;
      });
      await replaceCellText(codeCell(notebook, 'kql', 0), 'print Marker = "other" | as A');
      await waitFor(
        'stale results',
        async () => (await status()).every((text) => /changed/.test(text)) || undefined,
      );
    });

    it('runs every cell also while stored results are still being shown', async () => {
      const first = await open(kql('print A = 1 | as A', 'A | extend B = 2 | as B', 'B | extend C = 3'));
      await runAll(first);
      await closeAllEditors();
      await waitFor('the notebook to close', () => first.isClosed || undefined);
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      await runAll(notebook);
      assert.deepEqual(
        notebook
          .getCells()
          .map(({ executionSummary }) => [executionSummary?.executionOrder, executionSummary?.success]),
        [
          [1, true],
          [2, true],
          [3, true],
        ],
      );
      assert.match(outputTexts(codeCell(notebook, 'kql', 2), 'text/plain').join(), /1 +2 +3/);
    });

    it('marks a malformed row in a load and goes on', async () => {
      folder = await Folder.with({
        'a.hunt.md': '```hunt\nload:\n  T: t.csv\n```\n\n' + kql('T | count'),
        't.csv': 'A,B\n1,x\n2,y,too,many\n3,z\n',
      });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      await runAll(notebook);
      assert.match(outputTexts(codeCell(notebook, 'hunt'), 'text/plain').join(), /T_rejects[^]*line 3/);
      assert.match(outputTexts(codeCell(notebook, 'kql'), 'text/plain').join(), /2/);
    });
  });
}
