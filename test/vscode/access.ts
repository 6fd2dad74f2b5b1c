/** What a notebook may read: its own folder and the workspace; other places after the hunter agreed. */
import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { closeAllEditors, codeCell, Folder, openNotebook, outputTexts, runAll } from './support/notebooks.ts';
import { answerMessages, type Asked } from './support/stub.ts';

const errorMime = 'application/vnd.code.notebook.error';

export function accessSuite(): void {
  describe('a log outside of the workspace', () => {
    let folder: Folder;
    let elsewhere: Folder;
    let asked: Asked;
    const run = async (button: string | undefined): Promise<vscode.NotebookDocument> => {
      elsewhere = await Folder.with({ 'log.csv': 'Name\nsecret-value\n' });
      const load = `load:\n  Log: ${JSON.stringify(elsewhere.file('log.csv'))}`;
      folder = await Folder.with({
        'a.hunt.md': `\`\`\`hunt\n${load}\n\`\`\`\n\n\`\`\`kql\nLog\n\`\`\`\n`,
      });
      asked = answerMessages('showWarningMessage', button);
      const notebook = await openNotebook(folder.file('a.hunt.md'));
      await runAll(notebook);
      return notebook;
    };
    afterEach(async () => {
      asked.restore();
      await closeAllEditors();
      await folder.remove();
      await elsewhere.remove();
    });

    it('is read after the hunter agreed, and is asked for once a session', async () => {
      const notebook = await run('Read It');
      assert.match(outputTexts(codeCell(notebook, 'kql'), 'text/plain').join(), /secret-value/);
      await runAll(notebook);
      assert.equal(asked.messages.length, 1);
      assert.ok(asked.messages[0]?.includes('log.csv'), asked.messages[0]);
    });

    it('is not read when the hunter refuses', async () => {
      const notebook = await run(undefined);
      const cell = codeCell(notebook, 'hunt');
      assert.equal(cell.executionSummary?.success, false);
      assert.match(outputTexts(cell, errorMime).join(), /log\.csv/);
      assert.equal(codeCell(notebook, 'kql').outputs.length, 0);
    });
  });
}
