/** Opens, edits and runs notebooks in the VS Code that the suites run in. */
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { notebookType } from '../../../src/extension/contributions.ts';
import type { HuntApi } from '../../../src/extension/api.ts';
import { waitFor } from './waitFor.ts';

const extensionId = 'hunt-notebooks.hunt-notebooks';

/** What the extension tells tests about itself. */
export async function huntApi(): Promise<HuntApi> {
  const extension = vscode.extensions.getExtension<HuntApi>(extensionId);
  assert.ok(extension, `${extensionId} is not installed`);
  return extension.activate();
}

/** The folder of the extension under test. */
export function extensionPath(): string {
  return vscode.extensions.getExtension(extensionId)?.extensionPath ?? '';
}

/** A folder of files of its own for one test; `remove` in `afterEach`. */
export class Folder {
  private constructor(readonly path: string) {}

  static async with(files: Readonly<Record<string, string | Uint8Array>>): Promise<Folder> {
    const folder = new Folder(await mkdtemp(join(tmpdir(), 'hunt-suite-')));
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(folder.file(name)), { recursive: true });
      await writeFile(folder.file(name), content);
    }
    return folder;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Opens a file as a hunt notebook, as *Reopen Editor With...* does. */
export async function openNotebook(path: string): Promise<vscode.NotebookDocument> {
  const uri = vscode.Uri.file(path);
  await vscode.commands.executeCommand('vscode.openWith', uri, notebookType);
  const editor = await waitFor(`an editor of ${path}`, () => {
    const active = vscode.window.activeNotebookEditor;
    return active?.notebook.uri.toString() === uri.toString() ? active : undefined;
  });
  return editor.notebook;
}

export async function closeAllEditors(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

export function codeCells(notebook: vscode.NotebookDocument, language: string): vscode.NotebookCell[] {
  return notebook.getCells().filter(({ document }) => document.languageId === language);
}

export function codeCell(
  notebook: vscode.NotebookDocument,
  language: string,
  index = 0,
): vscode.NotebookCell {
  const cell = codeCells(notebook, language)[index];
  assert.ok(cell, `the notebook has no ${language} cell ${index}`);
  return cell;
}

/** Presses *Run All*; resolves when the kernel has served the request and every cell that started has ended. */
export async function runAll(notebook: vscode.NotebookDocument): Promise<void> {
  assert.equal(vscode.window.activeNotebookEditor?.notebook, notebook);
  await vscode.commands.executeCommand('notebook.execute');
  await waitFor('all cells to end', () => (notebook.getCells().every(hasEnded) ? true : undefined));
}

function hasEnded({ executionSummary }: vscode.NotebookCell): boolean {
  return executionSummary?.executionOrder === undefined || executionSummary.timing !== undefined;
}

/** Text of the outputs of a cell in one mime type. */
export function outputTexts(cell: vscode.NotebookCell, mime: string): string[] {
  return cell.outputs
    .flatMap(({ items }) => items)
    .filter((item) => item.mime === mime)
    .map(({ data }) => new TextDecoder().decode(data));
}

export async function replaceCellText(cell: vscode.NotebookCell, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const { document } = cell;
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}
