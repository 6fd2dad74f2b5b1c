/**
 * The open hunt notebooks with their live state: the session, what each cell showed, the findings.
 *
 * Contracts: a session starts with the first cell that runs and ends when its notebook closes; requests to run are
 * served one after the other; after a restart or a clear nothing of the earlier session is shown as if it were live.
 */
import * as vscode from 'vscode';
import { notebookType } from '../contributions.ts';
import { OpenHunt, type HuntServices } from './openHunt.ts';

export class OpenHunts implements vscode.Disposable {
  readonly #hunts = new Map<vscode.NotebookDocument, OpenHunt>();
  readonly #services: HuntServices;
  readonly #changed = new vscode.EventEmitter<vscode.NotebookDocument>();
  /** Fires when the states of a notebook's cells changed. */
  readonly onDidChange = this.#changed.event;
  readonly #changedAny = new vscode.EventEmitter<void>();
  /** The same, without saying which notebook. */
  readonly onDidChangeAny = this.#changedAny.event;
  readonly #closing = vscode.workspace.onDidCloseNotebookDocument((notebook) => void this.#close(notebook));

  constructor(services: Omit<HuntServices, 'changed'>) {
    this.#services = { ...services, changed: this.#changed };
    this.#changed.event(() => this.#changedAny.fire());
  }

  /** Returns the state of a notebook, made on first use. */
  of(notebook: vscode.NotebookDocument): OpenHunt {
    const known = this.#hunts.get(notebook);
    if (known !== undefined) return known;
    const hunt = new OpenHunt(notebook, this.#services);
    this.#hunts.set(notebook, hunt);
    return hunt;
  }

  /** Returns the state of the notebook that holds a cell's document. */
  ofCellDocument(document: vscode.TextDocument): { hunt: OpenHunt; cell: vscode.NotebookCell } | undefined {
    for (const notebook of vscode.workspace.notebookDocuments) {
      if (notebook.notebookType !== notebookType) continue;
      const cell = notebook.getCells().find((candidate) => candidate.document === document);
      if (cell !== undefined) return { hunt: this.of(notebook), cell };
    }
    return undefined;
  }

  async dispose(): Promise<void> {
    this.#closing.dispose();
    await Promise.all([...this.#hunts.keys()].map((notebook) => this.#close(notebook)));
  }

  async #close(notebook: vscode.NotebookDocument): Promise<void> {
    const hunt = this.#hunts.get(notebook);
    this.#hunts.delete(notebook);
    await hunt?.dispose();
  }
}
