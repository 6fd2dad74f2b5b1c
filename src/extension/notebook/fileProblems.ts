/** What is wrong with the notebook file itself, such as broken front matter: shown at its line, and said once on opening. */
import * as vscode from 'vscode';
import { parseDocument } from '../../notebook/format/index.ts';
import type { DocumentProblem } from '../../notebook/huntDocument.ts';
import { notebookType } from '../contributions.ts';
import { encodingProblem, notebookText } from './serializer.ts';

/** Watches the open notebooks' files for problems. */
export function registerFileProblems(): vscode.Disposable {
  const diagnostics = vscode.languages.createDiagnosticCollection('hunt-file');
  const show = (notebook: vscode.NotebookDocument): readonly DocumentProblem[] => {
    const text = notebookText(notebook);
    const { problems, cells } = parseDocument(text);
    const first = notebook.getCells().at(0);
    if (first === undefined) return problems;
    const linesBefore = (cells[0]?.raw?.before ?? '').split('\n').length - 1;
    diagnostics.set(
      first.document.uri,
      problems.map((problem) => diagnosticOf(text, problem, linesBefore)),
    );
    return problems;
  };
  const open = (notebook: vscode.NotebookDocument): void => {
    if (notebook.notebookType !== notebookType) return;
    const [problem] = show(notebook);
    const message = encodingProblem(notebook) ?? (problem && `line ${problem.line}: ${problem.message}`);
    const name = notebook.uri.path.slice(notebook.uri.path.lastIndexOf('/') + 1);
    if (message !== undefined) void vscode.window.showWarningMessage(`${name}: ${message}`);
  };
  vscode.workspace.notebookDocuments.forEach(open);
  return vscode.Disposable.from(
    diagnostics,
    vscode.workspace.onDidOpenNotebookDocument(open),
    vscode.workspace.onDidChangeNotebookDocument(({ notebook, cellChanges, contentChanges }) => {
      if (notebook.notebookType !== notebookType) return;
      const isFirstEdited = cellChanges.some(
        ({ cell, document }) => document !== undefined && cell.index === 0,
      );
      if (isFirstEdited || contentChanges.length > 0) show(notebook);
    }),
    vscode.workspace.onDidCloseNotebookDocument((notebook) => {
      for (const cell of notebook.getCells()) diagnostics.delete(cell.document.uri);
    }),
  );
}

/** The place by line and column, which line endings do not shift; front matter is always the first cell. */
function diagnosticOf(text: string, problem: DocumentProblem, linesBefore: number): vscode.Diagnostic {
  const line = Math.max(0, problem.line - 1 - linesBefore);
  const column = problem.start - (text.lastIndexOf('\n', problem.start - 1) + 1);
  const range = new vscode.Range(line, column, line, column + Math.max(1, problem.length));
  const diagnostic = new vscode.Diagnostic(range, problem.message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'Hunt';
  return diagnostic;
}
