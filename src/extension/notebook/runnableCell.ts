/** Which of VS Code's cells run. */
import * as vscode from 'vscode';
import type { CodeCell } from '../../notebook/cell.ts';
import { codeCellOf } from '../../notebook/runAll.ts';

/** The cell as one that runs; undefined for prose, front matter and other languages. */
export function codeOf(cell: vscode.NotebookCell): CodeCell | undefined {
  const kind = cell.kind === vscode.NotebookCellKind.Code ? 'code' : 'prose';
  return codeCellOf({ kind, language: cell.document.languageId, text: cell.document.getText() });
}
