/**
 * The live state of one notebook: its engine with the tables, its parameters, the `let` statements that cells hand on,
 * and the findings.
 *
 * Contracts: cells run one at a time, in the order of the calls; `runCell` never rejects: whatever goes wrong in a cell
 * is in the outcome, and the session stays usable; what a cell published is replaced when it runs again.
 */
import { Lenses } from '../data/lenses/lenses.ts';
import type { LoadServices } from '../data/loadServices.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import type { TokenSource } from '../engine/remote/tokens.ts';
import { neededLets } from '../kql/neededLets.ts';
import type { Schema } from '../kql/types.ts';
import type { ActionContext } from '../steps/step.ts';
import type { CellError, CellOutcome, CodeCell } from './cell.ts';
import { diagnoseCell, kqlOfCell } from './cellChecks.ts';
import { Connections, type CellEngine } from './connections.ts';
import type { Finding } from './finding.ts';
import type { FrontMatter } from './huntDocument.ts';
import { parametersWith } from './parameterOverrides.ts';
import { PublishedLets } from './publishedLets.ts';
import { compareCell } from './compareCell.ts';
import type { RunContext } from './run/cellRun.ts';
import { runCellIn } from './runCell.ts';
import { PublishedResults } from './sentTables.ts';
import { LoadedSources } from './loadedSources.ts';
import { TablesBeside } from './tablesBeside.ts';

export interface SessionOptions {
  /** Owned by the session from now on: `dispose` disposes it. */
  readonly engine: LocalEngine;
  /** Folder that relative paths start from: the notebook's. */
  readonly folder: string;
  /** File name of the notebook. */
  readonly fileName: string;
  readonly frontMatter: FrontMatter;
  /** Values instead of the front matter's defaults, as text. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Asks whether a path outside the workspace may be read; false refuses. */
  readonly allowPath: ActionContext['allowPath'];
  /** Asks whether the host of an address may be talked to; absent or false refuses. */
  readonly allowUrl?: ActionContext['allowUrl'];
  /** Where loads keep tables and downloads; absent: nowhere. */
  readonly loads?: LoadServices;
  /** Signs requests to remote engines; absent: they go unsigned. */
  readonly tokens?: TokenSource;
  /**
   * Keys of the notebook's cells in their order, by which connect steps bind the cells below them. Absent: the connect
   * step that ran last binds.
   */
  readonly cellOrder?: () => readonly string[];
  readonly now?: () => Date;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: ActionContext['onProgress'];
  /**
   * What identifies the cell across edits, so that running it again replaces its `let` statements and findings.
   * Default: its text.
   */
  readonly key?: string;
}

export interface Session {
  readonly fileName: string;
  readonly engine: LocalEngine;
  /** Runs the cell. Never rejects. */
  runCell(cell: CodeCell, options?: RunOptions): Promise<CellOutcome>;
  /**
   * Runs the cell locally and on the engine that it is bound to, or the one connected to last, and returns the rows that
   * only one of them gave, as {@link compareHomes}. Never rejects; publishes nothing.
   */
  compareHomes(cell: CodeCell, options?: Pick<RunOptions, 'signal' | 'key'>): Promise<CellOutcome>;
  /** The KQL that a detection step or KQL cell runs, or why there is none. */
  kqlOf(cell: CodeCell, key?: string): Promise<string | readonly CellError[]>;
  /** What is wrong with the cell, without running it. `key` as in {@link RunOptions}. */
  diagnose(cell: CodeCell, key?: string): Promise<readonly CellError[]>;
  /** The `let` statements of other cells that the cell sees. `key` as in {@link RunOptions}. */
  visibleLets(cell: CodeCell, key?: string): readonly string[];
  /** Pins evidence. */
  addFinding(finding: Finding): void;
  /** Takes a pinned finding away again. */
  removeFinding(finding: Finding): void;
  /** Findings that steps asserted, in the order of their first run, then those that the hunter pinned. */
  findings(): readonly Finding[];
  /** Only those that the hunter pinned. */
  pinnedFindings(): readonly Finding[];
  /** Names of the connections that cells made, for the cells that choose one. */
  connectionNames(): readonly string[];
  /** The engine that the cell runs on, or why there is none. `key` as in {@link RunOptions}. */
  engineOf(cell: CodeCell, key?: string): CellEngine;
  /**
   * What the cell can name: of a remote engine its tables and functions; of the local one the tables there are, those that a lens makes, and those with a published schema whose log stands beside the
   * notebook. Without a cell: what cells after the connect step that ran last can name.
   */
  schema(cell?: CodeCell, key?: string): Schema;
  /** Forgets `let` statements and findings. The tables live in the engine: open a new session to be rid of them. */
  reset(): void;
  /** Takes new front matter: its parameters are those of the cells that run from now on. Throws `ParameterError`. */
  setFrontMatter(frontMatter: FrontMatter): void;
  dispose(): Promise<void>;
}

