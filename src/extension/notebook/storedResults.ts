/** Results outlive the session: stored beside the notebook after a run or a save, shown again when it is reopened. */
import * as vscode from 'vscode';
import { controllerId, notebookType } from '../contributions.ts';
import { showOutcome } from '../output/showOutcome.ts';
import { reasonOf } from '../reason.ts';
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
      try {
        await hunt.enqueueRestoring(() => showStored(controller, hunt));
      } catch (error) {
        warn('The stored results could not be shown', error);
      }
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
    .catch((error: unknown) => warn('The results could not be stored beside the notebook', error));
}

function warn(what: string, error: unknown): void {
  void vscode.window.showWarningMessage(`${what}: ${reasonOf(error)}`);
}

async function showStored(controller: vscode.NotebookController, hunt: OpenHunt): Promise<void> {
  const { cells, problems } = await hunt.restore();
  for (const problem of problems) void vscode.window.showWarningMessage(problem);
  const stored = await Promise.all(cells.map((cell) => storedCell(hunt, cell)));
  await Promise.all(stored.flatMap((each) => (each === undefined ? [] : [showStoredCell(controller, each)])));
}

interface StoredCell {
  readonly cell: vscode.NotebookCell;
  readonly outputs: readonly vscode.NotebookCellOutput[];
  readonly hasSucceeded: boolean;
  /** When it ran, in ms since the epoch; absent for a cell without results. */
  readonly timing?: { readonly startMs: number; readonly endMs: number };
}

async function storedCell(hunt: OpenHunt, cell: vscode.NotebookCell): Promise<StoredCell | undefined> {
  const outcome = hunt.stateOf(cell)?.outcome;
  if (outcome === undefined) return undefined;
  const outputs = await showOutcome(hunt, cell, outcome);
  const hasSucceeded = outcome.status === 'ok';
  const provenance = hunt.resultsOf(cell)[0]?.provenance;
  if (provenance === undefined) return { cell, outputs, hasSucceeded };
  const startMs = Date.parse(provenance.startedAt);
  return { cell, outputs, hasSucceeded, timing: { startMs, endMs: startMs + provenance.durationMs } };
}

/**
 * An execution that took place then: the only way by which an extension gives outputs to a cell without an edit. It begins
 * and ends in one turn, for *Run All* leaves out a cell that is executing: VS Code then never acts on a command in between.
 */
function showStoredCell(
  controller: vscode.NotebookController,
  { cell, outputs, hasSucceeded, timing }: StoredCell,
): Thenable<void> {
  const execution = controller.createNotebookCellExecution(cell);
  execution.start(timing?.startMs);
  const shown = execution.replaceOutput([...outputs]);
  execution.end(hasSucceeded, timing?.endMs);
  return shown;
}
