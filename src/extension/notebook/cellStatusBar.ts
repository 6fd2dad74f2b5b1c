/** The line at the bottom of a cell, behind VS Code's own duration: rows, published name, staleness; *Show as KQL*. */
import * as vscode from 'vscode';
import { counted } from '../../report/displayValue.ts';
import { commands, notebookType } from '../contributions.ts';
import { isDetectionStep } from '../language/stepVerb.ts';
import type { CellState } from './cellStates.ts';
import type { OpenHunt } from './openHunt.ts';
import type { OpenHunts } from './openHunts.ts';
import { codeOf } from './runnableCell.ts';

export function registerCellStatusBar(hunts: OpenHunts): vscode.Disposable {
  return vscode.notebooks.registerNotebookCellStatusBarItemProvider(notebookType, {
    onDidChangeCellStatusBarItems: hunts.onDidChangeStatusBars,
    provideCellStatusBarItems(cell) {
      const hunt = hunts.of(cell.notebook);
      return [...stateItems(hunt, cell), ...engineItems(hunt, cell), ...kqlItems(cell)];
    },
  });
}

function stateItems(hunt: OpenHunt, cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
  const results = hunt.resultsOf(cell);
  const rows = results.reduce((sum, { table }) => sum + table.rowCount, 0);
  const durationMs = Math.max(0, ...results.map(({ provenance }) => provenance.durationMs));
  const ranAt = results[0]?.provenance.startedAt.slice(0, 19).replace('T', ' ');
  const names = results.flatMap(({ publishedAs }) => publishedAs ?? []);
  const isRestored = hunt.stateOf(cell)?.isRestored === true;
  return [
    ...(hunt.isStale(cell) ? [left('$(history) stale', staleTooltip)] : []),
    ...(ranAt === undefined
      ? []
      : [left(`$(table) ${counted(rows, 'row')}`, `Ran ${ranAt} UTC, in ${durationText(durationMs)}`)]),
    ...loadedItems(hunt.stateOf(cell)),
    ...names.map((name) => left(`as ${name}`, `Later cells read these rows as ${name}.`)),
    ...(isRestored && ranAt !== undefined ? [left(`$(archive) ran ${ranAt} UTC`, restoredTooltip)] : []),
  ];
}

function loadedItems(state: CellState | undefined): vscode.NotebookCellStatusBarItem[] {
  const loaded = state?.outcome.status === 'ok' ? state.outcome.loaded : [];
  if (loaded.length === 0) return [];
  const rows = loaded.reduce((sum, table) => sum + table.rows, 0);
  const names = loaded.map(({ name }) => name).join(', ');
  return [left(`$(database) ${counted(loaded.length, 'table')}, ${counted(rows, 'row')}`, `Loaded ${names}`)];
}

const staleTooltip = 'This cell, or one that it depends on, changed after it ran. Run it again.';
const restoredTooltip = 'Stored results. Run the cell to use them in other cells.';

/** Where the cell runs, once a cell has connected the notebook to more than the local engine. */
function engineItems(hunt: OpenHunt, cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
  const code = codeOf(cell);
  const session = hunt.liveSession;
  if (code === undefined || code.language === 'sql' || session === undefined) return [];
  if (session.connectionNames().length === 0) return [];
  const home = session.engineOf(code, hunt.keyOf(cell));
  const item = new vscode.NotebookCellStatusBarItem(
    home.ok ? `$(server) ${home.engine.name}` : '$(warning) no such engine',
    vscode.NotebookCellStatusBarAlignment.Right,
  );
  item.tooltip = home.ok ? 'Where this cell runs' : home.message;
  item.command = { command: commands.chooseEngine, title: 'Choose Engine', arguments: [cell] };
  return [item];
}

function kqlItems(cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
  const { languageId } = cell.document;
  const isStep = languageId === 'hunt' && isDetectionStep(cell.document.getText());
  if (!isStep && languageId !== 'sigma') return [];
  const item = new vscode.NotebookCellStatusBarItem(
    '$(code) Show as KQL',
    vscode.NotebookCellStatusBarAlignment.Right,
  );
  item.tooltip = 'Show the KQL that this cell runs';
  item.command = { command: commands.showAsKql, title: 'Show as KQL', arguments: [cell] };
  return [item];
}

function left(text: string, tooltip: string): vscode.NotebookCellStatusBarItem {
  const item = new vscode.NotebookCellStatusBarItem(text, vscode.NotebookCellStatusBarAlignment.Left);
  item.tooltip = tooltip;
  return item;
}

/** `35 ms`, `1.2 s`, `2 min 5 s`. */
export function durationText(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(1)} s`;
  return `${Math.floor(durationMs / 60_000)} min ${Math.round((durationMs % 60_000) / 1000)} s`;
}
