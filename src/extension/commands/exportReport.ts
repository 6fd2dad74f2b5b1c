/** *Hunt: Export Incident Report*: writes the open hunt in one of the report formats and opens it. */
import * as vscode from 'vscode';
import type { FinishedHunt } from '../../notebook/finishedHunt.ts';
import type { ReportFormat } from '../../report/report.ts';
import type { OpenHunt } from '../notebook/openHunt.ts';

/** Where the report goes; what is missing is asked for. */
export interface ExportPlan {
  readonly format?: ReportFormat;
  readonly target?: vscode.Uri;
}

/** Returns the file that was written; undefined when the hunter left the question. */
export async function exportReport(
  hunt: OpenHunt,
  version: string,
  plan: ExportPlan = {},
): Promise<vscode.Uri | undefined> {
  const format = plan.format ?? (await askForFormat());
  if (format === undefined) return undefined;
  const target = plan.target ?? (await askForTarget(hunt, format));
  if (target === undefined) return undefined;
  const finished = await hunt.finish();
  const { renderReport } = await import('../../report/report.ts');
  const report = renderReport(finished, format, { generatedAt: new Date(), version });
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(report));
  await openReport(target, format);
  warnOfGaps(finished);
  return target;
}

async function askForFormat(): Promise<ReportFormat | undefined> {
  const items = [
    {
      label: 'HTML',
      description: 'one file with everything inside, to read in a browser or to print',
      format: 'html',
    },
    { label: 'Markdown', description: 'for a wiki, a ticket or a git repository', format: 'md' },
    {
      label: 'ATT&CK Navigator layer',
      description: 'the techniques alone, to open in the Navigator',
      format: 'navigator',
    },
  ] as const;
  const chosen = await vscode.window.showQuickPick(items, { title: 'Export Incident Report' });
  return chosen?.format;
}

async function askForTarget(hunt: OpenHunt, format: ReportFormat): Promise<vscode.Uri | undefined> {
  const { reportFormats } = await import('../../report/report.ts');
  const { name, extension } = reportFormats[format];
  const base = hunt.fileName().replace(/(\.hunt)?\.md$/i, '');
  return vscode.window.showSaveDialog({
    title: 'Export Incident Report',
    saveLabel: 'Export',
    defaultUri: vscode.Uri.joinPath(vscode.Uri.file(hunt.folder()), `${base}-report.${extension}`),
    filters: { [name]: [extension] },
  });
}

/** Markdown opens as its preview; HTML in the browser, or as text where VS Code runs on another machine; a layer as text. */
async function openReport(target: vscode.Uri, format: ReportFormat): Promise<void> {
  if (format === 'md') {
    await vscode.commands.executeCommand('markdown.showPreview', target);
    return;
  }
  const isLocal = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  if (format === 'html' && isLocal && (await vscode.env.openExternal(target))) return;
  await vscode.window.showTextDocument(target, { preview: false });
}

/** A report of a hunt that is not whole says so; so does the editor, at once. */
function warnOfGaps({ cells }: FinishedHunt): void {
  const code = cells.filter((cell) => cell.kind === 'code');
  const gaps = [
    [code.filter(({ hasRun }) => !hasRun).length, 'did not run'],
    [code.filter(({ errors }) => errors.length > 0).length, 'failed'],
    [code.filter(({ isStale }) => isStale).length, 'changed after they ran'],
  ] as const;
  const said = gaps.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  if (said.length > 0)
    void vscode.window.showWarningMessage(
      `The report was written, but not all of its cells are current: ${said.join(', ')}.`,
    );
}
