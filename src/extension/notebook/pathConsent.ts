/** Which files a notebook may read: those of the workspace and of its own folder; others after the user agreed. */
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative } from 'node:path';
import * as vscode from 'vscode';

/** Returns the question that a session asks before it reads a path; an answer lasts as long as the session. */
export function pathConsent(notebookFolders: readonly string[]): (absolutePath: string) => Promise<boolean> {
  const agreed = new Set<string>();
  return async (absolutePath) => {
    const path = await resolved(absolutePath);
    const home = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const allowed = await Promise.all([...notebookFolders, ...home].map(resolved));
    const folder = dirname(path);
    if (agreed.has(folder) || allowed.some((root) => isInside(path, root))) return true;
    const read = 'Read It';
    const answer = await vscode.window.showWarningMessage(
      'This notebook wants to read a file outside of your workspace.',
      {
        modal: true,
        detail: `${path}\n\nRead it only if you trust the notebook with the files of that folder.`,
      },
      read,
    );
    if (answer === read) agreed.add(folder);
    return answer === read;
  };
}

/** Links are followed, so that one inside the workspace cannot lead out of it unasked. */
async function resolved(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}
