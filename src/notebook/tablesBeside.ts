/**
 * Tables that no cell loads, from the logs beside the notebook: a published hunt write-up runs as it is where its logs
 * are. Contracts: only a name that a query could not find is looked for, and nothing outside the folder is read.
 */
import type { LoadCache } from '../data/cache/loadCache.ts';
import { DataError } from '../data/dataError.ts';
import type { LoadedTable } from '../data/loadedTable.ts';
import { loadTable } from '../data/loadTable.ts';
import { logsBeside } from '../data/logsBeside.ts';
import { knownColumnTypes } from '../data/schemas/knownSchemas.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import type { TableSchema } from '../kql/types.ts';
import { loadNotices } from '../steps/load.ts';
import type { ActionContext } from '../steps/step.ts';
import type { CellError } from './cell.ts';

export class TablesBeside {
  readonly #engine: LocalEngine;
  readonly #folder: string;
  readonly #cache: LoadCache | undefined;
  /** Files by table name, as they were when last looked at. */
  #files: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(engine: LocalEngine, folder: string, cache?: LoadCache) {
    this.#engine = engine;
    this.#folder = folder;
    this.#cache = cache;
  }

  /** Loads the tables that the errors miss and that stand beside the notebook; `errors` has those that cannot be loaded. */
  async load(
    errors: readonly CellError[],
    { signal, onProgress }: Pick<ActionContext, 'signal' | 'onProgress'>,
  ): Promise<{
    readonly loaded: readonly LoadedTable[];
    readonly notices: readonly string[];
    readonly errors: readonly CellError[];
  }> {
    const missing = await this.#among(errors);
    const loaded: LoadedTable[] = [];
    const notices: string[] = [];
    const failures: CellError[] = [];
    for (const [table, { files, error }] of missing) {
      const [file = ''] = files;
      if (files.length > 1) {
        failures.push({ ...error, code: 'ambiguous-log', message: ambiguity(table, files) });
        continue;
      }
      try {
        const one = await loadTable(this.#engine, {
          table,
          paths: [file],
          folder: this.#folder,
          allowPath: () => Promise.resolve(false),
          cache: this.#cache,
          signal,
          onProgress,
        });
        loaded.push(one);
        notices.push(`No cell loads ${table}; it was loaded from ${file}.`, ...loadNotices(one));
      } catch (failure) {
        if (!(failure instanceof DataError)) throw failure;
        const { code, message } = failure;
        failures.push({ ...error, code, message });
      }
    }
    return { loaded, notices, errors: failures };
  }

  /** Whether one of the errors is about a table whose log stands beside the notebook. */
  async hasOneOf(errors: readonly CellError[]): Promise<boolean> {
    return (await this.#among(errors)).size > 0;
  }

  /** Tables with a published schema that the next query naming them would load; as of the last look at the folder. */
  knownTables(): readonly TableSchema[] {
    const there = new Set(this.#engine.schema().tables.map(({ name }) => name.toLowerCase()));
    return [...this.#files.keys()].flatMap((name) => {
      const types = there.has(name.toLowerCase()) ? undefined : knownColumnTypes(name);
      return types === undefined
        ? []
        : { name, columns: [...types].map(([column, type]) => ({ name: column, type })) };
    });
  }

  /** The tables that the errors miss and that have files, each with the first error that names it. */
  async #among(errors: readonly CellError[]) {
    const found = new Map<string, { readonly files: readonly string[]; readonly error: CellError }>();
    if (!errors.some(({ missingTable }) => missingTable !== undefined)) return found;
    this.#files = await logsBeside(this.#folder);
    for (const { suggestions: _suggestions, missingTable, ...error } of errors) {
      const files = missingTable === undefined ? undefined : this.#files.get(missingTable);
      if (missingTable === undefined || files === undefined || found.has(missingTable)) continue;
      found.set(missingTable, { files, error });
    }
    return found;
  }
}

function ambiguity(table: string, files: readonly string[]): string {
  return `No cell loads ${table}, and ${files.join(' and ')} stand beside the notebook. Load the one you mean: \`load: { ${table}: ${files[0] ?? ''} }\`.`;
}
