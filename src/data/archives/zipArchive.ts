/** A zip archive's members. Their names are hostile text: they are matched and shown, never used as paths on disk. */
import { createWriteStream } from 'node:fs';
import { stat, utimes } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { getFileNameLowLevel, openPromise, type Entry, type ZipFile } from 'yauzl';
import { DataError } from '../dataError.ts';

export interface ZipMember {
  /** `/`-separated, without the parts that would lead elsewhere; unique in the archive. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly packedBytes: number;
  readonly isEncrypted: boolean;
  /** Writes the member's content to the file, which gets the member's time. */
  readonly unpack: (path: string, signal: AbortSignal | undefined) => Promise<void>;
}

/** More members than any log archive has; each costs memory. */
const maxMembers = 100_000;

/** Gives the archive's files to `use`, in the archive's order. Throws {@link DataError} when it cannot be read. */
export async function withZipMembers<T>(
  path: string,
  shownPath: string,
  use: (members: readonly ZipMember[]) => Promise<T>,
): Promise<T> {
  const zip = await readable(shownPath, () =>
    openPromise(path, { autoClose: false, decodeStrings: false, lazyEntries: true }),
  );
  try {
    return await use(await readable(shownPath, () => membersOf(zip, shownPath)));
  } finally {
    zip.close();
  }
}

/** Returns the archive and the member that a path such as `logs.zip/dc1/a.csv` names; undefined for other paths. */
export async function archiveMember(
  path: string,
): Promise<{ readonly archive: string; readonly member: string } | undefined> {
  for (const { index, 0: ending } of path.matchAll(/\.zip[\\/]/gi)) {
    const archive = path.slice(0, index + ending.length - 1);
    const found = await stat(archive).catch(() => undefined);
    if (found?.isFile() === true) {
      return { archive, member: path.slice(archive.length + 1).replaceAll('\\', '/') };
    }
  }
  return undefined;
}

/** Whether the archive has a member of exactly this name. */
export function hasMember(archive: string, member: string): Promise<boolean> {
  return withZipMembers(archive, archive, (members) =>
    Promise.resolve(members.some(({ name }) => name === member)),
  );
}

async function readable<T>(shownPath: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DataError || !(error instanceof Error)) throw error;
    throw new DataError(
      'unreadable-file',
      `${shownPath} is not a readable zip archive: ${visible(error.message).replace(/\.$/, '')}. Copy or download it again.`,
    );
  }
}

async function membersOf(zip: ZipFile, shownPath: string): Promise<ZipMember[]> {
  const taken = new Set<string>();
  const members: ZipMember[] = [];
  for await (const entry of zip.eachEntry()) {
    const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
    const written = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
    if (/[\\/]$/.test(written)) continue; // a folder
    if (members.length === maxMembers) {
      throw new DataError(
        'unreadable-file',
        `${shownPath} has more than ${maxMembers} members. Unpack it and load the files that matter.`,
      );
    }
    const name = uniqueName(safeName(written), taken);
    taken.add(name);
    members.push({
      name,
      sizeBytes: entry.uncompressedSize,
      packedBytes: entry.compressedSize,
      isEncrypted: entry.isEncrypted(),
      unpack: (path, signal) => unpackEntry(zip, entry, `${shownPath}/${name}`, path, signal),
    });
  }
  return members;
}

async function unpackEntry(
  zip: ZipFile,
  entry: Entry,
  shownPath: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!entry.canDecodeFileData()) {
    throw new DataError(
      'unreadable-file',
      entry.isEncrypted()
        ? `${shownPath} is encrypted. Unpack the archive with its password, and load the unpacked file.`
        : `${shownPath} is packed by a method (number ${entry.compressionMethod}) that is not read here. Unpack the archive, and load the unpacked file.`,
    );
  }
  await readable(shownPath, async () => {
    // The stream fails when there is more, or less, than the directory says: the limits that were checked hold.
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path), { signal });
    const written = entry.getLastModDate();
    if (!Number.isNaN(written.getTime())) await utimes(path, written, written);
  });
}

function safeName(written: string): string {
  const parts = visible(written)
    .split(/[\\/]+/)
    .filter((part) => !['', '.', '..'].includes(part));
  return parts.length === 0 ? 'unnamed' : parts.join('/');
}

function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, '\ufffd');
}

/** A second member of the same name is called `name~2.csv`. */
function uniqueName(name: string, taken: ReadonlySet<string>): string {
  let unique = name;
  for (let n = 2; taken.has(unique); n++) unique = name.replace(/(\.[^/]*)?$/, `~${n}$1`);
  return unique;
}
