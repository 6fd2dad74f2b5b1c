/**
 * Entries in a folder of the user's own: each a data file and a small JSON file about it.
 *
 * Contracts: an entry is whole or not there, whatever process ends when: the data file, under a name that is never used
 * again, stands before the JSON file that names it is renamed into place. A data file that is not as it was written is
 * not given out. The entries that were used least recently go when all are larger than the limit.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isPrivateFolder } from './privateFolder.ts';

export interface Entry {
  /** What was written with it; who reads it checks it. */
  readonly about: unknown;
  readonly dataPath: string;
  readonly sizeBytes: number;
}

const entrySchema = z.object({
  /** Name of the data file. */
  data: z.string().regex(/^[0-9a-z-]+\.data$/),
  sizeBytes: z.number(),
  /** The data file's time of change in nanoseconds, as text. */
  changedNs: z.string(),
  about: z.unknown(),
});

const entryEnding = '.entry.json';
const aliasEnding = '.alias';
/** What another process may still be writing is left alone for so long. */
const unfinishedMs = 60 * 60 * 1000;

export class EntryStore {
  readonly folder: string;
  readonly #limitBytes: number;

  /** `limitBytes`: data of all entries together; 0 keeps nothing. */
  constructor(folder: string, limitBytes: number) {
    this.folder = folder;
    this.#limitBytes = limitBytes;
  }

  /** Returns the entry of that name (letters and digits), and counts it as used; undefined when there is none. */
  async find(name: string): Promise<Entry | undefined> {
    const path = join(this.folder, name + entryEnding);
    try {
      const { data, sizeBytes, changedNs, about } = entrySchema.parse(
        JSON.parse(await readFile(path, 'utf8')),
      );
      const dataPath = join(this.folder, data);
      const found = await stat(dataPath, { bigint: true });
      if (Number(found.size) === sizeBytes && String(found.mtimeNs) === changedNs) {
        await touch(path);
        return { about, dataPath, sizeBytes };
      }
    } catch (error) {
      if (isMissing(error)) return undefined;
    }
    await this.remove(name); // damaged: whoever asked makes it anew
    return undefined;
  }

  /**
   * Keeps a link to the file, or a copy, under the name, and returns where that stands; undefined when it is larger than
   * the limit or the folder cannot be used.
   */
  async keep(name: string, about: unknown, file: string): Promise<string | undefined> {
    const sizeBytes = (await stat(file)).size;
    if (sizeBytes > this.#limitBytes || !(await isPrivateFolder(this.folder))) return undefined;
    const data = `${name}-${randomUUID()}.data`;
    const dataPath = join(this.folder, data);
    await linkOrCopy(file, dataPath);
    await chmod(dataPath, 0o600);
    const { mtimeNs } = await stat(dataPath, { bigint: true });
    const entry = JSON.stringify({ data, sizeBytes, changedNs: String(mtimeNs), about });
    const before = await this.#dataOf(name);
    await this.#write(name + entryEnding, entry);
    if (before !== undefined) await rm(join(this.folder, before), { force: true });
    await this.#trim();
    return dataPath;
  }

  /** Returns a path for a file that is to be kept here; undefined when the folder cannot be used. */
  async draft(): Promise<string | undefined> {
    const isUsable = this.#limitBytes > 0 && (await isPrivateFolder(this.folder));
    return isUsable ? join(this.folder, `${randomUUID()}.draft`) : undefined;
  }

  /** Moves the entry's data to a path and returns what is kept about it; undefined when there is no such entry. */
  async take(name: string, to: string): Promise<unknown> {
    const entry = await this.find(name);
    if (entry === undefined) return undefined;
    await rename(entry.dataPath, to);
    await this.remove(name);
    return entry.about;
  }

  /** Makes another name lead to the entry's name. */
  async alias(other: string, name: string): Promise<void> {
    await this.#write(other + aliasEnding, name);
  }

  /** Returns the name that another name leads to. */
  async nameOf(other: string): Promise<string | undefined> {
    const text = await readFile(join(this.folder, other + aliasEnding), 'utf8').catch(() => '');
    return /^[0-9a-z]+$/.test(text) ? text : undefined;
  }

  async remove(name: string): Promise<void> {
    const data = await this.#dataOf(name);
    await removeIfFree(join(this.folder, name + entryEnding));
    if (data !== undefined) await removeIfFree(join(this.folder, data));
  }

  /** Returns how many entries there are and the bytes of their data. */
  async size(): Promise<{ readonly entries: number; readonly bytes: number }> {
    const entries = await this.#entries();
    return { entries: entries.length, bytes: entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  }

  /** Removes all entries, and returns what {@link size} said of them. Files that are no entry's stay. */
  async clear(): Promise<{ readonly entries: number; readonly bytes: number }> {
    const before = await this.size();
    for (const file of await this.#files()) {
      if (isOurs(file)) await removeIfFree(join(this.folder, file));
    }
    return before;
  }

  async #dataOf(name: string): Promise<string | undefined> {
    try {
      const text = await readFile(join(this.folder, name + entryEnding), 'utf8');
      return entrySchema.parse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }

  async #write(file: string, text: string): Promise<void> {
    const draft = join(this.folder, `${randomUUID()}.draft`);
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, join(this.folder, file));
  }

  async #files(): Promise<string[]> {
    return readdir(this.folder).catch(() => []);
  }

  async #entries(): Promise<StoredEntry[]> {
    const found: StoredEntry[] = [];
    for (const file of await this.#files()) {
      if (!file.endsWith(entryEnding)) continue;
      const name = file.slice(0, -entryEnding.length);
      try {
        const path = join(this.folder, file);
        const { data, sizeBytes } = entrySchema.parse(JSON.parse(await readFile(path, 'utf8')));
        found.push({ name, data, sizeBytes, usedMs: (await stat(path)).mtimeMs });
      } catch (error) {
        if (!isMissing(error)) await this.remove(name);
      }
    }
    return found;
  }

  /** Removes the entries used least recently until the limit holds, then what belongs to no entry. */
  async #trim(): Promise<void> {
    const entries = (await this.#entries()).sort((a, b) => b.usedMs - a.usedMs);
    const kept = new Set<string>();
    let total = 0;
    for (const { name, data, sizeBytes } of entries) {
      total += sizeBytes;
      if (total <= this.#limitBytes) kept.add(name).add(data);
      else await this.remove(name);
    }
    for (const file of await this.#files()) {
      if (!isOurs(file) || file.endsWith(entryEnding) || kept.has(file)) continue;
      const path = join(this.folder, file);
      const isLost = file.endsWith(aliasEnding)
        ? !kept.has((await this.nameOf(file.slice(0, -aliasEnding.length))) ?? '')
        : Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? 0) > unfinishedMs;
      if (isLost) await removeIfFree(path);
    }
  }
}

interface StoredEntry {
  readonly name: string;
  readonly data: string;
  readonly sizeBytes: number;
  readonly usedMs: number;
}

/** Puts a link to the file at another path; a copy where the two are on different disks. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}

function isOurs(file: string): boolean {
  return [entryEnding, aliasEnding, '.data', '.draft'].some((ending) => file.endsWith(ending));
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}

/** Windows keeps a file that is open; it goes another time. */
async function removeIfFree(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
