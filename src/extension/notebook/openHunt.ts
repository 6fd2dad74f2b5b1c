/** One open hunt notebook: its session, what its cells showed, and what is known of cells that have not run. */
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { CellOutcome, CellResult, CodeCell } from '../../notebook/cell.ts';
import { finishHunt } from '../../notebook/finish.ts';
import type { FinishedHunt } from '../../notebook/finishedHunt.ts';
import type { Finding } from '../../notebook/finding.ts';
import { isStale, type Fingerprint } from '../../notebook/fingerprint.ts';
import type { FrontMatter } from '../../notebook/huntDocument.ts';
import { codeCellOf } from '../../notebook/runAll.ts';
import type { RunOptions, Session } from '../../notebook/session.ts';
import type { KqlService } from '../../kql/translation.ts';
import type { ParameterValue } from '../../kql/types.ts';
import { loadResults, saveResults } from '../../notebook/sidecar.ts';
import type { StorableOutcome } from '../../notebook/sidecarIndex.ts';
import type { ShownResults } from '../output/shownResults.ts';
import { openSession } from './openSession.ts';
import { documentCells } from './serializer.ts';
import { snapshotOf, type Snapshot } from './snapshot.ts';

export interface HuntServices {
  /** Folder of all sessions' folders. */
  readonly storage: string;
  readonly kql: KqlService;
  readonly shownResults: ShownResults;
  /** Fires with the notebook whose cells' states changed. */
  readonly changed: vscode.EventEmitter<vscode.NotebookDocument>;
}

/** What a cell produced when it last ran, here or in an earlier session. */
export interface CellState {
  readonly outcome: StorableOutcome;
  /** What the cell and those above it were when it ran. */
  readonly made: Fingerprint;
  /** Read back from stored results. */
  readonly isRestored: boolean;
}

interface LiveSession {
  readonly session: Session;
  readonly folder: string;
}

export class OpenHunt {
  readonly notebook: vscode.NotebookDocument;
  readonly #services: HuntServices;
  readonly #states = new Map<vscode.NotebookCell, CellState>();
  readonly #keys = new WeakMap<vscode.NotebookCell, string>();
  #keyCount = 0;
  #live: Promise<LiveSession> | undefined;
  #session: Session | undefined;
  #previous: Promise<void> = Promise.resolve();
  #executionOrder = 0;
  /** Findings that were pinned, kept here so that a new session does not lose them. */
  #pinned: readonly Finding[] = [];
  /** Stops the cell that runs now: on *Cancel*, on restart, and when the notebook closes. */
  #stopping = new AbortController();
  #snapshot: Snapshot | undefined;
  #overrides: Readonly<Record<string, ParameterValue['value']>> = {};

  /** The results that outputs of all notebooks show. */
  get shownResults(): ShownResults {
    return this.#services.shownResults;
  }

  constructor(notebook: vscode.NotebookDocument, services: HuntServices) {
    this.notebook = notebook;
    this.#services = services;
  }

  /** Runs the task when all earlier ones have ended. */
  enqueue(task: () => Promise<void>): Promise<void> {
    const run = this.#previous.then(task);
    this.#previous = run.catch(() => undefined);
    return run;
  }

  nextExecutionOrder(): number {
    return ++this.#executionOrder;
  }

