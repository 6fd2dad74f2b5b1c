/** Runs one cell of a notebook, by its language. */
import type { CellOutcome, CodeCell } from './cell.ts';
import { wholeCell } from './cellChecks.ts';
import { failed } from './run/cellEnd.ts';
import type { CellRun, RunContext } from './run/cellRun.ts';
import { runQuery } from './run/runQuery.ts';
import { runSigma } from './run/runSigma.ts';
import { runStep } from './run/runStep.ts';

/** Runs the cell. Never rejects: an error that nobody foresaw is an error of the cell, too. */
export async function runCellIn(context: RunContext, cell: CodeCell, run: CellRun): Promise<CellOutcome> {
  if (run.signal?.aborted === true) return { status: 'cancelled' };
  try {
    return await runByLanguage(context, cell, run);
  } catch (error) {
    if (isAbort(error)) return { status: 'cancelled' };
    return failed(wholeCell(cell, 'unexpected', messageOf(error)));
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function runByLanguage(context: RunContext, cell: CodeCell, run: CellRun): Promise<CellOutcome> {
  switch (cell.language) {
    case 'kql':
    case 'sql':
      return runQuery(context, cell, run);
    case 'hunt':
      return runStep(context, cell, run);
    case 'sigma':
      return runSigma(context, cell, run);
  }
}
