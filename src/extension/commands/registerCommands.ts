/** The commands of the palette and the menus. Each finds the notebook it is about: its argument, else the active one. */
import * as vscode from 'vscode';
import { kqlOfCell } from '../../notebook/cellChecks.ts';
import { commands, notebookType } from '../contributions.ts';
import type { OpenHunt } from '../notebook/openHunt.ts';
import { schemaOf } from '../language/cellQuestions.ts';
import { fileAccess } from '../notebook/openSession.ts';
import { codeOf } from '../notebook/runnableCell.ts';
import type { OpenHunts } from '../notebook/openHunts.ts';
import { storeSoon } from '../notebook/storedResults.ts';
import { reasonOf } from '../reason.ts';
import { readSettings } from '../settings.ts';
import type { ShownResult, ShownResults } from '../output/shownResults.ts';
import type { WireValue } from '../../kql/types.ts';
import { chooseEngine } from './chooseEngine.ts';
import { clearLoadCache } from './clearLoadCache.ts';
import { compareEngines } from './compareEngines.ts';
import { exportReport, type ExportPlan } from './exportReport.ts';
import { newNotebook } from './newNotebook.ts';
import { askForNote, findingFrom } from './pinFinding.ts';
import { setParameters } from './setParameters.ts';
import { showKql } from './showAsKql.ts';

export interface CommandContext {
  readonly hunts: OpenHunts;
  readonly shownResults: ShownResults;
  readonly version: string;
  /** Folder of the sessions. */
  readonly storage: string;
  readonly controller: vscode.NotebookController;
}

/** Registers every command of `contributions.ts`; one that fails says why. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  const { hunts, shownResults, version, storage, controller } = context;
  const actions: Record<keyof typeof commands, (...args: unknown[]) => Promise<unknown>> = {
    newNotebook: (folder) => newNotebook(folder instanceof vscode.Uri ? folder : undefined),
    exportReport: async (argument) => {
      const hunt = await huntOf(hunts, argument);
      return exportReport(hunt, version, isExportPlan(argument) ? argument : {});
    },
    showAsKql: async (argument) => {
      const cell = cellOf(argument);
      const code = codeOf(cell);
      if (code === undefined) throw new Error('This cell runs no query.');
      const hunt = hunts.of(cell.notebook);
      const kql = await (hunt.liveSession?.kqlOf(code, hunt.keyOf(cell)) ??
        kqlOfCell(code, await schemaOf(hunt, cell), fileAccess(hunt.notebook.uri, hunt.folder())));
      if (typeof kql !== 'string') throw new Error(kql.map(({ message }) => message).join(' '));
      await showKql(kql);
    },
    chooseEngine: async (argument) => {
      const cell = cellOf(argument);
      await chooseEngine(hunts.of(cell.notebook), cell);
    },
    compareEngines: async (argument) => {
      const cell = cellOf(argument);
      await compareEngines(controller, hunts.of(cell.notebook), cell);
    },
    pinFinding: async (argument) => {
      const [shown] = shownResults.ofCell(cellOf(argument)).slice(-1);
      if (shown === undefined) throw new Error('This cell shows no result. Run it first.');
      await pin(hunts, shown);
    },
    setParameters: async (argument) => setParameters(await huntOf(hunts, argument)),
    restartSession: async (argument) => {
      const hunt = await huntOf(hunts, argument);
      hunt.stop();
      await hunt.enqueue(() => hunt.restart());
      await clearOutputs(hunt);
    },
    cancel: async (argument) => (await huntOf(hunts, argument)).stop(),
    clearResults: async (argument) => {
      const hunt = await huntOf(hunts, argument);
      await hunt.enqueue(() => hunt.forgetAll());
      await clearOutputs(hunt);
      if (readSettings(hunt.notebook.uri).storeResults !== 'never') await hunt.enqueue(() => hunt.store());
    },
    clearLoadCache: () => clearLoadCache(storage),
  };
  const names = Object.keys(commands) as (keyof typeof commands)[];
  return vscode.Disposable.from(
    ...names.map((name) =>
      vscode.commands.registerCommand(commands[name], async (...args: unknown[]) => {
        try {
          return await actions[name](...args);
        } catch (error) {
          void vscode.window.showErrorMessage(reasonOf(error));
          return undefined;
        }
      }),
    ),
  );
}

/** Asks for the note and pins the rows: those selected, or the whole result. */
export async function pin(
  hunts: OpenHunts,
  { notebook, result }: ShownResult,
  rows?: readonly (readonly WireValue[])[],
): Promise<void> {
  const note = await askForNote(result);
  if (note === undefined) return;
  const finding = await findingFrom(result, note, rows);
  const hunt = hunts.of(notebook);
  hunt.pin(finding);
  storeSoon(hunt, ['afterRun', 'onSave']);
  vscode.window.setStatusBarMessage(`$(pin) Pinned: ${finding.title}`, 5000);
}

async function huntOf(hunts: OpenHunts, argument: unknown): Promise<OpenHunt> {
  const notebook = await notebookOf(argument);
  if (notebook?.notebookType !== notebookType) throw new Error('Open a hunt notebook first.');
  return hunts.of(notebook);
}

/** Menus give a cell, a file, or the toolbar's notebook; the palette gives nothing. */
async function notebookOf(argument: unknown): Promise<vscode.NotebookDocument | undefined> {
  if (isCell(argument)) return argument.notebook;
  if (argument instanceof vscode.Uri) {
    const open = vscode.workspace.notebookDocuments.find(({ uri }) => uri.toString() === argument.toString());
    return open ?? vscode.workspace.openNotebookDocument(argument);
  }
  return vscode.window.activeNotebookEditor?.notebook;
}

function cellOf(argument: unknown): vscode.NotebookCell {
  if (isCell(argument)) return argument;
  const editor = vscode.window.activeNotebookEditor;
  const index = editor?.selections[0]?.start;
  if (editor === undefined || index === undefined || index >= editor.notebook.cellCount)
    throw new Error('Select a cell of a hunt notebook first.');
  return editor.notebook.cellAt(index);
}

function isCell(argument: unknown): argument is vscode.NotebookCell {
  return (
    typeof argument === 'object' && argument !== null && 'notebook' in argument && 'document' in argument
  );
}

function isExportPlan(argument: unknown): argument is ExportPlan {
  return typeof argument === 'object' && argument !== null && ('format' in argument || 'target' in argument);
}

async function clearOutputs({ notebook }: OpenHunt): Promise<void> {
  if (notebook.getCells().some((cell) => codeOf(cell) !== undefined && cell.outputs.length > 0)) {
    await vscode.commands.executeCommand('notebook.clearAllCellsOutputs', notebook.uri);
  }
}
