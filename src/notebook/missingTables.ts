/** Trying a cell, and again with the tables that it misses: from logs beside the notebook, or through a lens. */
import type { LoadedTable } from '../data/loadedTable.ts';
import type { Lenses } from '../data/lenses/lenses.ts';
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

/** Where the tables come from that no cell has made. */
export interface TableOrigins {
  readonly beside: TablesBeside;
  readonly lenses: Lenses;
  readonly sources: LoadedSources;
}

/** Tries until no table that the attempt misses stands beside the notebook or is made by a lens. */
export async function withMissingTables<T>(
  { beside, lenses, sources }: TableOrigins,
  run: Pick<ActionContext, 'signal' | 'onProgress'>,
  attempt: () => Promise<Attempt<T>>,
): Promise<(Attempt<T> & { readonly ok: true } & Loaded) | (Attempt<T> & { readonly ok: false })> {
  const loaded: LoadedTable[] = [];
  const notices: string[] = [];
  while (true) {
    await lenses.refresh();
    const tried = await attempt();
    if (tried.ok) return { ...tried, loaded, notices };
    const more = await beside.load(tried.errors, run);
    if (more.errors.length > 0) return { ok: false, errors: more.errors };
    sources.add(more.loaded);
    loaded.push(...more.loaded);
    notices.push(...more.notices);
    if (more.loaded.length > 0) continue;
    const made = await makeMissing(lenses, tried.errors);
    if (made.length === 0) return tried;
    notices.push(...made);
  }
}

/** Makes the tables that the errors miss, where a lens can; returns what to tell of each. */
export async function makeMissing(lenses: Lenses, errors: readonly CellError[]): Promise<readonly string[]> {
  const notices: string[] = [];
  for (const { missingTable } of errors) {
    const notice = missingTable === undefined ? undefined : await lenses.make(missingTable);
    if (notice !== undefined) notices.push(notice);
  }
  return notices;
}
