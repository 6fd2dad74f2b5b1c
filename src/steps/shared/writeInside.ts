/** Writing a file that a cell names: only inside the notebook's folder, whole or not at all. */
import { randomUUID } from 'node:crypto';
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { StepError } from '../step.ts';

/**
 * Writes the text, replacing a file of that name, and returns its path relative to the folder. Throws {@link StepError} at
 * `at` when the path leads outside, through a symbolic link too, or its folder does not exist.
 */
export async function writeInside(
  folder: string,
  path: string,
  text: string,
  at: readonly (string | number)[],
): Promise<string> {
  const target = resolve(folder, path);
  const root = await realpath(folder);
  const parent = await realpath(dirname(target)).catch(() => undefined);
  if (parent === undefined) {
    throw new StepError(
      `There is no folder ${dirname(path)} for '${path}'. Make it first.`,
      at,
      'missing-file',
    );
  }
  if (parent !== root && !parent.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new StepError(
      `'${path}' leads outside the notebook's folder. Name a file inside it.`,
      at,
      'path-not-allowed',
    );
  }
  const draft = `${target}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, text, { flag: 'wx' });
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw new StepError(
      `'${path}' could not be written: ${error instanceof Error ? error.message : String(error)}.`,
      at,
      'unwritable-file',
    );
  }
  return relative(resolve(folder), target).split(sep).join('/');
}
