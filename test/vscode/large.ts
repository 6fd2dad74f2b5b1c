/** A million rows: the grid shows any of them, and the editor answers meanwhile. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DescribedResult } from '../../src/renderer/protocol.ts';
import { closeAllEditors, codeCell, Folder, huntApi, openNotebook, runAll } from './support/notebooks.ts';
import { evaluate, fill, needsPageBridge } from './support/pageBridge.ts';
import { waitFor } from './support/waitFor.ts';

const query = [
  'range Number from 1 to 1000000 step 1',
  '| extend Text = strcat("row ", Number), Shuffled = Number * 7919 % 1000003',
].join('\n');

export function largeSuite(): void {
  describe('a result of a million rows', () => {
    let folder: Folder;
    afterEach(async () => {
      await closeAllEditors();
      await folder.remove();
    });

    it('scrolls to its end, sorts and filters, while commands are answered', async function () {
      needsPageBridge(this);
      folder = await Folder.with({ 'a.hunt.md': `\`\`\`kql\n${query}\n\`\`\`\n` });
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      await runAll(notebook);
      assert.equal(codeCell(notebook, 'kql').executionSummary?.success, true);
      const api = await huntApi();
      const until = (what: string, isShown: (drawn: DescribedResult) => boolean): Promise<DescribedResult> =>
        waitFor(what, async () => {
          const drawn = (await api.describeResults().catch(() => []))[0];
          return drawn !== undefined && isShown(drawn) ? drawn : undefined;
        });
      const first = await until('the first rows', ({ cells }) => cells[0]?.[0] === '1');
      assert.match(first.status, /1,000,000 rows/);
      await evaluate('.hunt-grid', '(grid) => { grid.scrollTop = grid.scrollHeight; }');
      await until('the last row', ({ cells }) => cells.at(-1)?.[0] === '1000000');
      await evaluate('.hunt-hcell:last-child', '(header) => header.click()');
      const slowestMs = await slowestCommand();
      await until('the sorted rows', ({ cells }) => cells[0]?.[2] === '1');
      console.log(`      (while sorting, the slowest command took ${slowestMs} ms)`);
      await fill('.hunt-bar .hunt-input', 'row 99999');
      const filtered = await until('the filtered rows', ({ matchingRows }) => matchingRows === 11);
      assert.ok(filtered.cells.every((cells) => cells[1]?.includes('row 99999')));
    });
  });
}

/** The longest of some commands that go to the window and back, in ms. */
async function slowestCommand(): Promise<number> {
  let slowestMs = 0;
  for (let round = 0; round < 10; round++) {
    const startedMs = Date.now();
    await vscode.commands.executeCommand('notebook.focusTop');
    slowestMs = Math.max(slowestMs, Date.now() - startedMs);
  }
  return slowestMs;
}
