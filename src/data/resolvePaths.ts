/** From the paths a notebook names to the files they mean, with the user's consent for those outside its folder. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { closestNames } from '../kql/suggest.ts';
import { archiveMember, hasMember } from './archives/zipArchive.ts';
import { DataError } from './dataError.ts';
import { isGlob, matchingFiles } from './glob.ts';
import { hasKnownEnding } from './readers/registry.ts';
import type { Downloads } from './remoteFiles/remoteFiles.ts';
import { isRemote, shownUrl } from './remoteFiles/remoteUrl.ts';

export interface LogFile {
  /** As provenance shows it: relative to the notebook's folder where the file is inside, `/`-separated. */
  readonly shownPath: string;
  /** Real path, symbolic links resolved. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Name of the member to read, where `path` is an archive; absent: all of it. */
  readonly member?: string;
  /** Index in the request's paths. */
  readonly pathIndex: number;
}

export interface PathRequest {
  readonly paths: readonly string[];
  readonly folder: string;
  readonly allowPath: (absolutePath: string) => Promise<boolean>;
  /** What gets files from the web; absent: addresses are refused. */
  readonly downloads?: Pick<Downloads, 'fetch'>;
}

/** Returns the files in the order named, each once. Throws {@link DataError} when one is missing, a folder, empty or refused. */
export async function resolvePaths(request: PathRequest): Promise<LogFile[]> {
  const files = new Map<string, LogFile>();
  const folder = await realpath(request.folder);
  for (const [pathIndex, named] of request.paths.entries()) {
    if (isRemote(named)) {
      files.set(named, await download(named, pathIndex, request));
      continue;
    }
    for (const path of await expand(named, folder, pathIndex)) {
      const file = await checkFile(path, named, folder, pathIndex);
      if (isOutside(file.path, folder) && !(await request.allowPath(file.path))) {
        throw new DataError(
          'path-not-allowed',
          `'${named}' leads to ${file.path}, outside the notebook's folder, and reading it was not allowed.`,
          pathIndex,
        );
      }
      const key = JSON.stringify([file.path, file.member]);
      if (!files.has(key)) files.set(key, file);
    }
  }
  return [...files.values()];
}

/** Returns the logs in a folder, known by their endings, sorted; undefined for a path that is no folder. */
export async function logsInFolder(path: string): Promise<string[] | undefined> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  return entries
    ?.filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .filter(({ name }) => hasKnownEnding(name))
    .map(({ name }) => join(path, name))
    .sort();
}

function download(address: string, pathIndex: number, { downloads }: PathRequest): Promise<LogFile> {
  if (downloads !== undefined) return downloads.fetch(address, pathIndex);
  throw new DataError(
    'url-not-allowed',
    `'${shownUrl(address)}' is a web address, and nothing is downloaded here. Download the file, and load that.`,
    pathIndex,
  );
}

async function expand(named: string, folder: string, pathIndex: number): Promise<string[]> {
  const literal = resolve(folder, named);
  const inside = await logsInFolder(literal);
  if (inside !== undefined && inside.length > 0) return inside;
  if (!isGlob(named) || (await exists(literal))) return [literal];
  const found = await matchingFiles(named, folder);
  if (found.length > 0) return found;
  throw new DataError('missing-file', `No file matches '${named}' in ${folder}.`, pathIndex);
}

async function checkFile(path: string, named: string, folder: string, pathIndex: number): Promise<LogFile> {
  const inside = await archiveMember(path);
  if (inside !== undefined) {
    const archive = await checkFile(inside.archive, named, folder, pathIndex);
    return { ...archive, shownPath: `${archive.shownPath}/${inside.member}`, member: inside.member };
  }
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) throw await missing(path, named, pathIndex);
  const found = await stat(real);
  if (found.isDirectory()) throw await isFolder(real, named, pathIndex);
  if (!found.isFile()) throw new DataError('unreadable-file', `'${named}' is not a file.`, pathIndex);
  if (found.size === 0) {
    throw new DataError('empty-file', `'${named}' is empty (0 bytes): it has not even a header.`, pathIndex);
  }
  const shown = isOutside(path, folder) ? path : relative(folder, path);
  return { shownPath: shown.split(sep).join('/'), path: real, sizeBytes: found.size, pathIndex };
}

async function missing(path: string, named: string, pathIndex: number): Promise<DataError> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) {
    return new DataError(
      'missing-file',
      `'${named}' was not found: there is no folder ${folder}.`,
      pathIndex,
    );
  }
  const close = closestNames(basename(path), names);
  const hint =
    close.length > 0
      ? ` Close names there: ${close.join(', ')}.`
      : names.length === 0
        ? ' The folder is empty.'
        : ` It holds: ${listed(names)}.`;
  return new DataError('missing-file', `'${named}' was not found in ${folder}.${hint}`, pathIndex);
}

async function isFolder(path: string, named: string, pathIndex: number): Promise<DataError> {
  const names = (await readdir(path)).filter((name) => !name.startsWith('.'));
  const hint =
    names.length > 0
      ? ` Name a file in it (${listed(names)}) or all of one kind, such as '${named.replace(/[\\/]+$/, '')}/*.csv'.`
      : ' It is empty.';
  return new DataError('is-a-folder', `'${named}' is a folder, not a file.${hint}`, pathIndex);
}

/** Most names that a message lists. */
const maxListed = 8;

function listed(names: readonly string[]): string {
  const rest = names.length - maxListed;
  return [...names].sort().slice(0, maxListed).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function isOutside(path: string, folder: string): boolean {
  return path !== folder && !path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function exists(path: string): Promise<boolean> {
  const inside = await archiveMember(path);
  if (inside !== undefined) return hasMember(inside.archive, inside.member);
  return stat(path).then(
    () => true,
    () => false,
  );
}
