/** Turns what a cell produced into its outputs, and makes its results available to their renderers. */
import type * as vscode from 'vscode';
import type { CellOutcome } from '../../notebook/cell.ts';
import type { OpenHunt } from '../notebook/openHunt.ts';
import { readSettings } from '../settings.ts';
import { errorOutput, loadOutput, resultOutput, stoppedOutput } from './cellOutputs.ts';

/** Returns the outputs: what was loaded and told first, then each result. */
export async function showOutcome(
  hunt: OpenHunt,
  cell: vscode.NotebookCell,
  outcome: CellOutcome,
): Promise<vscode.NotebookCellOutput[]> {
  if (outcome.status === 'cancelled') return [stoppedOutput()];
  if (outcome.status === 'failed') return [errorOutput(cell.document.getText(), outcome.errors)];
  const { results, loaded, notices } = outcome;
  const inlineRows = readSettings(cell.notebook.uri).maxInlineRows;
  const isRestored = hunt.stateOf(cell)?.isRestored ?? false;
  const isStale = hunt.isStale(cell);
  // Notices stand with the result that they are about, or alone where there is none.
  const needsText = loaded.length > 0 || (results.length === 0 && notices.length > 0);
  const outputs = needsText ? [loadOutput(loaded, notices)] : [];
  for (const [index, result] of results.entries()) {
    const resultId = hunt.shownResults.add({ notebook: cell.notebook, cell, result });
    const told = index === 0 && !needsText ? notices : [];
    outputs.push(await resultOutput(result, { resultId, notices: told, isRestored, isStale, inlineRows }));
  }
  return outputs;
}
