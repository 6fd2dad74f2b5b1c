/** A folder that only its user can read: what logs hold is confidential. */
import { chmod, lstat, mkdir } from 'node:fs/promises';

const mode = 0o700;

/**
 * Makes the folder where it is missing and returns whether it is safe to use: a real folder, the user's own, closed to
 * others. A link, or a folder that somebody else made ready in a shared place, is not.
 */
export async function isPrivateFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode });
    const found = await lstat(folder);
    if (!found.isDirectory()) return false;
    if (process.getuid === undefined) return true; // Windows: the profile's own permissions hold
    if (found.uid !== process.getuid()) return false;
    if ((found.mode & 0o077) !== 0) await chmod(folder, mode);
    return true;
  } catch {
    return false;
  }
}
