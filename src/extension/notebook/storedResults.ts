/** Results outlive the session: stored beside the notebook after a run or a save, shown again when it is reopened. */
import * as vscode from 'vscode';
import { controllerId, notebookType } from '../contributions.ts';
import { showOutcome } from '../output/showOutcome.ts';
import { readSettings } from '../settings.ts';
import type { OpenHunt } from './openHunt.ts';
import type { OpenHunts } from './openHunts.ts';

/** Restores when the kernel takes a notebook over (only then may it show outputs), and stores on save. */
export function registerStoredResults(
  controller: vscode.NotebookController,
  hunts: OpenHunts,
  extensionId: string,
): vscode.Disposable {
  const selected = new WeakSet<vscode.NotebookDocument>();
  const select = (editors: readonly vscode.NotebookEditor[]): void => {
    for (const notebookEditor of editors) {
      const { notebook } = notebookEditor;
      if (notebook.notebookType !== notebookType || selected.has(notebook)) continue;
      void vscode.commands.executeCommand('notebook.selectKernel', {
        notebookEditor,
        id: controllerId,
        extension: extensionId,
      });
    }
  };
  select(vscode.window.visibleNotebookEditors);
  return vscode.Disposable.from(
    controller.onDidChangeSelectedNotebooks(async ({ notebook, selected: isSelected }) => {
      if (!isSelected || selected.has(notebook)) return;
      selected.add(notebook);
      const hunt = await hunts.afterClosing(notebook);
      await hunt.enqueue(() => showStored(controller, hunt));
    }),
    vscode.window.onDidChangeVisibleNotebookEditors(select),
    vscode.workspace.onDidSaveNotebookDocument((notebook) => {
      if (notebook.notebookType === notebookType) storeSoon(hunts.of(notebook), ['afterRun', 'onSave']);
    }),
  );
}

/** Stores what the cells show, behind what is already to be done, if the setting is one of `when`. */
export function storeSoon(hunt: OpenHunt, when: readonly ('afterRun' | 'onSave')[]): void {
  const { storeResults } = readSettings(hunt.notebook.uri);
  if (!when.some((moment) => moment === storeResults) || !hunt.hasStates()) return;
  void hunt
    .enqueue(() => hunt.store())
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      void vscode.window.showWarningMessage(`The results could not be stored beside the notebook: ${reason}`);
    });
}

async function showStored(controller: vscode.NotebookController, hunt: OpenHunt): Promise<void> {
  const { cells, problems } = await hunt.restore();
  for (const problem of problems) void vscode.window.showWarningMessage(problem);
  for (const cell of cells) await showStoredCell(controller, hunt, cell);
}

/** An execution that took place then: the only way by which an extension gives outputs to a cell without an edit. */
async function showStoredCell(
  controller: vscode.NotebookController,
  hunt: OpenHunt,
  cell: vscode.NotebookCell,
): Promise<void> {
  const outcome = hunt.stateOf(cell)?.outcome;
  if (outcome === undefined) return;
  const provenance = hunt.resultsOf(cell)[0]?.provenance;
  const startMs = provenance === undefined ? undefined : Date.parse(provenance.startedAt);
  const execution = controller.createNotebookCellExecution(cell);
  execution.start(startMs);
  try {
    await execution.replaceOutput(await showOutcome(hunt, cell, outcome));
  } finally {
    execution.end(outcome.status === 'ok', startMs && startMs + (provenance?.durationMs ?? 0));
  }
}
