/** The tables that queries of a session can name. DuckDB's names ignore case, so a later table replaces one that differs in case only. */
import type { Schema, TableSchema } from '../../kql/types.ts';

export class TableCatalog {
  readonly #tables = new Map<string, TableSchema>();
  /** Tables whose friendly view is older than they are. */
  readonly #changed = new Set<string>();
  #schema: Schema | undefined;

  declare(table: TableSchema): void {
    const key = table.name.toLowerCase();
    this.#tables.set(key, table);
    this.#changed.add(key);
    this.#schema = undefined;
  }

  /** Returns the same object until a table changes, so that what others derive from it can be kept. */
  schema(): Schema {
    return (this.#schema ??= { tables: [...this.#tables.values()] });
  }

  /** Returns the tables declared since the last call. */
  takeChanged(): readonly TableSchema[] {
    const changed = [...this.#changed].flatMap((key) => this.#tables.get(key) ?? []);
    this.#changed.clear();
    return changed;
  }
}
