/** Runs a notebook from the command line, as *Run All* does in the editor, and stores what it produced. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import { openLocalEngine } from '../engine/local/openLocalEngine.ts';
import { createKqlService } from '../kql/index.ts';
import type { CellOutcome } from '../notebook/cell.ts';
import type { Finding } from '../notebook/finding.ts';
import { ParameterError, parametersWith } from '../notebook/parameterOverrides.ts';
import { cellKey, runAll, type RunAllOptions } from '../notebook/runAll.ts';
import { createSession, type Session } from '../notebook/session.ts';
import { loadResults, saveResults } from '../notebook/sidecar.ts';
import type { ParameterValue } from '../kql/types.ts';
import { commandLineTokens } from './credentials.ts';
import type { Io } from './io.ts';
import { nameValue } from './nameValue.ts';
import type { NotebookFile } from './notebookFile.ts';
import { UsageError } from './usage.ts';
import { visibleLine } from './visible.ts';

export type Overrides = Readonly<Record<string, string>>;

/** Reads `--param NAME=VALUE` options. Throws {@link UsageError}. */
export function readOverrides(texts: readonly string[]): Overrides {
  return Object.fromEntries(texts.map((text) => nameValue('param', text)));
}

/** Returns the notebook's parameters with their values. Throws {@link UsageError} when an override does not fit. */
export function parametersOf(notebook: NotebookFile, overrides: Overrides): readonly ParameterValue[] {
  try {
    return parametersWith(notebook.document.frontMatter, overrides);
  } catch (error) {
    if (error instanceof ParameterError)
      throw new UsageError(error.message, 'Parameters are declared under `params` in the front matter.');
    throw error;
  }
}

/** Runs `use` with an engine in a folder of its own, and leaves no file behind. */
export async function withEngine<T>(use: (engine: LocalEngine) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'hunt-session-'));
  try {
    const engine = await openLocalEngine({ folder, kql: createKqlService() });
    try {
      return await use(engine);
    } finally {
      await engine.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface NotebookRun {
  /** Aligned with the notebook's cells. */
  readonly outcomes: readonly (CellOutcome | undefined)[];
  /** Evidence that the hunter had pinned before; a run keeps it. */
  readonly pinned: readonly Finding[];
  readonly status: 'ok' | 'failed' | 'cancelled';
}

/** What a run may do beyond the notebook's folder, and how it is told. */
export interface NotebookRunOptions extends Pick<RunAllOptions, 'onStart' | 'onEnd'> {
  /** Cells may talk to the hosts that they name. */
  readonly allowsNetwork?: boolean;
  /** Called with the session before the first cell runs. */
  readonly onSession?: (session: Session) => void;
}

/** Runs all code cells in order and stores the results beside the notebook. Results live as long as the engine. */
export async function runNotebook(
  engine: LocalEngine,
  notebook: NotebookFile,
  overrides: Overrides,
  io: Io,
  { allowsNetwork = false, onSession, ...callbacks }: NotebookRunOptions = {},
): Promise<NotebookRun> {
  const { cells, frontMatter } = notebook.document;
  const parameters = parametersOf(notebook, overrides);
  const stored = { notebookPath: notebook.path, cells, parameters };
  const earlier = await loadResults({ ...stored, open: engine.openParquet.bind(engine) });
  const pinned = earlier.findings;
  const folder = await realpath(notebook.folder);
  const session = createSession({
    engine,
    folder: notebook.folder,
    fileName: notebook.fileName,
    frontMatter,
    parameters: overrides,
    allowPath: (path) => {
      if (!path.startsWith(folder + sep))
        io.stderr.write(`note: reads ${visibleLine(path)}, outside the notebook's folder\n`);
      return Promise.resolve(true);
    },
    allowUrl: () => Promise.resolve(allowsNetwork),
    ...(io.loads !== undefined && { loads: io.loads }),
    tokens: commandLineTokens(process.env),
    cellOrder: () => cells.map((_cell, index) => cellKey(index)),
  });
  onSession?.(session);
  const outcomes = await runAll(session, cells, { signal: io.signal, ...callbacks });
  const status = outcomes.some((outcome) => outcome?.status === 'cancelled')
    ? 'cancelled'
    : outcomes.some((outcome) => outcome?.status === 'failed')
      ? 'failed'
      : 'ok';
  if (status !== 'cancelled') {
    try {
      // A cell that was not reached keeps what it produced earlier.
      const kept = cells.map((_cell, index) =>
        outcomes[index] === undefined ? earlier.cells[index] : undefined,
      );
      await saveResults({
        ...stored,
        outcomes: outcomes.map((outcome, index) => outcome ?? kept[index]?.outcome),
        made: kept.map((cell) => cell?.made),
        findings: pinned,
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      io.stderr.write(`The results could not be stored beside the notebook: ${visibleLine(why)}\n`);
    }
  }
  return { outcomes, pinned, status };
}
