/** Runs the cells of a notebook in order, for the CLI and the editor alike. */
import { runnableLanguages, type CellOutcome, type CodeCell } from './cell.ts';
import type { DocumentCell } from './huntDocument.ts';
import type { RunOptions, Session } from './session.ts';

export interface RunAllOptions extends Omit<RunOptions, 'key'> {
  /** Called before a cell runs, with its index among `cells`. */
  readonly onStart?: (index: number, cell: CodeCell) => void | Promise<void>;
  /** Called after a cell ran, before the next starts. */
  readonly onEnd?: (index: number, outcome: CellOutcome) => void | Promise<void>;
}

/**
 * Runs the code cells in order and stops at the first that does not succeed.
 * Returns an outcome for each cell that ran; undefined for prose and for what was not reached.
 */
export async function runAll(
  session: Session,
  cells: readonly DocumentCell[],
  { onStart, onEnd, ...options }: RunAllOptions = {},
): Promise<readonly (CellOutcome | undefined)[]> {
  const outcomes: (CellOutcome | undefined)[] = cells.map(() => undefined);
  for (const [index, documentCell] of cells.entries()) {
    const cell = codeCellOf(documentCell);
    if (cell === undefined) continue;
    await onStart?.(index, cell);
    const outcome = await session.runCell(cell, { ...options, key: cellKey(index) });
    outcomes[index] = outcome;
    await onEnd?.(index, outcome);
    if (outcome.status !== 'ok') break;
  }
  return outcomes;
}

/** What identifies the cell at that place, for a session that runs the notebook as it stands. */
export function cellKey(index: number): string {
  return `cell ${index}`;
}

/** The cell as one that runs; undefined for prose, front matter and other languages. */
export function codeCellOf({ kind, language, text }: DocumentCell): CodeCell | undefined {
  const runnable = runnableLanguages.find((known) => known === language);
  return kind === 'code' && runnable !== undefined ? { language: runnable, text } : undefined;
}
