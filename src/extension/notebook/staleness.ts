/** Marks results stale, and fresh again, while the hunter edits the cells that they came from. */
import * as vscode from 'vscode';
import { notebookType } from '../contributions.ts';
import type { RendererMessages } from '../output/rendererMessages.ts';
import type { ShownResults } from '../output/shownResults.ts';
import type { OpenHunts } from './openHunts.ts';

const debounceMs = 200;

export function registerStaleness(
  hunts: OpenHunts,
  shownResults: ShownResults,
  renderer: RendererMessages,
): vscode.Disposable {
  const marked = new WeakMap<vscode.NotebookCell, boolean>();
  const timers = new Map<vscode.NotebookDocument, NodeJS.Timeout>();

  const mark = (notebook: vscode.NotebookDocument): void => {
    const hunt = hunts.of(notebook);
    for (const cell of notebook.getCells()) {
      const isStale = hunt.isStale(cell);
      if ((marked.get(cell) ?? false) === isStale) continue;
      marked.set(cell, isStale);
      for (const resultId of shownResults.idsOfCell(cell)) renderer.markStale(resultId, isStale);
    }
    hunts.refreshStatusBars();
  };
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeNotebookDocument(({ notebook, cellChanges, contentChanges }) => {
      if (notebook.notebookType !== notebookType) return;
      const isEdited =
        contentChanges.length > 0 || cellChanges.some(({ document }) => document !== undefined);
      if (!isEdited) return;
      clearTimeout(timers.get(notebook));
      timers.set(
        notebook,
        setTimeout(() => {
          timers.delete(notebook);
          if (!notebook.isClosed) mark(notebook);
        }, debounceMs),
      );
    }),
    hunts.onDidChange(mark),
    { dispose: () => timers.forEach((timer) => clearTimeout(timer)) },
  );
}
