/** *Clear Load Cache*: removes the tables and downloads that are kept, and says how much that was. */
import * as vscode from 'vscode';
import { sizeText } from '../../data/sizeText.ts';

/** `sessions` is the folder of the sessions, beside which the cache stands. Open notebooks keep their tables. */
export async function clearLoadCache(sessions: string): Promise<void> {
  const { editorLoads } = await import('../loads.ts');
  const { entries, bytes } = await editorLoads(sessions).store.clear();
  const what = `${entries} ${entries === 1 ? 'file' : 'files'}, ${sizeText(bytes)}`;
  void vscode.window.showInformationMessage(
    entries === 0 ? 'The load cache is empty.' : `Cleared the load cache: ${what}.`,
  );
}
