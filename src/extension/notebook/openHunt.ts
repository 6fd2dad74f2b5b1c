/**
 * One open hunt notebook: it joins the session, what the cells showed, the parameters and the pinned findings.
 *
 * Contracts: tasks of one notebook run one after the other; what a cell showed is forgotten before it runs again; pinned
 * findings outlive the session.
 */
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { CellOutcome, CellResult } from '../../notebook/cell.ts';
import { finishHunt } from '../../notebook/finish.ts';
import type { FinishedHunt } from '../../notebook/finishedHunt.ts';
import type { Finding } from '../../notebook/finding.ts';
import { isStale, type Fingerprint } from '../../notebook/fingerprint.ts';
import type { FrontMatter } from '../../notebook/huntDocument.ts';
import type { RunOptions, Session } from '../../notebook/session.ts';
import type { TokenSource } from '../../engine/remote/tokens.ts';
import type { KqlService } from '../../kql/translation.ts';
import type { ParameterValue } from '../../kql/types.ts';
import { loadResults, saveResults } from '../../notebook/sidecar.ts';
import type { ShownResults } from '../output/shownResults.ts';
import { CellStates, type CellState } from './cellStates.ts';
import { openSession } from './openSession.ts';
import { codeOf } from './runnableCell.ts';
import { documentCells } from './serializer.ts';
import { SessionSlot, type OpenedSession } from './sessionSlot.ts';
import { snapshotOf, type Snapshot } from './snapshot.ts';
import { TaskQueue } from './taskQueue.ts';

export interface HuntServices {
  /** Folder of all sessions' folders. */
  readonly storage: string;
  readonly kql: KqlService;
  readonly shownResults: ShownResults;
  readonly tokens: TokenSource;
  /** Fires with the notebook whose cells' states changed. */
  readonly changed: vscode.EventEmitter<vscode.NotebookDocument>;
}

export class OpenHunt {
  readonly notebook: vscode.NotebookDocument;
  readonly #services: HuntServices;
  readonly #states: CellStates;
  readonly #sessions = new SessionSlot(() => this.#open());
  readonly #tasks = new TaskQueue();
  readonly #keys = new WeakMap<vscode.NotebookCell, string>();
  #keyCount = 0;
  #executionOrder = 0;
  /** Findings that were pinned, kept here so that a new session does not lose them. */
  #pinned: readonly Finding[] = [];
  /** Stops the cell that runs now: on *Cancel*, on restart, and when the notebook closes. */
  #stopping = new AbortController();
  #snapshot: Snapshot | undefined;
  #restored: Promise<void> = Promise.resolve();
  #overrides: Readonly<Record<string, ParameterValue['value']>> = {};

  constructor(notebook: vscode.NotebookDocument, services: HuntServices) {
    this.notebook = notebook;
    this.#services = services;
    this.#states = new CellStates(notebook, services.shownResults);
  }

  /** The results that outputs of all notebooks show. */
  get shownResults(): ShownResults {
    return this.#services.shownResults;
  }

  /** Runs the task when all earlier ones have ended. */
  enqueue(task: () => Promise<void>): Promise<void> {
    return this.#tasks.add(task);
  }

  /** Runs the task that shows stored results, when all earlier tasks have ended. */
  enqueueRestoring(task: () => Promise<void>): Promise<void> {
    const run = this.enqueue(task);
    this.#restored = run.catch(() => undefined);
    return run;
  }

