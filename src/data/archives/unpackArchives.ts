/**
 * Members of archives become files of their own before they are read. Contracts: a member is written under a number,
 * never under its name; nothing is written before the archive's own sizes are within the limits; `dispose` removes all.
 */
import { mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '../dataError.ts';
import { isReadable } from '../readers/registry.ts';
import type { LogFile } from '../resolvePaths.ts';
import { withZipMembers, type ZipMember } from './zipArchive.ts';

export interface UnpackedFiles {
  /** The files, each archive replaced by what is read of it. */
  readonly files: readonly LogFile[];
  readonly notices: readonly string[];
  /** Removes what was unpacked. */
  dispose(): Promise<void>;
}

/** An archive that unfolds to more than this, and by more than {@link maxRatio}, is made to fill the disk. */
const alwaysAllowedBytes = 256 * 2 ** 20;
/** Text logs pack to a tenth to a fiftieth; deflate's best is 1:1032. */
const maxRatio = 200;
/** Room that unpacking leaves on the disk. */
const spareBytes = 2 ** 30;

/**
 * Returns the files with archives unpacked; `format` is the one that the notebook names. Throws {@link DataError} when
 * an archive is damaged or encrypted, unfolds to too much, or holds no log.
 */
export async function unpackArchives(
  files: readonly LogFile[],
  format: string | undefined,
  signal: AbortSignal | undefined,
): Promise<UnpackedFiles> {
  let folder: string | undefined;
  const dispose = async (): Promise<void> => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  };
  const unpacked: LogFile[] = [];
  const notices: string[] = [];
  try {
    for (const file of files) {
      if (!isArchive(file)) {
        unpacked.push(file);
        continue;
      }
      folder ??= await mkdtemp(join(tmpdir(), 'hunt-unpacked-'));
      const place = join(folder, String(unpacked.length));
      const found = await unpackZip(file, place, format, signal);
      unpacked.push(...found.files);
      notices.push(...found.notices);
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return { files: unpacked, notices, dispose };
}

function isArchive({ member, shownPath }: LogFile): boolean {
  return member !== undefined || shownPath.toLowerCase().endsWith('.zip');
}

async function unpackZip(
  file: LogFile,
  place: string,
  format: string | undefined,
  signal: AbortSignal | undefined,
): Promise<{ files: LogFile[]; notices: string[] }> {
  const { path, member: wanted, pathIndex } = file;
  const shownArchive = wanted === undefined ? file.shownPath : file.shownPath.slice(0, -wanted.length - 1);
  const refuse = (reason: string) => new DataError('unreadable-file', `${shownArchive} ${reason}`, pathIndex);
  return withZipMembers(path, shownArchive, async (all) => {
    const chosen = all.filter(({ name }) => (wanted === undefined ? !isHidden(name) : name === wanted));
    if (chosen.length === 0) throw nothingFound(file, shownArchive, all);
    await checkSizes(chosen, path, place, refuse);
    const unpacked: LogFile[] = [];
    const skipped: string[] = [];
    for (const [index, { name, sizeBytes, isEncrypted, unpack }] of chosen.entries()) {
      const target = `${place}-${index}`;
      const shownPath = `${shownArchive}/${name}`;
      if (wanted === undefined && sizeBytes === 0) {
        skipped.push(name);
        continue;
      }
      if (sizeBytes === 0) throw new DataError('empty-file', `${shownPath} is empty (0 bytes).`, pathIndex);
      if (isEncrypted)
        throw refuse('is encrypted. Unpack it with its password, and load the unpacked files.');
      await unpack(target, signal);
      const log: LogFile = { shownPath, path: target, sizeBytes, pathIndex };
      const isLog = wanted !== undefined || format !== undefined || (await isReadable(log));
      if (isLog) unpacked.push(log);
      else {
        skipped.push(name);
        await rm(target);
      }
    }
    if (unpacked.length === 0) throw refuse(`holds no log that can be read: ${listed(skipped)}.`);
    const notices =
      skipped.length === 0
        ? []
        : [
            `${skipped.length} of the ${chosen.length} files in ${shownArchive} were not read, as they are empty or no logs: ${listed(skipped)}.`,
          ];
    return { files: unpacked, notices };
  });
}

function nothingFound(file: LogFile, shownArchive: string, all: readonly ZipMember[]): DataError {
  const holds = all.length === 0 ? 'It is empty.' : `It holds: ${listed(all.map(({ name }) => name))}.`;
  const { member, pathIndex } = file;
  return member === undefined
    ? new DataError('unreadable-file', `${shownArchive} holds no file to load. ${holds}`, pathIndex)
    : new DataError('missing-file', `'${member}' is not in ${shownArchive}. ${holds}`, pathIndex);
}

/** Archives for programs and systems hold files that nobody put there. */
function isHidden(name: string): boolean {
  return name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
}

async function checkSizes(
  members: readonly ZipMember[],
  archive: string,
  place: string,
  refuse: (reason: string) => DataError,
): Promise<void> {
  const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);
  const unpackedBytes = total(members.map(({ sizeBytes }) => sizeBytes));
  // Members of a hostile archive may share their bytes: together they have no more than the archive.
  const packedBytes = Math.min(
    total(members.map((member) => member.packedBytes)),
    (await stat(archive)).size,
  );
  if (unpackedBytes > alwaysAllowedBytes && unpackedBytes > packedBytes * maxRatio) {
    throw refuse(
      `would unfold from ${megabytes(packedBytes)} to ${megabytes(unpackedBytes)}, more than ${maxRatio} times its size: ` +
        'it may be made to fill the disk. If you trust it, unpack it, and load the unpacked files.',
    );
  }
  const { bavail, bsize } = await statfs(join(place, '..'));
  if (unpackedBytes + spareBytes > bavail * bsize) {
    throw refuse(
      `needs ${megabytes(unpackedBytes)} to unpack; ${tmpdir()} has ${megabytes(bavail * bsize)} left. Make room there, or unpack it elsewhere.`,
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: bytes < 2 ** 20 ? 2 : 0 })} MB`;
}

/** Most names that a message lists. */
const maxListed = 8;

function listed(names: readonly string[]): string {
  const rest = names.length - maxListed;
  return names.slice(0, maxListed).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
