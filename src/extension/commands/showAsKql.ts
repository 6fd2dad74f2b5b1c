/** *Hunt: Show as KQL*: the KQL that a detection step runs, in an editor beside, to read, copy or edit. */
import * as vscode from 'vscode';

/** Opens the KQL beside the notebook. */
export async function showKql(kql: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'kql', content: kql });
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
    preserveFocus: true,
  });
}
