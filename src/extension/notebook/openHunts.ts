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
  readonly #statusBars = new vscode.EventEmitter<void>();
  /** Fires when what stands below cells is to be written anew. */
  readonly onDidChangeStatusBars = this.#statusBars.event;
  /** Notebooks whose sessions are ending, by address: one that is reopened waits for its results to be stored. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #closing = vscode.workspace.onDidCloseNotebookDocument((notebook) => void this.#close(notebook));

  constructor(services: Omit<HuntServices, 'changed'>) {
    this.#services = { ...services, changed: this.#changed };
  }

  /** Returns the state of a notebook, made on first use. */
  of(notebook: vscode.NotebookDocument): OpenHunt {
    const known = this.#hunts.get(notebook);
    if (known !== undefined) return known;
    const hunt = new OpenHunt(notebook, this.#services);
    this.#hunts.set(notebook, hunt);
    return hunt;
  }

  /** Returns the state of a notebook once an earlier one of the same file has ended. */
  async afterClosing(notebook: vscode.NotebookDocument): Promise<OpenHunt> {
    await this.#ending.get(notebook.uri.toString());
    return this.of(notebook);
  }

  refreshStatusBars(): void {
    this.#statusBars.fire();
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
    if (hunt === undefined) return;
    this.#hunts.delete(notebook);
    const address = notebook.uri.toString();
    const ending = hunt.dispose();
    this.#ending.set(address, ending);
    await ending.finally(() => {
      if (this.#ending.get(address) === ending) this.#ending.delete(address);
    });
  }
}
