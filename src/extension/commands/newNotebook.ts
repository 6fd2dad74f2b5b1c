/** *Hunt: New Hunt Notebook*: the seven stages of a hunt, each with a hint of what goes there. */
import * as vscode from 'vscode';
import { newNotebookText } from '../../notebook/newNotebook.ts';
import { notebookType } from '../contributions.ts';
import { deserializeNotebook } from '../notebook/serializer.ts';

/** Opens a new notebook: a file in the folder chosen in the explorer, else untitled. */
export async function newNotebook(folder?: vscode.Uri): Promise<void> {
  const bytes = new TextEncoder().encode(newNotebookText());
  if (folder === undefined) {
    const untitled = await vscode.workspace.openNotebookDocument(notebookType, deserializeNotebook(bytes));
    await vscode.window.showNotebookDocument(untitled);
  } else {
    await vscode.commands.executeCommand('vscode.openWith', await writeNewFile(folder, bytes), notebookType);
  }
}

async function writeNewFile(folder: vscode.Uri, bytes: Uint8Array): Promise<vscode.Uri> {
  const taken = new Set(
    (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name.toLowerCase()),
  );
  let name = 'new.hunt.md';
  for (let number = 2; taken.has(name); number++) name = `new-${number}.hunt.md`;
  const file = vscode.Uri.joinPath(folder, name);
  await vscode.workspace.fs.writeFile(file, bytes);
  return file;
}