/** Opens a session. Throws `ParameterError` when an override is unknown or does not fit its type. */
export function createSession(options: SessionOptions): Session {
  return new NotebookSession(options);
}

class NotebookSession implements Session {
  readonly fileName: string;
  readonly engine: LocalEngine;
  readonly #context: Omit<RunContext, 'parameters'>;
  readonly #overrides: Readonly<Record<string, string>>;
  #parameters: RunContext['parameters'];
  readonly #lets = new PublishedLets();
  readonly #asserted = new Map<string, readonly Finding[]>();
  #pinned: readonly Finding[] = [];
  /** Settles when the cell before has finished. */
  #previous: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions) {
    const { engine, folder, fileName, frontMatter, allowPath, allowUrl, loads, tokens, cellOrder, now } =
      options;
    this.fileName = fileName;
    this.engine = engine;
    this.#overrides = options.parameters ?? {};
    this.#parameters = parametersWith(frontMatter, this.#overrides);
    const sources = new LoadedSources();
    this.#context = {
      engine,
      folder,
      allowPath,
      ...(allowUrl !== undefined && { allowUrl }),
      ...(loads !== undefined && { loads }),
      connections: new Connections({
        engine,
        ...(tokens !== undefined && { tokens }),
        ...(loads?.downloads.proxyFor !== undefined && { proxyFor: loads.downloads.proxyFor }),
        ...(cellOrder !== undefined && { cellOrder }),
      }),
      published: new PublishedResults(),
      now: now ?? (() => new Date()),
      lets: this.#lets,
      sources,
      beside: new TablesBeside(engine, folder, loads?.cache),
      lenses: new Lenses(engine, () => sources.tables()),
    };
  }

  runCell(cell: CodeCell, options: RunOptions = {}): Promise<CellOutcome> {
    const run = this.#previous.then(() => this.#run(cell, options));
    this.#previous = run;
    return run;
  }

  compareHomes(cell: CodeCell, options: Pick<RunOptions, 'signal' | 'key'> = {}): Promise<CellOutcome> {
    const run = this.#previous.then(() =>
      compareCell(this.#runContext(), cell, { key: cell.text, ...options }),
    );
    this.#previous = run;
    return run;
  }

  #runContext(): RunContext {
    return { ...this.#context, parameters: this.#parameters };
  }

  async #run(cell: CodeCell, options: RunOptions): Promise<CellOutcome> {
    const key = options.key ?? cell.text;
    const outcome = await runCellIn(this.#runContext(), cell, {
      ...options,
      key,
    });
    if (outcome.status === 'ok') this.#asserted.set(key, outcome.findings);
    return outcome;
  }

  kqlOf(cell: CodeCell, key?: string): Promise<string | readonly CellError[]> {
    return kqlOfCell(cell, this.schema(cell, key), this.#context, this.#parameters);
  }

  diagnose(cell: CodeCell, key = cell.text): Promise<readonly CellError[]> {
    const lets = neededLets(cell.text, this.visibleLets(cell, key));
    return diagnoseCell(cell, this.#context, { parameters: this.#parameters, lets }, key);
  }

  visibleLets(cell: CodeCell, key = cell.text): readonly string[] {
    return this.#lets.visibleTo(key, cell.text);
  }

  addFinding(finding: Finding): void {
    this.#pinned = [...this.#pinned, finding];
  }

  removeFinding(finding: Finding): void {
    this.#pinned = this.#pinned.filter((pinned) => pinned !== finding);
  }

  findings(): readonly Finding[] {
    return [...[...this.#asserted.values()].flat(), ...this.#pinned];
  }

  pinnedFindings(): readonly Finding[] {
    return this.#pinned;
  }

  connectionNames(): readonly string[] {
    return this.#context.connections.names();
  }

  engineOf(cell: CodeCell, key = cell.text): CellEngine {
    return cell.language === 'sql'
      ? { ok: true, engine: this.engine }
      : this.#context.connections.engineOf(key, cell.text);
  }

  schema(cell?: CodeCell, key?: string): Schema {
    const { beside, lenses, connections, published } = this.#context;
    const home = cell === undefined ? undefined : this.engineOf(cell, key);
    const engine = home?.ok === true ? home.engine : connections.latest();
    if (engine.kind !== 'local') return published.schemaOf(engine);
    const { tables } = engine.schema();
    return { tables: [...tables, ...beside.knownTables(), ...lenses.knownTables()] };
  }

  reset(): void {
    this.#lets.clear();
    this.#asserted.clear();
    this.#pinned = [];
  }

  setFrontMatter(frontMatter: FrontMatter): void {
    this.#parameters = parametersWith(frontMatter, this.#overrides);
  }

  async dispose(): Promise<void> {
    await this.#context.connections.clear();
    await this.engine.dispose();
  }
}