  /** Resolves when stored results are shown: VS Code refuses a second execution of a cell that still shows them. */
  restored(): Promise<void> {
    return this.#restored;
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
    await this.#states.forget(cell);
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

  /** The rows that only the local engine or only the remote one gives for a cell; the cell's own results stay. */
  async compareHomes(cell: vscode.NotebookCell, signal: AbortSignal): Promise<CellOutcome> {
    const code = codeOf(cell);
    if (code === undefined || !vscode.workspace.isTrusted)
      return failure(
        cell,
        'untrusted',
        'Only cells with a query are compared, in a workspace that you trust.',
      );
    const session = await this.session();
    return session.compareHomes(code, {
      key: this.keyOf(cell),
      signal: AbortSignal.any([this.#stopping.signal, signal]),
    });
  }

  stateOf(cell: vscode.NotebookCell): CellState | undefined {
    return this.#states.of(cell);
  }

  hasStates(): boolean {
    return !this.#states.isEmpty;
  }

  /** The cell or one above it changed after it ran. */
  isStale(cell: vscode.NotebookCell): boolean {
    const made = this.#states.of(cell)?.made;
    const now = this.#fingerprintOf(cell);
    return made !== undefined && now !== undefined && isStale(made, now);
  }

  /** The runnable cells above that have not run without an error in the live session. */
  cellsNotRunAbove(cell: vscode.NotebookCell): readonly vscode.NotebookCell[] {
    return this.notebook.getCells().filter((above) => {
      if (above.index >= cell.index || codeOf(above) === undefined) return false;
      const state = this.#states.of(above);
      return state === undefined || state.isRestored || state.outcome.status === 'failed';
    });
  }

  /** Stops the cell that runs now, and with it those that wait behind it. */
  stop(): void {
    this.#stopping.abort();
    this.#stopping = new AbortController();
  }

  async forgetAll(): Promise<void> {
    await this.#states.forgetAll();
    this.#services.changed.fire(this.notebook);
  }

  /** The session, opened on first use. */
  session(): Promise<Session> {
    return this.#sessions.get();
  }

  /** The session, where a cell has run already. */
  get liveSession(): Session | undefined {
    return this.#sessions.current;
  }

  async #open(): Promise<OpenedSession> {
    const { storage, kql, tokens } = this.#services;
    const opened = await openSession({
      storage,
      kql,
      notebookUri: this.notebook.uri,
      folder: this.folder(),
      fileName: this.fileName(),
      frontMatter: this.frontMatter(),
      tokens,
      cellOrder: () => this.notebook.getCells().map((cell) => this.keyOf(cell)),
    });
    for (const finding of this.#pinned) opened.session.addFinding(finding);
    return opened;
  }

  /** Ends the session with its tables; the next cell that runs opens a new one. What cells showed is gone with it. */
  async restart(): Promise<void> {
    await this.forgetAll();
    this.#executionOrder = 0;
    await this.#sessions.end();
  }

  async dispose(): Promise<void> {
    this.stop();
    await this.#tasks.ended();
    this.#services.shownResults.forget(this.notebook);
    await this.#sessions.end();
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
    return this.#states.resultsOf(cell);
  }

  setParameter(name: string, value: ParameterValue['value']): void {
    this.#overrides = { ...this.#overrides, [name]: value };
    this.#snapshot = undefined;
    this.#services.changed.fire(this.notebook);
  }

  pin(finding: Finding): void {
    this.#pinned = [...this.#pinned, finding];
    this.#sessions.current?.addFinding(finding);
  }

  /** The hunt as the report reads it. */
  finish(): Promise<FinishedHunt> {
    return finishHunt({
      fileName: this.fileName(),
      frontMatter: this.frontMatter(),
      cells: documentCells(this.notebook),
      outcomes: this.#states.inOrder().map((state) => state?.outcome),
      stale: this.notebook.getCells().map((cell) => this.isStale(cell)),
      pinned: this.#pinned,
    });
  }

  /** Writes what the cells show beside the notebook; does nothing for a notebook without a file. */
  async store(): Promise<void> {
    if (this.notebook.uri.scheme !== 'file') return;
    const states = this.#states.inOrder();
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
      if (stored === undefined || this.#states.of(cell) !== undefined) return false;
      this.#states.set(cell, { outcome: stored.outcome, made: stored.made, isRestored: true });
      return true;
    });
    for (const finding of findings) this.pin(finding);
    this.#services.changed.fire(this.notebook);
    return { cells: restored, problems };
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

function failure(cell: vscode.NotebookCell, code: string, message: string): CellOutcome {
  return { status: 'failed', errors: [{ code, message, start: 0, length: cell.document.getText().length }] };
}
