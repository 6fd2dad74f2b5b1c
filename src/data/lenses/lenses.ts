/**
 * The tables that lenses make of what is loaded, as views. Contracts: only a name that no table has is made; a view
 * follows its sources, so what is loaded later is in it.
 */
import type { LocalEngine } from '../../engine/local/localEngine.ts';
import { identifier, physicalNames } from '../../kql/sql/identifier.ts';
import type { Column, TableSchema } from '../../kql/types.ts';
import { lensQuery } from './lensQuery.ts';
import { rawSourceOf, type RawSource } from './rawSource.ts';
import { lensOf, lensTables } from './registry.ts';

interface Made {
  /** The query behind the view, to see whether the sources have changed. */
  readonly kql: string;
  readonly columns: readonly Column[];
}

export class Lenses {
  readonly #engine: LocalEngine;
  readonly #loaded: () => readonly string[];
  readonly #made = new Map<string, Made>();

  /** `loaded` names the tables that came from files: results of queries are no raw sources. */
  constructor(engine: LocalEngine, loaded: () => readonly string[]) {
    this.#engine = engine;
    this.#loaded = loaded;
  }

  /** Whether the name has no table, and a lens that finds a source for it. */
  canMake(table: string): boolean {
    return !this.#exists(table) && this.#queryOf(table) !== undefined;
  }

  /** Makes the table, if {@link canMake}; returns what to tell the hunter. */
  async make(table: string): Promise<string | undefined> {
    const query = this.#exists(table) ? undefined : this.#queryOf(table);
    if (query === undefined) return undefined;
    await this.#show(table, query.kql);
    return `${table} shows ${query.reads.join(' and ')}.`;
  }

  /** Makes anew the tables whose sources have changed since. */
  async refresh(): Promise<void> {
    for (const [table, { kql, columns }] of this.#made) {
      const isOurs = this.#tables().some((each) => each.name === table && each.columns === columns);
      const query = isOurs ? this.#queryOf(table) : undefined;
      if (query === undefined)
        this.#made.delete(table); // a result or a load has the name now
      else if (query.kql !== kql) await this.#show(table, query.kql);
    }
  }

  /** Tables that a query naming them would get. */
  knownTables(): readonly TableSchema[] {
    return lensTables.flatMap((table) => {
      const lens = this.canMake(table) ? lensOf(table) : undefined;
      return lens === undefined
        ? []
        : { name: table, columns: [...lens.columns].map(([name, type]) => ({ name, type })) };
    });
  }

  async #show(table: string, kql: string): Promise<void> {
    const checked = await this.#engine.check(kql);
    const query = checked.ok ? checked.queries.at(-1) : undefined;
    if (query === undefined) {
      const why = checked.ok ? 'it has no query' : (checked.errors[0]?.message ?? '');
      throw new Error(`The lens of ${table} does not fit its sources: ${why}`);
    }
    const columns = query.columns;
    const names = physicalNames(columns.map(({ name }) => name)).map(identifier);
    await this.#engine.execute(
      `CREATE OR REPLACE VIEW main.${identifier(table)} AS SELECT * FROM (\n${query.sql}\n) AS q(${names.join(', ')})`,
    );
    this.#engine.declareTable(table, columns);
    this.#made.set(table, { kql, columns });
  }

  #tables(): readonly TableSchema[] {
    return this.#engine.schema().tables;
  }

  #exists(table: string): boolean {
    return this.#tables().some(({ name }) => name.toLowerCase() === table.toLowerCase());
  }

  #queryOf(table: string): ReturnType<typeof lensQuery> {
    const lens = lensOf(table);
    return lens && lensQuery(lens, this.#sources());
  }

  #sources(): readonly RawSource[] {
    const loaded = new Set(this.#loaded());
    return this.#tables().flatMap((table) => (loaded.has(table.name) ? (rawSourceOf(table) ?? []) : []));
  }
}
