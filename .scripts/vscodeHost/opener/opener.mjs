// @ts-check
/**
 * Opens the notebook that HUNT_OPEN_NOTEBOOK names, as a notebook. A file named when the window is opened comes up as text
 * when VS Code gets to it before it knows the extension's notebook type, as it does on a busy machine; this extension
 * starts only after all extensions are known.
 */
import * as vscode from 'vscode';

export async function activate() {
  const file = process.env['HUNT_OPEN_NOTEBOOK'];
  if (file !== undefined)
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), 'hunt-notebook');
}
