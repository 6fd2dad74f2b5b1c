/** Small text files that a step names, such as rules and lists: found, allowed and read. */
import { readFile } from 'node:fs/promises';
import { DataError } from '../../data/dataError.ts';
import { resolvePaths } from '../../data/resolvePaths.ts';
import { StepError, type FileAccess } from '../step.ts';

export interface NamedFile {
  /** As the hunter may read it: relative to the notebook where it lies inside its folder. */
  readonly shownPath: string;
  /** UTF-8, without byte order mark. */
  readonly text: string;
}

/** Nobody writes a larger file by hand, and it is held in memory. */
const maxBytes = 64 * 1024 ** 2;

/**
 * Reads the files and patterns, each once. `at` is the argument that names them, for errors; a list has the index of a
 * path after it. Throws {@link StepError}: `missing-file`, `path-not-allowed`, `file-too-large`, `unreadable-file`.
 */
export async function readNamedFiles(
  named: string | readonly string[],
  { folder, allowPath, signal }: FileAccess,
  at: readonly (string | number)[],
): Promise<readonly NamedFile[]> {
  const paths = typeof named === 'string' ? [named] : named;
  const placeOf = (index: number | undefined): readonly (string | number)[] =>
    typeof named === 'string' || index === undefined ? at : [...at, index];
  try {
    const found = await resolvePaths({ paths, folder, allowPath });
    const files: NamedFile[] = [];
    for (const { path, shownPath, sizeBytes, pathIndex } of found) {
      if (sizeBytes > maxBytes) {
        const message = `${shownPath} is larger than ${maxBytes / 1024 ** 2} MB, more than a step reads.`;
        throw new StepError(message, placeOf(pathIndex), 'file-too-large');
      }
      const bytes = await readFile(path, { signal });
      files.push({ shownPath, text: new TextDecoder('utf-8').decode(bytes) });
    }
    return files;
  } catch (error) {
    if (error instanceof DataError) throw new StepError(error.message, placeOf(error.pathIndex), error.code);
    throw error;
  }
}
