/** *Hunt: Compare Local and Remote Rows*: runs a cell in both homes and shows below it the rows that only one gave. */
import type * as vscode from 'vscode';
import { failureOutput } from '../output/cellOutputs.ts';
import { showOutcome } from '../output/showOutcome.ts';
import type { OpenHunt } from '../notebook/openHunt.ts';

/** Adds the difference to the cell's outputs; its own results stay. */
export async function compareEngines(
  controller: vscode.NotebookController,
  hunt: OpenHunt,
  cell: vscode.NotebookCell,
): Promise<void> {
  await hunt.enqueue(async () => {
    const execution = controller.createNotebookCellExecution(cell);
    const aborter = new AbortController();
    const stop = execution.token.onCancellationRequested(() => aborter.abort());
    let hasSucceeded: boolean | undefined = false;
    execution.start(Date.now());
    try {
      const outcome = await hunt.compareHomes(cell, aborter.signal);
      await execution.appendOutput(await showOutcome(hunt, cell, outcome));
      hasSucceeded = outcome.status === 'cancelled' ? undefined : outcome.status === 'ok';
    } catch (error) {
      await execution.appendOutput([failureOutput(error)]);
    } finally {
      stop.dispose();
      execution.end(hasSucceeded, Date.now());
    }
  });
}
