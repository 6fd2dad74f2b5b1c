/** The databases of a server: one for each folder, and one for files named on their own. */
import { mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { LoadCache } from '../../data/cache/loadCache.ts';
import { isGlob, matchingFiles } from '../../data/glob.ts';
import { checkTableName, tableNameFromFile } from '../../data/tableName.ts';
import { createWorkerKqlService } from '../../engine/local/workerKqlService.ts';
import type { KqlService } from '../../kql/translation.ts';
import { ServiceError } from '../serviceError.ts';
import { Database } from './database.ts';
import { tablesOfFolder, type TableFiles } from './tableFiles.ts';
import { queriesAtOnce, Turns } from './turns.ts';

export interface Served {
  /** Folders and files, relative to `workingFolder` or absolute. */
  readonly paths: readonly string[];
  /** Files and patterns of tables with names of their own. */
  readonly loads?: ReadonlyMap<string, readonly string[]>;
  readonly workingFolder: string;
}

export interface DatabasesOptions extends Served {
  /** Memory for all engines together. Default: 60 % of the machine's, as DuckDB advises. */
  readonly memoryLimitBytes?: number;
  readonly threads?: number;
  /** Translator; by default one in a worker thread of its own, which ends with the server. */
  readonly kql?: KqlService;
  /** Where loaded tables are kept from one start to the next. Default: nowhere. */
  readonly cache?: LoadCache;
  readonly onNotice: (text: string) => void;
}

/** What cannot be served, in words for the user. */
export class ServeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ServeError';
  }
}

/** Name of the database of files that are named on their own, where no folder is served. */
const filesDatabase = 'local';
/** Clients that were told no database ask for this one. */
const defaultName = 'netdefaultdb';
const memoryShare = 0.6;
/** Rows of commands are few. */
const scratchBytes = 256 * 1024 ** 2;

export class Databases {
  readonly all: readonly Database[];
  /** Holds no tables: what follows a command runs here, so that it need not wait for the queries it may be about. */
  readonly scratch: Database;
  readonly #dispose: () => Promise<void>;

  constructor(all: readonly Database[], scratch: Database, dispose: () => Promise<void>) {
    this.all = all;
    this.scratch = scratch;
    this.#dispose = dispose;
  }

  /** Returns the database of the name, or the first when none is named. Throws {@link ServiceError}. */
  get(name: string | undefined): Database {
    const [first] = this.all;
    const found =
      this.all.find((database) => database.name === name) ??
      this.all.find((database) => database.name.toLowerCase() === name?.toLowerCase());
    if (found) return found;
    if (first && (name === undefined || name === '' || name.toLowerCase() === defaultName)) return first;
    const known = this.all.map((database) => `'${database.name}'`).join(', ');
    throw new ServiceError(
      'unknownEntity',
      `Entity ID '${name ?? ''}' of kind 'Database' was not found. The databases here: ${known}.`,
    );
  }

  /** Ends all engines and removes their files. */
  dispose(): Promise<void> {
    return this.#dispose();
  }
}

/** Returns the databases of what is served; engines open on first use. Throws {@link ServeError}. */
export async function openDatabases(options: DatabasesOptions): Promise<Databases> {
  const parts = await databaseParts(options);
  for (const { name, tables } of parts)
    options.onNotice(`${name}: ${listed((await tables()).map((table) => table.name))}`);
  const root = await mkdtemp(join(tmpdir(), 'hunt-serve-'));
  const kql = options.kql ?? createWorkerKqlService();
  const memory = (options.memoryLimitBytes ?? totalmem() * memoryShare) / parts.length;
  const turns = new Turns(queriesAtOnce(process.env));
  const all = parts.map(
    ({ name, tables }, index) =>
      new Database({
        name,
        tables,
        engineFolder: join(root, String(index)),
        memoryLimitBytes: memory,
        ...(options.threads !== undefined && { threads: options.threads }),
        kql,
        turns,
        ...(options.cache !== undefined && { cache: options.cache }),
        onNotice: options.onNotice,
      }),
  );
  const scratch = new Database({
    name: 'commands',
    tables: () => Promise.resolve([]),
    engineFolder: join(root, 'commands'),
    memoryLimitBytes: scratchBytes,
    threads: 1,
    kql,
    onNotice: options.onNotice,
  });
  return new Databases(all, scratch, async () => {
    await Promise.all([...all, scratch].map((database) => database.dispose()));
    if (options.kql === undefined) await kql.dispose();
    await rm(root, { recursive: true, force: true });
  });
}

/** Most names that a notice lists. */
const maxListed = 12;

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'no logs are here yet.';
  const rest = names.length - maxListed;
  return `${names.slice(0, maxListed).join(', ')}${rest > 0 ? ` and ${rest} more tables` : ''}`;
}

interface Part {
  readonly name: string;
  readonly tables: () => Promise<readonly TableFiles[]>;
}

async function databaseParts({ paths, loads, workingFolder }: Served): Promise<readonly Part[]> {
  const folders: string[] = [];
  const named = new Map<string, TableFiles>();
  for (const [name, files] of loads ?? []) addNamed(named, name, files, workingFolder);
  for (const path of await pathsOf(paths, workingFolder)) {
    const real = await realpath(resolve(workingFolder, path)).catch(() => undefined);
    if (real === undefined) throw new ServeError(`'${path}' was not found in ${workingFolder}.`);
    if ((await stat(real)).isDirectory()) folders.push(real);
    else addNamed(named, tableNameFromFile(path), [real], dirname(real));
  }
  if (folders.length === 0 && named.size === 0) {
    throw new ServeError('There is nothing to serve: name a folder of logs, or files.');
  }
  const names = uniqueNames(folders.map((folder) => basename(folder) || filesDatabase));
  const parts = folders.map((folder, index): Part => ({
    name: names[index] ?? '',
    tables: async () => {
      const own = index === 0 ? [...named.values()] : [];
      const found = await tablesOfFolder(folder);
      return [...own, ...found.filter(({ name }) => !own.some((each) => sameName(each.name, name)))];
    },
  }));
  if (parts.length > 0) return parts;
  return [{ name: filesDatabase, tables: () => Promise.resolve([...named.values()]) }];
}

/** A pattern that the shell left alone stands for the files that match. */
async function pathsOf(named: readonly string[], workingFolder: string): Promise<readonly string[]> {
  const found = await Promise.all(
    named.map(async (path) => {
      const matching = isGlob(path) ? await matchingFiles(path, workingFolder) : [];
      return matching.length > 0 ? [...matching].sort() : [path];
    }),
  );
  return found.flat();
}

function addNamed(
  named: Map<string, TableFiles>,
  name: string,
  paths: readonly string[],
  folder: string,
): void {
  checkTableName(name);
  if ([...named.keys()].some((known) => sameName(known, name))) {
    throw new ServeError(`Two files would be the table ${name}. Name them: --load NAME=FILE.`);
  }
  named.set(name, { name, paths, folder, isNamed: true });
}

/** DuckDB's names ignore case. */
const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 2; taken.has(unique.toLowerCase()); n++) unique = `${name}_${n}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}
