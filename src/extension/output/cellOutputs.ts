/** What a cell shows under it: its results, what it loaded, notices, errors, progress. */
import * as vscode from 'vscode';
import { sizeText } from '../../data/sizeText.ts';
import type { LoadedTable } from '../../data/loadedTable.ts';
import type { CellError, CellResult } from '../../notebook/cell.ts';
import type { ResultOutput } from '../../renderer/protocol.ts';
import { drawingOf, maxDrawnRows, mayBeDrawn, type Drawing } from '../../report/drawing.ts';
import { visibleText } from '../../report/visibleText.ts';
import { resultMime } from '../contributions.ts';
import { reasonOf } from '../reason.ts';
import { loadSummary } from './loadSummary.ts';
import { markdownAlternative, plainAlternative } from './plainAlternatives.ts';

/** What an output says beyond the result itself. */
export interface ResultFacts {
  readonly resultId: string;
  readonly notices: readonly string[];
  readonly isRestored: boolean;
  readonly isStale: boolean;
  /** Rows stored inside the output; the grid asks for the others. */
  readonly inlineRows: number;
}

/** Returns one output with the same result as grid, Markdown and plain text. */
export async function resultOutput(
  result: CellResult,
  facts: ResultFacts,
): Promise<vscode.NotebookCellOutput> {
  const { columns, rowCount, cut } = result.table;
  const { rows: firstRows } = await result.table.page({ offset: 0, limit: facts.inlineRows });
  const { resultId, notices, isRestored, isStale } = facts;
  const output: ResultOutput = {
    resultId,
    columns,
    rowCount,
    firstRows,
    publishedAs: result.publishedAs,
    render: result.render,
    drawing: await drawingOfResult(result),
    provenance: result.provenance,
    notices,
    cut,
    isRestored,
    isStale,
  };
  return new vscode.NotebookCellOutput([
    vscode.NotebookCellOutputItem.json(output, resultMime),
    vscode.NotebookCellOutputItem.text(markdownAlternative(output), 'text/markdown'),
    vscode.NotebookCellOutputItem.text(plainAlternative(output), 'text/plain'),
  ]);
}

async function drawingOfResult({ table }: CellResult): Promise<Drawing | undefined> {
  const { columns, rowCount } = table;
  if (rowCount === 0 || rowCount > maxDrawnRows || !mayBeDrawn(columns)) return undefined;
  const { rows } = await table.page({ offset: 0, limit: maxDrawnRows });
  return drawingOf(columns, rows);
}

/** Returns what a load read and what it could not read, as a Markdown table. */
export function loadOutput(
  loaded: readonly LoadedTable[],
  notices: readonly string[],
): vscode.NotebookCellOutput {
  const { markdown, plain } = loadSummary(loaded, notices);
  return new vscode.NotebookCellOutput([
    vscode.NotebookCellOutputItem.text(markdown, 'text/markdown'),
    vscode.NotebookCellOutputItem.text(plain, 'text/plain'),
  ]);
}

/** Returns the errors of a failed cell, readable, each with its line and the known names. */
export function errorOutput(cellText: string, errors: readonly CellError[]): vscode.NotebookCellOutput {
  return textErrorOutput(errors.map((error) => locatedError(cellText, error)));
}

/** Returns an unexpected failure. */
export function failureOutput(failure: unknown): vscode.NotebookCellOutput {
  return textErrorOutput([{ place: 'Failed', message: reasonOf(failure) }]);
}

/** Returns a line that says how far a load is. */
export function progressOutput(progress: {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly what: string;
}): vscode.NotebookCellOutput {
  const { doneBytes, totalBytes, what } = progress;
  const share = totalBytes === 0 ? 0 : Math.floor((100 * doneBytes) / totalBytes);
  return new vscode.NotebookCellOutput([
    vscode.NotebookCellOutputItem.text(
      `${what}: ${sizeText(doneBytes)} of ${sizeText(totalBytes)} (${share}%)`,
      'text/plain',
    ),
  ]);
}

/** Returns the line that a stopped cell shows. */
export function stoppedOutput(): vscode.NotebookCellOutput {
  return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.text('Stopped.', 'text/plain')]);
}

interface LocatedError {
  readonly place: string;
  readonly message: string;
}

function textErrorOutput(errors: readonly LocatedError[]): vscode.NotebookCellOutput {
  const line = ({ place, message }: LocatedError): string => `${place}: ${visibleText(message)}`;
  const error = {
    name: '',
    message: errors.map(line).join('\n'),
    // VS Code draws the stack where there is one; no call stack helps a hunter, so the messages stand in its place.
    stack: errors
      .map((each) => `${red}${each.place}${plain}${wrapped(line(each)).slice(each.place.length)}`)
      .join('\n'),
  };
  return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.error(error)]);
}

/** Columns of an error's line: VS Code does not wrap the text of an error, and cuts what is wider than the cell. */
const errorWidth = 88;

/** Breaks at spaces; a word that is longer than a line stays whole. */
function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= errorWidth) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

const red = '\u001b[1;31m';
const plain = '\u001b[0m';

function locatedError(cellText: string, { message, start, suggestions }: CellError): LocatedError {
  const before = cellText.slice(0, start).split('\n');
  const place = `Line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  const known = suggestions ?? [];
  const isSaid = known.every((name) => message.includes(name));
  const hint = isSaid ? '' : ` Did you mean ${known.map((name) => `'${name}'`).join(' or ')}?`;
  return { place, message: message + hint };
}
