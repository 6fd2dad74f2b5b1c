/** One open hunt notebook: its session, what its cells showed, and what is known of cells that have not run. */
import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { CellError, CellOutcome, CellResult, CodeCell } from '../../notebook/cell.ts';
import type { Finding } from '../../notebook/finding.ts';
import { fingerprintsOf, isStale, type Fingerprint } from '../../notebook/fingerprint.ts';
import { parseDocument } from '../../notebook/format/index.ts';
import type { FrontMatter } from '../../notebook/huntDocument.ts';
import { codeCellOf } from '../../notebook/runAll.ts';
import type { RunOptions, Session } from '../../notebook/session.ts';
import type { Completion, Hover, KqlService, TranslationRequest } from '../../kql/translation.ts';
import { ticksFromEpochMilliseconds } from '../../kql/time/ticks.ts';
import type { ParameterValue, Schema } from '../../kql/types.ts';
import type { LoadedTable } from '../../data/loadedTable.ts';
import type { ShownResults } from '../output/shownResults.ts';
import { stepProblems } from '../language/stepVerb.ts';
import { openSession } from './openSession.ts';
import { documentCells, notebookText } from './serializer.ts';

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
  readonly results: readonly CellResult[];
  readonly loaded: readonly LoadedTable[];
  readonly notices: readonly string[];
  readonly errors: readonly CellError[];
  /** ISO instant. */
  readonly ranAt: string;
  readonly fingerprint: Fingerprint;
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
    const ranAt = new Date().toISOString();
    const fingerprint = this.#fingerprintOf(cell);
    session.setFrontMatter(this.frontMatter());
    const outcome = await session.runCell(code, { ...options, key: this.#keyOf(cell) });
    if (outcome.status !== 'cancelled' && fingerprint !== undefined) {
      const { results = [], loaded = [], notices = [] } = outcome.status === 'ok' ? outcome : {};
      const errors = outcome.status === 'failed' ? outcome.errors : [];
      this.#states.set(cell, { results, loaded, notices, errors, ranAt, fingerprint, isRestored: false });
    }
    this.#services.changed.fire(this.notebook);
    return outcome;
  }

  /** Takes over what a cell showed in an earlier session. */
  restore(cell: vscode.NotebookCell, state: CellState): void {
    this.#states.set(cell, state);
  }

  stateOf(cell: vscode.NotebookCell): CellState | undefined {
    return this.#states.get(cell);
  }

  /** The cell or one above it changed after it ran. */
  isStale(cell: vscode.NotebookCell): boolean {
    const made = this.#states.get(cell)?.fingerprint;
    const now = this.#fingerprintOf(cell);
    return made !== undefined && now !== undefined && isStale(made, now);
  }

  /** Every runnable cell above has run without an error in the live session. */
  hasRunEverythingAbove(cell: vscode.NotebookCell): boolean {
    return this.cellsNotRunAbove(cell).length === 0;
  }

  cellsNotRunAbove(cell: vscode.NotebookCell): readonly vscode.NotebookCell[] {
    return this.notebook.getCells().filter((above) => {
      if (above.index >= cell.index || codeOf(above) === undefined) return false;
      const state = this.#states.get(above);
      return state === undefined || state.isRestored || state.errors.length > 0;
    });
  }

  /** Drops what a cell showed and frees its rows. */
  async forget(cell: vscode.NotebookCell): Promise<void> {
    const state = this.#states.get(cell);
    this.#states.delete(cell);
    this.#services.shownResults.forget(this.notebook, cell);
    await Promise.all((state?.results ?? []).map(({ table }) => table.release()));
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
    return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
  }

  fileName(): string {
    return basename(this.notebook.uri.path);
  }

  /** The front matter as it is written now, with the values that were set for this session. */
  frontMatter(): FrontMatter {
    const { frontMatter } = parseDocument(notebookText(this.notebook));
    const params = frontMatter.params.map((parameter) =>
      Object.hasOwn(this.#overrides, parameter.name)
        ? { ...parameter, value: this.#overrides[parameter.name] ?? null }
        : parameter,
    );
    return { ...frontMatter, params };
  }

  setParameter(name: string, value: ParameterValue['value']): void {
    this.#overrides = { ...this.#overrides, [name]: value };
    this.#services.changed.fire(this.notebook);
  }

  pin(finding: Finding): void {
    this.#pinned = [...this.#pinned, finding];
    this.#session?.addFinding(finding);
  }

  pinned(): readonly Finding[] {
    return this.#pinned;
  }

  findings(): readonly Finding[] {
    return this.#session?.findings() ?? this.#pinned;
  }

  /** Tables of the live session; none before the first cell ran. */
  knownSchema(): Schema {
    return this.#session?.schema() ?? { tables: [] };
  }

  /** What is wrong with a cell, as far as it can be known without running it. */
  async diagnose(cell: vscode.NotebookCell): Promise<readonly CellError[]> {
    const code = codeOf(cell);
    if (code === undefined) return [];
    if (this.#session !== undefined) return this.#session.diagnose(code, this.#keyOf(cell));
    if (code.language !== 'kql') return stepProblems(code);
    const translation = await this.#services.kql.translate(this.#request(cell));
    return translation.ok ? [] : translation.errors;
  }

  /** The KQL that a cell runs, or why there is none. */
  async kqlOf(cell: vscode.NotebookCell): Promise<string | readonly CellError[]> {
    const code = codeOf(cell);
    if (code === undefined)
      return [{ code: 'no-kql', message: 'This cell runs no query.', start: 0, length: 0 }];
    return (await this.session()).kqlOf(code);
  }

  completeKql(cell: vscode.NotebookCell, offset: number): Promise<readonly Completion[]> {
    return this.#services.kql.complete(this.#request(cell), offset);
  }

  hoverKql(cell: vscode.NotebookCell, offset: number): Promise<Hover | undefined> {
    return this.#services.kql.hover(this.#request(cell), offset);
  }

  #request(cell: vscode.NotebookCell): TranslationRequest {
    return {
      text: cell.document.getText(),
      schema: this.knownSchema(),
      parameters: this.frontMatter().params,
      nowTicks: ticksFromEpochMilliseconds(Date.now()),
    };
  }

  #fingerprintOf(cell: vscode.NotebookCell): Fingerprint | undefined {
    return fingerprintsOf(documentCells(this.notebook), this.frontMatter().params)[cell.index];
  }

  /** A name of the cell for the session that stays when the cell is edited or moved. */
  #keyOf(cell: vscode.NotebookCell): string {
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
