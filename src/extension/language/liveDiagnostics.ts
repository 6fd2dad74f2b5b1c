/**
 * Checks cells while they are written, and shows what went wrong in those that ran.
 *
 * A cell below others that have not run yet may name tables that will exist once they have: an error at such a name is
 * not shown, since it would be false as soon as the hunter presses *Run All*.
 */
import * as vscode from 'vscode';
import type { CellError } from '../../notebook/cell.ts';
import { notebookType } from '../contributions.ts';
import type { OpenHunt } from '../notebook/openHunt.ts';
import { codeOf } from '../notebook/runnableCell.ts';
import type { OpenHunts } from '../notebook/openHunts.ts';
import type { CellQuestions } from './cellQuestions.ts';
import { diagnosticsFromErrors } from './cellDiagnostics.ts';

const debounceMs = 300;

export function registerLiveDiagnostics(hunts: OpenHunts, questions: CellQuestions): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('hunt-cells');
  const timers = new Map<vscode.NotebookCell, NodeJS.Timeout>();

  const checkSoon = (cell: vscode.NotebookCell): void => {
    clearTimeout(timers.get(cell));
    timers.set(
      cell,
      setTimeout(() => {
        timers.delete(cell);
        void check(cell);
      }, debounceMs),
    );
  };
  const check = async (cell: vscode.NotebookCell): Promise<void> => {
    if (cell.notebook.isClosed || cell.document.isClosed || codeOf(cell) === undefined) {
      collection.delete(cell.document.uri);
      return;
    }
    const { version } = cell.document;
    const errors = await errorsOf(hunts.of(cell.notebook), cell, questions);
    // The text may have changed meanwhile; then another check is on its way.
    if (cell.document.version === version) {
      collection.set(cell.document.uri, diagnosticsFromErrors(cell.document, errors));
    }
  };
  const checkAll = (notebook: vscode.NotebookDocument): void => {
    if (notebook.notebookType === notebookType) notebook.getCells().forEach(checkSoon);
  };

  vscode.workspace.notebookDocuments.forEach(checkAll);
  return vscode.Disposable.from(
    collection,
    vscode.workspace.onDidOpenNotebookDocument(checkAll),
    vscode.workspace.onDidChangeNotebookDocument(({ notebook, cellChanges, contentChanges }) => {
      if (notebook.notebookType !== notebookType) return;
      for (const { cell, document } of cellChanges) if (document !== undefined) checkSoon(cell);
      for (const { removedCells, addedCells } of contentChanges) {
        for (const { document } of removedCells) collection.delete(document.uri);
        addedCells.forEach(checkSoon);
      }
    }),
    vscode.workspace.onDidCloseNotebookDocument((notebook) => {
      for (const { document } of notebook.getCells()) collection.delete(document.uri);
    }),
    hunts.onDidChange(checkAll),
    { dispose: () => timers.forEach((timer) => clearTimeout(timer)) },
  );
}

async function errorsOf(
  hunt: OpenHunt,
  cell: vscode.NotebookCell,
  questions: CellQuestions,
): Promise<readonly CellError[]> {
  const outcome = hunt.stateOf(cell)?.outcome;
  if (outcome?.status === 'failed' && !hunt.isStale(cell)) return outcome.errors;
  const errors = await questions.diagnose(hunt, cell);
  const text = cell.document.getText();
  const textAbove = hunt
    .cellsNotRunAbove(cell)
    .map((above) => above.document.getText())
    .join('\n');
  const namesAbove = new Set(textAbove.match(/[A-Za-z_]\w*/g));
  return errors.filter(({ start, length }) => !namesAbove.has(text.slice(start, start + length)));
}
