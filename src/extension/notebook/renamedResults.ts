/** Stored results go along when their notebook is renamed or moved, in the same undoable edit. */
import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { sidecarFolder } from '../../notebook/sidecar.ts';

export function registerRenamedResults(): vscode.Disposable {
  return vscode.workspace.onWillRenameFiles((event) => event.waitUntil(alongWith(event.files)));
}

async function alongWith(
  files: readonly { readonly oldUri: vscode.Uri; readonly newUri: vscode.Uri }[],
): Promise<vscode.WorkspaceEdit> {
  const edit = new vscode.WorkspaceEdit();
  for (const { oldUri, newUri } of files) {
    if (![oldUri, newUri].every(({ scheme, path }) => scheme === 'file' && /\.md$/i.test(path))) continue;
    const from = sidecarFolder(oldUri.fsPath);
    const to = sidecarFolder(newUri.fsPath);
    if (from === to || !(await isFolder(from)) || (await isFolder(to))) continue;
    edit.renameFile(vscode.Uri.file(from), vscode.Uri.file(to));
  }
  return edit;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
