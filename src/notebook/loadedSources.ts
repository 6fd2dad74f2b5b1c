/** The files behind the tables of a session, for provenance. */
import type { LoadedTable } from '../data/loadedTable.ts';
import type { Provenance } from './cell.ts';

export class LoadedSources {
  readonly #byTable = new Map<string, LoadedTable>();

  /** Notes a load; a table loaded again replaces its earlier files. */
  add(loaded: readonly LoadedTable[]): void {
    for (const table of loaded) this.#byTable.set(table.name, table);
  }

  /** Every file of every loaded table, in loading order. */
  all(): Provenance['sources'] {
    return [...this.#byTable.values()].flatMap(({ name, sources }) =>
      sources.map(({ path, sha256, rows }) => ({ table: name, path, sha256, rows })),
    );
  }
}
