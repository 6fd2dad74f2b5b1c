/** The rule files that a step names: found, allowed and read. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isGlob, matchingFiles } from '../../data/glob.ts';
import { StepError, type FileAccess } from '../step.ts';

export interface RuleFile {
  /** As the hunter may read it: relative to the notebook where it lies inside its folder. */
  readonly shownPath: string;
  readonly text: string;
}

/** More than any rule; a larger file is none. */
const maxBytes = 4 * 1024 ** 2;

/**
 * Reads every rule file of the paths, each once. A folder outside the notebook's is asked for once. Throws
 * {@link StepError} where a path leads to no file, or may not be read.
 */
export async function readRules(
  named: string | readonly string[],
  files: FileAccess,
): Promise<readonly RuleFile[]> {
  const paths = typeof named === 'string' ? [named] : named;
  const folder = await realpath(files.folder);
  const read = new Map<string, RuleFile>();
  for (const [index, path] of paths.entries()) {
    const at = typeof named === 'string' ? ['rules'] : ['rules', index];
    const { root, found } = await filesOf(path, folder, at);
    await allow(root, path, folder, files, at);
    for (const file of found) {
      files.signal?.throwIfAborted();
      const real = await realpath(file);
      if (read.has(real)) continue;
      // A link in an allowed folder may lead out of it.
      if (!isWithin(real, root)) await allow(real, file, folder, files, at);
      if ((await stat(real)).size > maxBytes) continue;
      const shown = isWithin(file, folder) ? relative(folder, file) : file;
      read.set(real, { shownPath: shown.split(sep).join('/'), text: await readFile(real, 'utf8') });
    }
  }
  return [...read.values()];
}

async function filesOf(
  path: string,
  folder: string,
  at: readonly (string | number)[],
): Promise<{ readonly root: string; readonly found: readonly string[] }> {
  const literal = resolve(folder, path);
  const real = await realpath(literal).catch(() => undefined);
  if (real !== undefined) {
    if (!(await stat(real)).isDirectory()) return { root: real, found: [literal] };
    const found = await matchingFiles('**/*.{yml,yaml}', real);
    if (found.length > 0) return { root: real, found };
    throw new StepError(`'${path}' holds no rule: no file in it ends in .yml or .yaml.`, at, 'missing-file');
  }
  const found = isGlob(path) ? await matchingFiles(path, folder) : [];
  const [first] = found;
  if (first === undefined) {
    const what = isGlob(path) ? `No file matches '${path}'` : `'${path}' was not found`;
    throw new StepError(
      `${what} in ${folder}. Name a folder, a pattern or a file of Sigma rules.`,
      at,
      'missing-file',
    );
  }
  const start = path.split(/[\\/]+/).findIndex(isGlob);
  const root = resolve(
    folder,
    path
      .split(/[\\/]+/)
      .slice(0, start)
      .join('/') || (path.startsWith('/') ? '/' : '.'),
  );
  return { root: await realpath(root).catch(() => dirname(first)), found };
}

async function allow(
  real: string,
  named: string,
  folder: string,
  { allowPath }: FileAccess,
  at: readonly (string | number)[],
): Promise<void> {
  if (isWithin(real, folder) || (await allowPath(real))) return;
  throw new StepError(
    `'${named}' leads to ${real}, outside the notebook's folder, and reading it was not allowed.`,
    at,
    'path-not-allowed',
  );
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : join(folder, sep));
}
