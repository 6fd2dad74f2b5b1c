/** Errors at their place: a cell's errors as diagnostics, and the quick fixes that their suggestions offer. */
import * as vscode from 'vscode';
import type { CellError } from '../../notebook/cell.ts';
import { cellLanguages, notebookType } from '../contributions.ts';

const diagnosticSource = 'Hunt';

/** A diagnostic that remembers the names that its error suggests. */
class CellDiagnostic extends vscode.Diagnostic {
  readonly suggestions: readonly string[];

  constructor(range: vscode.Range, error: CellError) {
    super(range, error.message, vscode.DiagnosticSeverity[error.isWarning === true ? 'Warning' : 'Error']);
    this.code = error.code;
    this.source = diagnosticSource;
    this.suggestions = error.suggestions ?? [];
  }
}

/** Returns the errors as diagnostics; an empty or overlong span is fitted into the document. */
export function diagnosticsFromErrors(
  document: vscode.TextDocument,
  errors: readonly CellError[],
): vscode.Diagnostic[] {
  return errors.map((error) => new CellDiagnostic(rangeOf(document, error), error));
}

function rangeOf(document: vscode.TextDocument, { start, length }: CellError): vscode.Range {
  const range = new vscode.Range(document.positionAt(start), document.positionAt(start + length));
  return range.isEmpty ? (document.getWordRangeAtPosition(range.start) ?? range) : range;
}

/** Offers *Change to '...'* for each name that an error suggests. */
export function registerQuickFixes(): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    cellLanguages.map((language) => ({ language, notebookType })),
    { provideCodeActions },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function provideCodeActions(
  document: vscode.TextDocument,
  _range: vscode.Range,
  { diagnostics }: vscode.CodeActionContext,
): vscode.CodeAction[] {
  return diagnostics.flatMap((diagnostic) =>
    suggestionsOf(document, diagnostic).map((name, index) => {
      const action = new vscode.CodeAction(`Change to '${name}'`, vscode.CodeActionKind.QuickFix);
      action.diagnostics = [diagnostic];
      action.isPreferred = index === 0;
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, diagnostic.range, name);
      return action;
    }),
  );
}

/** VS Code hands back plain copies of diagnostics, so the suggestions are found again in those that are shown. */
function suggestionsOf(document: vscode.TextDocument, diagnostic: vscode.Diagnostic): readonly string[] {
  const shown = vscode.languages
    .getDiagnostics(document.uri)
    .find((other) => other.message === diagnostic.message && other.range.isEqual(diagnostic.range));
  return shown instanceof CellDiagnostic ? shown.suggestions : [];
}
