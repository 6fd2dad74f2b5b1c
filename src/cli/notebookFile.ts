/** The notebook named on the command line. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { decodeDocument, parseDocument } from '../notebook/format/index.ts';
import type { DocumentCell, HuntDocument } from '../notebook/huntDocument.ts';
import type { Io } from './io.ts';
import type { LineColumn } from './place.ts';
import { excerpt, lineColumn } from './place.ts';
import { UsageError } from './usage.ts';
import { visibleLine, visibleLines } from './visible.ts';

export interface NotebookFile {
  /** As the user wrote it, for messages. */
  readonly shownPath: string;
  readonly path: string;
  readonly folder: string;
  readonly fileName: string;
  readonly text: string;
  readonly document: HuntDocument;
}

/** Reads the notebook and tells its problems on stderr. Throws {@link UsageError} when there is none to read. */
export async function readNotebook(positionals: readonly string[], io: Io): Promise<NotebookFile> {
  const [shownPath, ...more] = positionals;
  if (shownPath === undefined) throw new UsageError('There is no notebook.', 'Name a .hunt.md file.');
  if (more.length > 0) throw new UsageError('hunt takes one notebook at a time.', 'Name one .hunt.md file.');
  const path = resolve(io.folder, shownPath);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `${shownPath} cannot be read: ${why}`,
      'Check the path; it starts from the current folder.',
    );
  }
  const decoded = decodeDocument(bytes);
  const document = parseDocument(decoded.text);
  if (decoded.problem) io.stderr.write(`${shownPath}:${decoded.problem.line}: ${decoded.problem.message}\n`);
  for (const { message, start, length } of document.problems) {
    const { line, column } = lineColumn(decoded.text, start);
    const shown = visibleLines(excerpt(decoded.text, start, length));
    io.stderr.write(`${shownPath}:${line}:${column}: error: ${visibleLine(message)}\n${shown}\n`);
  }
  return { shownPath, path, folder: dirname(path), fileName: basename(path), text: decoded.text, document };
}

/** Returns the place in the file of an offset in a cell's text. */
export function placeInFile(document: HuntDocument, cellIndex: number, offset: number): LineColumn {
  const before = document.cells.slice(0, cellIndex).map(sourceOf).join('');
  const cell = document.cells[cellIndex];
  const opening = cell?.raw?.before ?? '';
  const start = lineColumn(before + opening, before.length + opening.length);
  const inCell = lineColumn(cell?.text ?? '', offset);
  // An indented fence's lines lose their indent in the cell's text.
  const sourceLine = linesIn(cell?.raw?.body ?? '')[inCell.line - 1] ?? '';
  const textLine = linesIn(cell?.text ?? '')[inCell.line - 1] ?? '';
  const indent = Math.max(0, sourceLine.length - textLine.length);
  return { line: start.line + inCell.line - 1, column: inCell.column + indent };
}

/** Returns the heading that a cell stands under, without its marks; empty when there is none. */
export function headingOf(document: HuntDocument, cellIndex: number): string {
  const headings = document.cells
    .slice(0, cellIndex)
    .filter(({ kind }) => kind === 'prose')
    .flatMap(({ text }) => [...text.matchAll(/^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$/gm)]);
  return headings.at(-1)?.[1] ?? '';
}

function sourceOf({ raw, text }: DocumentCell): string {
  return raw ? raw.before + raw.body + raw.after : text;
}

function linesIn(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}
