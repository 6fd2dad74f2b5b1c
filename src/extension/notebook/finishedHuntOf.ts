/** An open notebook with what its cells show, as the report reads it. */
import * as vscode from 'vscode';
import type { CellResult } from '../../notebook/cell.ts';
import type { FinishedCell, FinishedHunt, ResultHead } from '../../notebook/finishedHunt.ts';
import { codeOf, type OpenHunt } from './openHunt.ts';

/** Returns the hunt with the first rows of each result. Front matter is no cell of it. */
export async function finishedHuntOf(hunt: OpenHunt, maxRows: number): Promise<FinishedHunt> {
  const cells: FinishedCell[] = [];
  for (const cell of hunt.notebook.getCells()) {
    const finished = await finishedCell(hunt, cell, maxRows);
    if (finished !== undefined) cells.push(finished);
  }
  return { frontMatter: hunt.frontMatter(), fileName: hunt.fileName(), cells, findings: hunt.findings() };
}

async function finishedCell(
  hunt: OpenHunt,
  cell: vscode.NotebookCell,
  maxRows: number,
): Promise<FinishedCell | undefined> {
  const text = cell.document.getText();
  if (cell.kind === vscode.NotebookCellKind.Markup) return { kind: 'prose', text };
  const code = codeOf(cell);
  if (code === undefined) return undefined;
  const state = hunt.stateOf(cell);
  return {
    kind: 'code',
    language: code.language,
    text,
    results: await Promise.all((state?.results ?? []).map((result) => headOf(result, maxRows))),
    loaded: state?.loaded ?? [],
    notices: state?.notices ?? [],
    errors: state?.errors ?? [],
    isStale: hunt.isStale(cell),
    hasRun: state !== undefined,
  };
}

async function headOf(
  { table, publishedAs, render, provenance }: CellResult,
  limit: number,
): Promise<ResultHead> {
  const { rows } = await table.page({ offset: 0, limit });
  return { columns: table.columns, rows, totalRows: table.rowCount, publishedAs, render, provenance };
}
