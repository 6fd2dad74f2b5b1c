/**
 * *Hunt: Choose Engine for Cell*: where a cell runs is written in the notebook, as a first line of the cell or as a connect
 * step above it, so that it is shared and reviewed with it.
 */
import * as vscode from 'vscode';
import type { OpenHunt } from '../notebook/openHunt.ts';

/** Connect steps to begin with, by service. */
const templates = {
  'Azure Data Explorer or Fabric':
    'connect: { to: kusto, cluster: https://help.kusto.windows.net, database: Samples }\n',
  'Log Analytics or Sentinel':
    'connect: { to: log-analytics, workspace: 00000000-0000-0000-0000-000000000000, timespan: P7D }\n',
  'Defender XDR advanced hunting': 'connect: { to: defender }\n',
  'hunt serve on this machine': 'connect: { to: kusto, cluster: http://127.0.0.1:8080, database: logs }\n',
} as const;

type Template = keyof typeof templates;

interface Choice extends vscode.QuickPickItem {
  readonly engine?: string | null;
  readonly template?: Template;
}

const engineLine = /^\s*(?:\/\/|#)\s*engine:.*\r?\n?/;

/** Asks, and edits the notebook. */
export async function chooseEngine(hunt: OpenHunt, cell: vscode.NotebookCell): Promise<void> {
  const names = hunt.liveSession?.connectionNames() ?? [];
  const choices: Choice[] = [
    {
      label: 'As the cells above say',
      description: 'the nearest connect step above, else local',
      engine: null,
    },
    { label: 'local', description: 'embedded DuckDB; nothing leaves this machine', engine: 'local' },
    ...names.map((name) => ({ label: name, description: 'connected', engine: name })),
    { label: 'Connect to', kind: vscode.QuickPickItemKind.Separator },
    ...Object.keys(templates)
      .filter(isTemplate)
      .map((template) => ({ label: template, description: 'adds a connect step above', template })),
  ];
  const chosen = await vscode.window.showQuickPick(choices, { title: 'Where This Cell Runs' });
  if (chosen?.template !== undefined) await addConnectStep(cell, templates[chosen.template]);
  else if (chosen?.engine !== undefined) await writeEngine(cell, chosen.engine);
}

function isTemplate(label: string): label is Template {
  return label in templates;
}

async function addConnectStep(cell: vscode.NotebookCell, text: string): Promise<void> {
  const step = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'hunt');
  const edit = new vscode.WorkspaceEdit();
  edit.set(cell.notebook.uri, [vscode.NotebookEdit.insertCells(cell.index, [step])]);
  await vscode.workspace.applyEdit(edit);
}

/** Writes the first line that names the engine, or takes it away. */
async function writeEngine(cell: vscode.NotebookCell, engine: string | null): Promise<void> {
  const { document } = cell;
  const text = document.getText();
  const old = engineLine.exec(text)?.[0] ?? '';
  const comment = document.languageId === 'kql' ? '//' : '#';
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(0), document.positionAt(old.length));
  edit.replace(document.uri, range, engine === null ? '' : `${comment} engine: ${engine}\n`);
  await vscode.workspace.applyEdit(edit);
}
