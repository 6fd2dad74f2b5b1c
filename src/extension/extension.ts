/** Entry of the extension: constructs the parts and registers them with VS Code. */
import * as vscode from 'vscode';
import { z } from 'zod';
import { createWorkerKqlService } from '../engine/local/workerKqlService.ts';
import type { HuntApi } from './api.ts';
import { pin, registerCommands } from './commands/registerCommands.ts';
import { registerQuickFixes } from './language/cellDiagnostics.ts';
import { CellQuestions } from './language/cellQuestions.ts';
import { registerLanguageFeatures } from './language/languageFeatures.ts';
import { registerLiveDiagnostics } from './language/liveDiagnostics.ts';
import { registerCellStatusBar } from './notebook/cellStatusBar.ts';
import { registerController } from './notebook/controller.ts';
import { registerFileProblems } from './notebook/fileProblems.ts';
import { OpenHunts } from './notebook/openHunts.ts';
import { registerRenamedResults } from './notebook/renamedResults.ts';
import { editorTokens } from './notebook/signIn.ts';
import { registerSerializer } from './notebook/serializer.ts';
import { registerStaleness } from './notebook/staleness.ts';
import { registerStoredResults } from './notebook/storedResults.ts';
import { removeAbandonedFolders } from './notebook/sessionFolder.ts';
import { answerRenderer } from './output/rendererMessages.ts';
import { ShownResults } from './output/shownResults.ts';

export async function activate(context: vscode.ExtensionContext): Promise<HuntApi> {
  const storage = vscode.Uri.joinPath(context.globalStorageUri, 'sessions').fsPath;
  const { version } = z.object({ version: z.string() }).parse(context.extension.packageJSON);
  const kql = createWorkerKqlService();
  const shownResults = new ShownResults();
  const hunts = new OpenHunts({ storage, kql, shownResults, tokens: editorTokens(context.secrets) });
  const renderer = answerRenderer(shownResults, (shown, rows) => pin(hunts, shown, rows));
  closing = async () => {
    await hunts.dispose();
    await kql.dispose();
  };
  const questions = new CellQuestions(kql);
  const controller = registerController(hunts);
  context.subscriptions.push(
    renderer,
    registerSerializer(),
    controller,
    registerStoredResults(controller, hunts, context.extension.id),
    registerRenamedResults(),
    registerStaleness(hunts, shownResults, renderer),
    registerCellStatusBar(hunts),
    registerFileProblems(),
    registerLiveDiagnostics(hunts, questions),
    registerLanguageFeatures(hunts, questions),
    registerQuickFixes(),
    registerCommands({ hunts, shownResults, version, storage, controller }),
  );
  await removeAbandonedFolders(storage);
  return { describeResults: () => renderer.describe() };
}

/** What must end before the process does; VS Code waits for `deactivate`, but not for disposables. */
let closing: (() => Promise<void>) | undefined;

export async function deactivate(): Promise<void> {
  await closing?.();
}
