/** The files behind the tables of a session, for provenance. */
import type { LoadedTable } from '../data/loadedTable.ts';
import type { Provenance } from './cell.ts';

export class LoadedSources {
  readonly #byTable = new Map<string, LoadedTable>();

  /** Notes a load; a table loaded again replaces its earlier files. */
  add(loaded: readonly LoadedTable[]): void {
    for (const table of loaded) this.#byTable.set(table.name, table);
  }

  /** Names of the loaded tables. */
  tables(): readonly string[] {
    return [...this.#byTable.keys()];
  }

  /** What to tell of a result that takes the name of a loaded table; undefined for any other name. */
  replaced(name: string): string | undefined {
    const table = [...this.#byTable.values()].find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (table === undefined) return undefined;
    const files = table.sources.map(({ path }) => path).join(', ');
    return `${name} is now this result, no longer the table loaded from ${files}. Give the result another name to keep both.`;
  }

  /** Every file of every loaded table, in loading order. */
  all(): Provenance['sources'] {
    return [...this.#byTable.values()].flatMap(({ name, sources }) =>
      sources.map(({ path, sha256, rows }) => ({ table: name, path, sha256, rows })),
    );
  }
}
