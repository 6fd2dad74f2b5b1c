/** What the cells of a notebook produced when they last ran, in this session or in an earlier one. */
import type * as vscode from 'vscode';
import type { CellResult } from '../../notebook/cell.ts';
import type { Fingerprint } from '../../notebook/fingerprint.ts';
import type { StorableOutcome } from '../../notebook/sidecarIndex.ts';
import type { ShownResults } from '../output/shownResults.ts';

export interface CellState {
  readonly outcome: StorableOutcome;
  /** What the cell and those above it were when it ran. */
  readonly made: Fingerprint;
  /** Read back from stored results. */
  readonly isRestored: boolean;
}

export class CellStates {
  readonly #states = new Map<vscode.NotebookCell, CellState>();
  readonly #notebook: vscode.NotebookDocument;
  readonly #shownResults: ShownResults;

  constructor(notebook: vscode.NotebookDocument, shownResults: ShownResults) {
    this.#notebook = notebook;
    this.#shownResults = shownResults;
  }

  get isEmpty(): boolean {
    return this.#states.size === 0;
  }

  of(cell: vscode.NotebookCell): CellState | undefined {
    return this.#states.get(cell);
  }

  set(cell: vscode.NotebookCell, state: CellState): void {
    this.#states.set(cell, state);
  }

  /** The notebook's cells in order, each with its state. */
  inOrder(): readonly (CellState | undefined)[] {
    return this.#notebook.getCells().map((cell) => this.#states.get(cell));
  }

  /** Results of the cell as it last ran. */
  resultsOf(cell: vscode.NotebookCell): readonly CellResult[] {
    const outcome = this.#states.get(cell)?.outcome;
    return outcome?.status === 'ok' ? outcome.results : [];
  }

  /** Drops what a cell showed and frees its rows. */
  async forget(cell: vscode.NotebookCell): Promise<void> {
    const results = this.resultsOf(cell);
    this.#states.delete(cell);
    this.#shownResults.forget(this.#notebook, cell);
    await Promise.all(results.map(({ table }) => table.release()));
  }

  async forgetAll(): Promise<void> {
    for (const cell of [...this.#states.keys()]) await this.forget(cell);
  }
}
