/**
 * Loaded files as tables, kept by content: the same bytes, read the same way, are opened again instead of read.
 *
 * Contracts: what is opened again is what a new load would give, rejects and notices included, under the paths that the
 * new load names; anything that speaks against that (a changed file, another version, damage) means reading anew. A
 * cache that cannot be used never fails a load.
 */
import { z } from 'zod';
import type { LocalEngine } from '../../engine/local/localEngine.ts';
import { scalarTypes, type Column } from '../../kql/types.ts';
import type { TableFiles } from '../importFiles.ts';
import type { LoadedTable } from '../loadedTable.ts';
import { rejectColumns, rejectsTable } from '../rejects.ts';
import type { LogFile } from '../resolvePaths.ts';
import { contentKey, fileStates, placeKey, sizesKey, type FileState, type LoadTraits } from './cacheKey.ts';
import { linkOrCopy, type EntryStore } from './entryStore.ts';

/**
 * Smallest load that is kept, in bytes on disk: a smaller one is read in less than a quarter of a second, and its table
 * would take more room than its file.
 */
const leastKeptBytes = 1_000_000;

const storedSchema = z.object({
  /** Names in the database file. */
  table: z.string(),
  rejectsTable: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.enum(scalarTypes) })),
  /** Files as the notebook named them. */
  named: z.array(z.string()),
  sources: z.array(
    z.object({ path: z.string(), sha256: z.string(), sizeBytes: z.number(), rows: z.number() }),
  ),
  rejects: z.object({
    count: z.number(),
    first: z.array(z.object({ file: z.string(), line: z.number(), reason: z.string() })),
  }),
  notices: z.array(z.string()),
});
type StoredLoad = z.infer<typeof storedSchema>;

/** What is to be loaded, and how; the files are those that the notebook names: archives, not what is in them. */
export interface LoadPlan extends TableFiles {
  readonly engine: LocalEngine;
}

/** A plan with what names it in the cache. */
export interface KeptLoad extends LoadPlan {
  readonly traits: LoadTraits;
  /** States of the files from before they were read. */
  readonly states: readonly FileState[];
}

export interface LoadCacheOptions {
  /** Version of the product: another one may read otherwise. */
  readonly version: string;
  /** Smallest load that is kept, in bytes on disk. */
  readonly leastBytes?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export class LoadCache {
  readonly #store: EntryStore;
  readonly #options: Required<LoadCacheOptions>;

  constructor(store: EntryStore, options: LoadCacheOptions) {
    this.#store = store;
    this.#options = { leastBytes: leastKeptBytes, now: Date.now, ...options };
  }

  /** Returns the load as the cache knows it; undefined when it is too small to be worth keeping. */
  async describe(plan: LoadPlan): Promise<KeptLoad | undefined> {
    const { engine, files, known, format, delimiter } = plan;
    if (files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) < this.#options.leastBytes) return undefined;
    const formats = files.map(({ shownPath, member }) => [format ?? endingOf(shownPath), member ?? null]);
    const traits = { version: this.#options.version, engine: engine.name, formats, delimiter, known };
    return { ...plan, traits, states: await this.#states(files) };
  }

  /** Opens the tables of an equal load in the session. Returns undefined when there is none; rejects as `digests` does. */
  async reopen(load: KeptLoad): Promise<LoadedTable | undefined> {
    const { engine, name, traits, files, states } = load;
    const place = placeKey(traits, states);
    const placed = place === undefined ? undefined : await this.#store.nameOf(place);
    const key = placed ?? (await this.#keyByContent(load));
    const entry = key === undefined ? undefined : await this.#store.find(key);
    if (key === undefined || entry === undefined) return undefined;
    const stored = storedSchema.safeParse(entry.about);
    const paths = stored.success ? pathsOfSources(stored.data, files) : undefined;
    if (!stored.success || paths === undefined) return undefined;
    const { data } = stored;
    try {
      await engine.attachTables(
        (file) => linkOrCopy(entry.dataPath, file),
        [
          { name, stored: data.table, columns: data.columns },
          { name: rejectsTable(name), stored: data.rejectsTable, columns: rejectColumns },
        ],
      );
    } catch {
      await this.#store.remove(key); // damaged where its size and time do not show it
      return undefined;
    }
    if (place !== undefined && placed === undefined) await this.#store.alias(place, key);
    return loadedFrom(data, name, paths);
  }

  /** Keeps the finished database file of a load, unless one of its files has changed since it began. */
  async keep(file: string, load: KeptLoad, columns: readonly Column[], loaded: LoadedTable): Promise<void> {
    const { name, traits, files, states } = load;
    const now = await this.#states(files);
    if (now.some(({ marks }, index) => !isSame(marks, states[index]?.marks ?? []))) return;
    const stored: StoredLoad = {
      table: name,
      rejectsTable: rejectsTable(name),
      columns: [...columns],
      named: files.map(({ shownPath }) => shownPath),
      sources: [...loaded.sources],
      rejects: { count: loaded.rejects.count, first: [...loaded.rejects.first] },
      notices: [...loaded.notices],
    };
    try {
      const key = contentKey(traits, await load.digests());
      const place = placeKey(traits, states);
      if ((await this.#store.keep(key, stored, file)) === undefined) return;
      await this.#store.alias(sizesKey(traits, sizesOf(files)), key);
      if (place !== undefined) await this.#store.alias(place, key);
    } catch {
      // A full or read-only disk costs the next load its time, and this one nothing.
    }
  }

  #states(files: readonly LogFile[]): Promise<FileState[]> {
    return fileStates(
      files.map(({ path }) => path),
      this.#options.now(),
    );
  }

  /** Files are read for their digests only where a load of their sizes is kept. */
  async #keyByContent({ traits, files, digests }: KeptLoad): Promise<string | undefined> {
    const known = await this.#store.nameOf(sizesKey(traits, sizesOf(files)));
    return known === undefined ? undefined : contentKey(traits, await digests());
  }
}

function sizesOf(files: readonly LogFile[]): number[] {
  return files.map(({ sizeBytes }) => sizeBytes);
}

/**
 * Returns the paths of the sources under the names that the files have now. Rejects, notices and members of archives are
 * told under the old names: with any of them, a load of the same content elsewhere is another one, and undefined.
 */
function pathsOfSources(
  { named, sources, rejects, notices }: StoredLoad,
  files: readonly LogFile[],
): readonly string[] | undefined {
  const before = sources.map(({ path }) => path);
  const now = files.map(({ shownPath }) => shownPath);
  if (isSame(now, named)) return before;
  const isPlain = rejects.count === 0 && notices.length === 0 && isSame(before, named);
  return isPlain ? now : undefined;
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}

function loadedFrom(
  { sources, rejects, notices }: StoredLoad,
  name: string,
  paths: readonly string[],
): LoadedTable {
  return {
    name,
    rows: sources.reduce((sum, { rows }) => sum + rows, 0),
    sources: sources.map((source, index) => ({ ...source, path: paths[index] ?? source.path })),
    rejects,
    notices,
  };
}

/** What of a file's name decides how it is read. */
function endingOf(path: string): string {
  return /(\.[a-z0-9]{1,10}){0,2}$/i.exec(path)?.[0].toLowerCase() ?? '';
}
