/** The results that outputs show, by the id that their renderer uses to ask for pages. */
import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import type { CellResult } from '../../notebook/cell.ts';

export interface ShownResult {
  readonly notebook: vscode.NotebookDocument;
  readonly cell: vscode.NotebookCell;
  readonly result: CellResult;
}

export class ShownResults {
  readonly #shown = new Map<string, ShownResult>();

  /** Returns the id under which the result is found from now on. */
  add(shown: ShownResult): string {
    const resultId = randomUUID();
    this.#shown.set(resultId, shown);
    return resultId;
  }

  get(resultId: string): ShownResult | undefined {
    return this.#shown.get(resultId);
  }

  ofCell(cell: vscode.NotebookCell): readonly ShownResult[] {
    return [...this.#shown.values()].filter((shown) => shown.cell === cell);
  }

  idsOfCell(cell: vscode.NotebookCell): readonly string[] {
    return [...this.#shown].filter(([, shown]) => shown.cell === cell).map(([resultId]) => resultId);
  }

  forget(notebook: vscode.NotebookDocument, cell?: vscode.NotebookCell): void {
    for (const [resultId, shown] of this.#shown) {
      if (shown.notebook === notebook && (cell === undefined || shown.cell === cell))
        this.#shown.delete(resultId);
    }
  }
}
