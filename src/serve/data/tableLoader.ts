/**
 * Loads a database's tables when a query first names them, and again when their files have changed. Contracts: one load
 * of a table at a time, shared by all who wait; a query that is stopped does not stop it for the others.
 */
import type { LoadCache } from '../../data/cache/loadCache.ts';
import { Lenses } from '../../data/lenses/lenses.ts';
import { lensTables } from '../../data/lenses/registry.ts';
import type { LoadedTable } from '../../data/loadedTable.ts';
import { loadTable } from '../../data/loadTable.ts';
import { unlessAborted } from '../../engine/local/abort.ts';
import type { LocalEngine } from '../../engine/local/localEngine.ts';
import type { TableSchema } from '../../kql/types.ts';
import { fingerprint, type TableFiles } from './tableFiles.ts';

interface Loaded {
  readonly fingerprint: string;
  readonly rejects: number;
}

/** A table that could not be loaded, and why. */
export interface LoadFailure {
  readonly table: string;
  readonly message: string;
}

export interface LoaderOptions {
  readonly engine: LocalEngine;
  /** The tables as they are now. */
  readonly tables: () => Promise<readonly TableFiles[]>;
  /** Where loaded tables are kept; absent: nowhere. */
  readonly cache?: LoadCache;
  readonly onNotice: (text: string) => void;
}

export class TableLoader {
  readonly #options: LoaderOptions;
  readonly #lenses: Lenses;
  readonly #loaded = new Map<string, Loaded>();
  readonly #loading = new Map<string, Promise<LoadFailure | undefined>>();
  #making: Promise<unknown> = Promise.resolve();

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#lenses = new Lenses(options.engine, () => [...this.#loaded.keys()]);
  }

  /** Loads what the text can name; returns what could not be loaded, which matters only where the text does name it. */
  async loadFor(text: string, signal: AbortSignal): Promise<readonly LoadFailure[]> {
    const tables = await this.#options.tables();
    const own = new Set(tables.map(({ name }) => name));
    const views = lensTables.filter((name) => !own.has(name) && text.includes(name));
    const isAll = views.length > 0 || readsAll(text);
    const needed = isAll ? tables : tables.filter(({ name }) => mayName(text, name));
    return unlessAborted(this.#load(needed, views), signal);
  }

  /** Loads every table; returns what could not be loaded. */
  async loadAll(signal: AbortSignal): Promise<readonly LoadFailure[]> {
    return unlessAborted(this.#load(await this.#options.tables(), []), signal);
  }

  /** Names of the tables that have files, and of those made of them so far. */
  async names(): Promise<readonly string[]> {
    const files = (await this.#options.tables()).map(({ name }) => name);
    return [...new Set([...files, ...this.schemas().map(({ name }) => name)])].sort();
  }

  /** What is known of the columns: of the tables loaded so far, and of the views that can be made of them. */
  schemas(): readonly TableSchema[] {
    const isEmptyRejects = (name: string) =>
      name.endsWith('_rejects') && this.#loaded.get(name.slice(0, -'_rejects'.length))?.rejects === 0;
    return [
      ...this.#options.engine.schema().tables.filter(({ name }) => !isEmptyRejects(name)),
      ...this.#lenses.knownTables(),
    ];
  }

  async #load(tables: readonly TableFiles[], views: readonly string[]): Promise<readonly LoadFailure[]> {
    const failures: LoadFailure[] = [];
    for (const table of tables) {
      const failure = await this.#loadOnce(table);
      if (failure) failures.push(failure);
    }
    const made = this.#making.then(async () => {
      await this.#lenses.refresh();
      for (const view of views) await this.#lenses.make(view);
    });
    this.#making = made.catch(() => undefined); // whoever waits for it is told
    await made;
    return failures;
  }

  #loadOnce(table: TableFiles): Promise<LoadFailure | undefined> {
    const running = this.#loading.get(table.name);
    if (running) return running;
    const loading = this.#loadIfChanged(table).finally(() => this.#loading.delete(table.name));
    this.#loading.set(table.name, loading);
    return loading;
  }

  async #loadIfChanged(table: TableFiles): Promise<LoadFailure | undefined> {
    const { name, paths, folder, isNamed } = table;
    const { engine, cache } = this.#options;
    const current = await fingerprint(table);
    if (this.#loaded.get(name)?.fingerprint === current) return undefined;
    if (!isNamed && paths.length > 1) {
      const message = `${paths.join(' and ')} would both be the table ${name}. Name the one you mean: --load ${name}=FILE.`;
      return { table: name, message };
    }
    try {
      const loaded = await loadTable(engine, {
        table: name,
        paths,
        folder,
        allowPath: () => Promise.resolve(isNamed),
        ...(cache !== undefined && { cache }),
      });
      this.#loaded.set(name, { fingerprint: current, rejects: loaded.rejects.count });
      this.#tell(loaded);
      return undefined;
    } catch (error) {
      return { table: name, message: error instanceof Error ? error.message : String(error) };
    }
  }

  #tell({ name, rows, rejects, notices }: LoadedTable): void {
    const { onNotice } = this.#options;
    onNotice(`Loaded ${name}: ${rows} ${rows === 1 ? 'row' : 'rows'}.`);
    for (const notice of new Set(notices)) onNotice(notice);
    if (rejects.count > 0)
      onNotice(`${rejects.count} rows of ${name} could not be read; see ${name}_rejects.`);
  }
}

/** Whether the text reads tables that it does not name: `search`, `find`, and `union` of a pattern. */
function readsAll(text: string): boolean {
  return /\b(?:search|find)\b|\bunion\b[^|]*\*/.test(text);
}

/** A name that KQL must escape may stand in the text in another form, so its table always counts as named. */
function mayName(text: string, name: string): boolean {
  return !/^[\w -]+$/.test(name) || text.includes(name);
}
