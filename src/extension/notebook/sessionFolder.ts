/** Where sessions keep their database files: a folder each below the extension's storage, gone when the session ends. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

/** Returns a new, empty folder; its name starts with this process's id. */
export async function makeSessionFolder(storage: string): Promise<string> {
  const folder = join(storage, `${process.pid}-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Removes what sessions of processes that ended without cleaning up left behind. */
export async function removeAbandonedFolders(storage: string): Promise<void> {
  const names = await readdir(storage).catch(() => []);
  const abandoned = names.filter((name) => !isRunning(Number.parseInt(name, 10)));
  await Promise.all(abandoned.map((name) => rm(join(storage, name), { recursive: true, force: true })));
}

function isRunning(processId: number): boolean {
  if (Number.isNaN(processId)) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
