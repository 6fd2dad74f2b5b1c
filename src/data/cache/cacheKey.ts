/** Under which names a load is kept: by its content, by where its files stand unchanged, and by their sizes. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { ScalarType } from '../../kql/types.ts';

/** Raise it when a reader makes other rows, columns or types of the same bytes; tables kept before are then read anew. */
const readersVersion = 1;

/** What else but the content decides what a load gives. */
export interface LoadTraits {
  /** Version of the product. */
  readonly version: string;
  /** Version of DuckDB, whose files other versions may not read. */
  readonly engine: string;
  /** What else of each file decides how it is read: its format or ending, the member of an archive. */
  readonly formats: readonly (readonly (string | null)[])[];
  readonly delimiter: string | undefined;
  /** Published types by column name. */
  readonly known: ReadonlyMap<string, ScalarType>;
}

/** A file's place and state. */
export interface FileState {
  /** While these are the same, so is the content, once they are settled. */
  readonly marks: readonly string[];
  /** The last change is long enough ago that another one would show. */
  readonly isSettled: boolean;
}

/**
 * A change within this time of the last look may leave the marks as they are: clocks of file systems tick in up to two
 * seconds. The same caution as that of git's index.
 */
const restlessMs = 3000;

/** Returns the states of the files as they are now. */
export function fileStates(paths: readonly string[], nowMs: number): Promise<FileState[]> {
  return Promise.all(
    paths.map(async (path) => {
      const { dev, ino, size, mtimeNs, ctimeNs, mtimeMs, ctimeMs } = await stat(path, { bigint: true });
      const changedMs = Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs);
      return {
        marks: [path, ...[dev, ino, size, mtimeNs, ctimeNs].map(String)],
        isSettled: nowMs - changedMs > restlessMs,
      };
    }),
  );
}

/** Returns the name of the load by its content: the SHA-256 of each file. */
export function contentKey(traits: LoadTraits, digests: readonly string[]): string {
  return keyOf('content', traits, digests);
}

/** Returns the name of the load by the states of its files; undefined while one of them is not settled. */
export function placeKey(traits: LoadTraits, states: readonly FileState[]): string | undefined {
  if (!states.every(({ isSettled }) => isSettled)) return undefined;
  return keyOf(
    'place',
    traits,
    states.map(({ marks }) => marks),
  );
}

/** Returns the name by sizes: a load of other sizes cannot be one that is kept. */
export function sizesKey(traits: LoadTraits, sizes: readonly number[]): string {
  return keyOf('sizes', traits, sizes);
}

function keyOf(kind: string, traits: LoadTraits, files: unknown): string {
  const { version, engine, formats, delimiter = null, known } = traits;
  const types = [...known].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([readersVersion, kind, version, engine, formats, delimiter, types, files]);
  return createHash('sha256').update(text).digest('hex');
}
