/** Compares a cell of any language that is KQL in the end. */
import type { CellOutcome, CodeCell } from './cell.ts';
import { kqlOfCell, wholeCell } from './cellChecks.ts';
import { compareHomes } from './compareHomes.ts';
import type { RunContext } from './run/cellRun.ts';

export interface CompareOptions {
  readonly key: string;
  readonly signal?: AbortSignal;
}

/** Runs the cell in its two homes. Never rejects. */
export async function compareCell(
  context: RunContext,
  cell: CodeCell,
  options: CompareOptions,
): Promise<CellOutcome> {
  try {
    return await compared(context, cell, options);
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return { status: 'cancelled' };
    const message = error instanceof Error ? error.message : String(error);
    return { status: 'failed', errors: wholeCell(cell, 'unexpected', message) };
  }
}

async function compared(
  context: RunContext,
  cell: CodeCell,
  { key, signal }: CompareOptions,
): Promise<CellOutcome> {
  const { connections, published, lets, parameters } = context;
  const bound = connections.engineOf(key, cell.text);
  const remote = bound.ok && bound.engine.kind !== 'local' ? bound.engine : connections.remotes().at(-1);
  if (remote === undefined) {
    const message =
      'There is no second home: no cell above connects to a remote engine. Add a `connect` step and run it.';
    return { status: 'failed', errors: wholeCell(cell, 'no-connection', message) };
  }
  const kql = await kqlOfCell(cell, published.schemaOf(remote), context, parameters);
  if (typeof kql !== 'string') return { status: 'failed', errors: kql };
  return compareHomes(context, {
    cell,
    kql,
    remote,
    lets: cell.language === 'kql' ? lets.visibleTo(key, cell.text) : [],
    ...(signal !== undefined && { signal }),
  });
}
