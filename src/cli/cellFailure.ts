/** A failed cell, told as compilers do, so that editors and people find the place. */
import type { CellError } from '../notebook/cell.ts';
import type { NotebookFile } from './notebookFile.ts';
import { placeInFile } from './notebookFile.ts';
import { excerpt } from './place.ts';
import { visibleLines } from './visible.ts';

/** Returns `file:line:column: message` with the line and carets under it. */
export function failureText(notebook: NotebookFile, cellIndex: number, error: CellError): string {
  const { line, column } = placeInFile(notebook.document, cellIndex, error.start);
  const text = notebook.document.cells[cellIndex]?.text ?? '';
  const message = visibleLines(error.message);
  const names = error.suggestions ?? [];
  const hint =
    names.length > 0 && !names.some((name) => error.message.includes(name))
      ? ` Did you mean ${names.map(visibleLines).join(', ')}?`
      : '';
  const shown = visibleLines(excerpt(text, error.start, error.length));
  return `${notebook.shownPath}:${line}:${column}: error: ${message}${hint}\n${shown}\n`;
}
