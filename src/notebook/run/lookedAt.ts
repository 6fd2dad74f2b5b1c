/** Asks the engine of a cell what there was to look at, for a step or rule that found nothing. */
import type { Engine } from '../../engine/engine.ts';
import { lookedAtSentences } from '../nothingFound.ts';
import { queryOn } from '../queryOn.ts';
import { signalOf, type CellRun, type RunContext } from './cellRun.ts';

/** What a looked-at query tells, in sentences. */
export async function lookedAtBy(
  context: RunContext,
  engine: Engine,
  kql: string | undefined,
  run: CellRun,
): Promise<readonly string[]> {
  if (kql === undefined) return [];
  const outcome = await queryOn(context, engine, kql, signalOf(run));
  if (!outcome.ok) return [`What it looked at is not known: ${outcome.errors[0]?.message ?? 'no reason'}`];
  const table = outcome.results.at(-1)?.table;
  if (table === undefined) return [];
  try {
    return await lookedAtSentences(table, run.signal);
  } finally {
    await table.release();
  }
}
