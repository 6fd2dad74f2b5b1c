/** *Hunt: Pin as Finding*: rows that the hunter selected, or a whole result, with a note and a severity. */
import * as vscode from 'vscode';
import type { WireValue } from '../../kql/types.ts';
import type { CellResult } from '../../notebook/cell.ts';
import { maxFindingRows, severities, type Finding, type Severity } from '../../notebook/finding.ts';

/** What the hunter says about the evidence. */
export interface FindingNote {
  readonly title: string;
  readonly note: string;
  readonly severity: Severity;
}

/** Asks for title, severity and note; undefined when the hunter leaves. */
export async function askForNote(result: CellResult): Promise<FindingNote | undefined> {
  const title = await vscode.window.showInputBox({
    title: 'Pin as finding (1 of 3)',
    prompt: 'What do these rows show?',
    value: result.publishedAs ?? '',
    validateInput: (text) => (text.trim() === '' ? 'A finding needs a title.' : undefined),
    ignoreFocusOut: true,
  });
  if (title === undefined) return undefined;
  const severity = await vscode.window.showQuickPick([...severities].reverse(), {
    title: 'Pin as finding (2 of 3)',
    placeHolder: 'How severe is it?',
    ignoreFocusOut: true,
  });
  const known = severities.find((candidate) => candidate === severity);
  if (known === undefined) return undefined;
  const note = await vscode.window.showInputBox({
    title: 'Pin as finding (3 of 3)',
    prompt: 'A note for the report: why it matters, what you did about it. May stay empty.',
    ignoreFocusOut: true,
  });
  return note === undefined ? undefined : { title: title.trim(), severity: known, note };
}

/** Returns the finding: the given rows, or the first rows of the whole result. */
export async function findingFrom(
  result: CellResult,
  { title, note, severity }: FindingNote,
  selected?: readonly (readonly WireValue[])[],
): Promise<Finding> {
  const { columns, rowCount } = result.table;
  const rows = selected ?? (await result.table.page({ offset: 0, limit: maxFindingRows })).rows;
  return {
    title,
    note,
    severity,
    techniques: techniquesIn(rows),
    origin: 'pinned',
    columns,
    rows: rows.slice(0, maxFindingRows),
    totalRows: selected?.length ?? rowCount,
  };
}

/** ATT&CK technique ids that stand alone in a cell of the rows. */
function techniquesIn(rows: readonly (readonly WireValue[])[]): string[] {
  const ids = rows.flat().filter((value) => typeof value === 'string' && /^T\d{4}(?:\.\d{3})?$/.test(value));
  return [...new Set(ids.map(String))];
}
