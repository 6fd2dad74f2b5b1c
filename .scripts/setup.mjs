// @ts-check
/**
 * What every entry script does first: dependencies and bundles. Runs before node_modules exists, so it imports
 * only Node's own modules. Everything it prints goes to stderr: stdout belongs to the command that called it.
 */
import { readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { npm, run } from './process.mjs';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Modification time of a file in ms since the epoch; 0 when there is none. @param {string} file */
async function modifiedMs(file) {
  try {
    return (await stat(file)).mtimeMs;
  } catch {
    return 0;
  }
}

/** The newest modification time under a folder or file. @param {string} place @returns {Promise<number>} */
async function newestMs(place) {
  const entries = await readdir(place, { withFileTypes: true }).catch(() => []);
  const times = entries.map((entry) =>
    entry.isDirectory() ? newestMs(path.join(place, entry.name)) : modifiedMs(path.join(place, entry.name)),
  );
  return Math.max(await modifiedMs(place), ...(await Promise.all(times)));
}

/**
 * Installs the locked dependencies when they are missing or older than package-lock.json. npm writes
 * node_modules/.package-lock.json as its last act, so that file marks a complete install.
 */
export async function ensureDependencies() {
  const installed = await modifiedMs(path.join(root, 'node_modules', '.package-lock.json'));
  if (installed > 0 && installed >= (await modifiedMs(path.join(root, 'package-lock.json')))) return;
  console.error('Installing dependencies (npm ci) ...');
  const { command, args, shell } = npm('ci', '--no-audit', '--no-fund');
  await run(command, args, { cwd: root, shell, output: 'stderr' });
}

/** Builds the bundles in out/ when a source is newer than they are. */
export async function ensureBuilt() {
  const built = await modifiedMs(path.join(root, 'out', 'cli.cjs'));
  const sources = ['src', 'test/vscode', '.scripts/build.mjs', 'package-lock.json'];
  const changed = Math.max(
    ...(await Promise.all(sources.map((source) => newestMs(path.join(root, source))))),
  );
  if (built > changed) return;
  console.error('Building ...');
  await run(process.execPath, ['.scripts/build.mjs'], { cwd: root, output: 'stderr' });
}