  /** Runs a cell and remembers what it produced. Never rejects for what goes wrong inside the cell. */
  async run(
    cell: vscode.NotebookCell,
    options: Pick<RunOptions, 'signal' | 'onProgress'>,
  ): Promise<CellOutcome> {
    const code = codeOf(cell);
    if (code === undefined)
      return failure(cell, 'language', `Cells in ${cell.document.languageId} do not run.`);
    if (!vscode.workspace.isTrusted)
      return failure(
        cell,
        'untrusted',
        'Cells run after you trust this workspace (Workspaces: Manage Workspace Trust).',
      );
    await this.forget(cell);
    const session = await this.session();
    const made = this.#fingerprintOf(cell);
    session.setFrontMatter(this.frontMatter());
    const signal = AbortSignal.any([this.#stopping.signal, ...(options.signal ? [options.signal] : [])]);
    const outcome = await session.runCell(code, { ...options, signal, key: this.keyOf(cell) });
    if (outcome.status !== 'cancelled' && made !== undefined)
      this.#states.set(cell, { outcome, made, isRestored: false });
    this.#services.changed.fire(this.notebook);
    return outcome;
  }

  stateOf(cell: vscode.NotebookCell): CellState | undefined {
    return this.#states.get(cell);
  }

  hasStates(): boolean {
    return this.#states.size > 0;
  }

  /** The cell or one above it changed after it ran. */
  isStale(cell: vscode.NotebookCell): boolean {
    const made = this.#states.get(cell)?.made;
    const now = this.#fingerprintOf(cell);
    return made !== undefined && now !== undefined && isStale(made, now);
  }

  /** The runnable cells above that have not run without an error in the live session. */
  cellsNotRunAbove(cell: vscode.NotebookCell): readonly vscode.NotebookCell[] {
    return this.notebook.getCells().filter((above) => {
      if (above.index >= cell.index || codeOf(above) === undefined) return false;
      const state = this.#states.get(above);
      return state === undefined || state.isRestored || state.outcome.status === 'failed';
    });
  }

  /** Stops the cell that runs now, and with it those that wait behind it. */
  stop(): void {
    this.#stopping.abort();
    this.#stopping = new AbortController();
  }

  /** Drops what a cell showed and frees its rows. */
  async forget(cell: vscode.NotebookCell): Promise<void> {
    const state = this.#states.get(cell);
    this.#states.delete(cell);
    this.#services.shownResults.forget(this.notebook, cell);
    const results = state?.outcome.status === 'ok' ? state.outcome.results : [];
    await Promise.all(results.map(({ table }) => table.release()));
  }

  async forgetAll(): Promise<void> {
    for (const cell of [...this.#states.keys()]) await this.forget(cell);
    this.#services.changed.fire(this.notebook);
  }

  /** The session, opened on first use. */
  async session(): Promise<Session> {
    this.#live ??= this.#open().catch((error: unknown) => {
      this.#live = undefined;
      throw error;
    });
    return (await this.#live).session;
  }

  async #open(): Promise<LiveSession> {
    const { storage, kql } = this.#services;
    const live = await openSession({
      storage,
      kql,
      notebookUri: this.notebook.uri,
      folder: this.folder(),
      fileName: this.fileName(),
      frontMatter: this.frontMatter(),
    });
    for (const finding of this.#pinned) live.session.addFinding(finding);
    this.#session = live.session;
    return live;
  }

  /** Ends the session with its tables; the next cell that runs opens a new one. What cells showed is gone with it. */
  async restart(): Promise<void> {
    await this.forgetAll();
    this.#executionOrder = 0;
    await this.#end();
  }

  async dispose(): Promise<void> {
    this.stop();
    // A task may ask for another, as a run asks for its results to be stored.
    let last;
    do {
      last = this.#previous;
      await last;
    } while (last !== this.#previous);
    this.#services.shownResults.forget(this.notebook);
    await this.#end();
  }

  async #end(): Promise<void> {
    const live = await this.#live?.catch(() => undefined);
    this.#live = undefined;
    this.#session = undefined;
    if (live === undefined) return;
    await live.session.dispose();
    await rm(live.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Folder that relative paths start from: the notebook's, or the workspace's for one that has no file yet. */
  folder(): string {
    if (this.notebook.uri.scheme === 'file') return dirname(this.notebook.uri.fsPath);
    return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
  }

  fileName(): string {
    return basename(this.notebook.uri.path);
  }

  /** The front matter as it is written now, with the values that were set for this session. */
  frontMatter(): FrontMatter {
    return this.#now().frontMatter;
  }

  /** Results of the cell as it last ran. */
  resultsOf(cell: vscode.NotebookCell): readonly CellResult[] {
    const outcome = this.#states.get(cell)?.outcome;
    return outcome?.status === 'ok' ? outcome.results : [];
  }

  setParameter(name: string, value: ParameterValue['value']): void {
    this.#overrides = { ...this.#overrides, [name]: value };
    this.#snapshot = undefined;
    this.#services.changed.fire(this.notebook);
  }

  pin(finding: Finding): void {
    this.#pinned = [...this.#pinned, finding];
    this.#session?.addFinding(finding);
  }

  /** The hunt as the report reads it. */
  finish(): Promise<FinishedHunt> {
    const cells = this.notebook.getCells();
    return finishHunt({
      fileName: this.fileName(),
      frontMatter: this.frontMatter(),
      cells: documentCells(this.notebook),
      outcomes: cells.map((cell) => this.#states.get(cell)?.outcome),
      stale: cells.map((cell) => this.isStale(cell)),
      pinned: this.#pinned,
    });
  }

  /** Writes what the cells show beside the notebook; does nothing for a notebook without a file. */
  async store(): Promise<void> {
    if (this.notebook.uri.scheme !== 'file') return;
    const states = this.notebook.getCells().map((cell) => this.#states.get(cell));
    await saveResults({
      notebookPath: this.notebook.uri.fsPath,
      cells: documentCells(this.notebook),
      parameters: this.frontMatter().params,
      outcomes: states.map((state) => state?.outcome),
      made: states.map((state) => state?.made),
      findings: this.#pinned,
    });
  }

  /** Takes over what was stored beside the notebook; returns the cells that have something to show, and complaints. */
  async restore(): Promise<{
    readonly cells: readonly vscode.NotebookCell[];
    readonly problems: readonly string[];
  }> {
    if (this.notebook.uri.scheme !== 'file') return { cells: [], problems: [] };
    const cells = this.notebook.getCells();
    const { findings, problems, ...loaded } = await loadResults({
      notebookPath: this.notebook.uri.fsPath,
      cells: documentCells(this.notebook),
      parameters: this.frontMatter().params,
      open: async (path, columns) => (await this.session()).engine.openParquet(path, columns),
    });
    const restored = cells.filter((cell, index) => {
      const stored = loaded.cells[index];
      if (stored === undefined || this.#states.has(cell)) return false;
      this.#states.set(cell, { outcome: stored.outcome, made: stored.made, isRestored: true });
      return true;
    });
    for (const finding of findings) this.pin(finding);
    this.#services.changed.fire(this.notebook);
    return { cells: restored, problems };
  }

  /** The session, where a cell has run already. */
  get liveSession(): Session | undefined {
    return this.#session;
  }

  #fingerprintOf(cell: vscode.NotebookCell): Fingerprint | undefined {
    return this.#now().fingerprints[cell.index];
  }

  #now(): Snapshot {
    if (this.#snapshot?.version !== this.notebook.version)
      this.#snapshot = snapshotOf(this.notebook, this.#overrides);
    return this.#snapshot;
  }

  /** A name of the cell for the session that stays when the cell is edited or moved. */
  keyOf(cell: vscode.NotebookCell): string {
    const key = this.#keys.get(cell) ?? `cell ${++this.#keyCount}`;
    this.#keys.set(cell, key);
    return key;
  }
}

/** The cell as one that runs; undefined for prose, front matter and other languages. */
export function codeOf(cell: vscode.NotebookCell): CodeCell | undefined {
  const kind = cell.kind === vscode.NotebookCellKind.Code ? 'code' : 'prose';
  return codeCellOf({ kind, language: cell.document.languageId, text: cell.document.getText() });
}

function failure(cell: vscode.NotebookCell, code: string, message: string): CellOutcome {
  return { status: 'failed', errors: [{ code, message, start: 0, length: cell.document.getText().length }] };
}
