/** Trying a cell, and again with the tables that it misses and that stand beside the notebook. */
import type { LoadedTable } from '../data/loadedTable.ts';
import type { ActionContext } from '../steps/step.ts';
import type { CellError } from './cell.ts';
import type { LoadedSources } from './loadedSources.ts';
import type { TablesBeside } from './tablesBeside.ts';

/** What a try gave, or what kept it from it. */
export type Attempt<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: readonly CellError[] };

interface Loaded {
  readonly loaded: readonly LoadedTable[];
  readonly notices: readonly string[];
}

/** Tries until no table that the attempt misses stands beside the notebook; each one that does is loaded. */
export async function loadingBeside<T>(
  { beside, sources }: { readonly beside: TablesBeside; readonly sources: LoadedSources },
  run: Pick<ActionContext, 'signal' | 'onProgress'>,
  attempt: () => Promise<Attempt<T>>,
): Promise<(Attempt<T> & { readonly ok: true } & Loaded) | (Attempt<T> & { readonly ok: false })> {
  const loaded: LoadedTable[] = [];
  const notices: string[] = [];
  while (true) {
    const tried = await attempt();
    if (tried.ok) return { ...tried, loaded, notices };
    const more = await beside.load(tried.errors, run);
    if (more.errors.length > 0) return { ok: false, errors: more.errors };
    if (more.loaded.length === 0) return tried;
    sources.add(more.loaded);
    loaded.push(...more.loaded);
    notices.push(...more.notices);
  }
}
