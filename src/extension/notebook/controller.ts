/**
 * The kernel `Hunt (local)`: runs cells in order, one at a time in a notebook, and stops at the first failure.
 *
 * Contracts: every execution that is created is ended on every path, so no spinner stays behind; *Stop* fires the
 * signal of the running cell, which interrupts DuckDB itself, and the cells behind it are not started.
 */
import * as vscode from 'vscode';
import { cellLanguages, controllerId, notebookType } from '../contributions.ts';
import { failureOutput, progressOutput } from '../output/cellOutputs.ts';
import { showOutcome } from '../output/showOutcome.ts';
import type { OpenHunt } from './openHunt.ts';
import type { OpenHunts } from './openHunts.ts';
import { storeSoon } from './storedResults.ts';

/** Milliseconds between two updates of a progress line. */
const progressIntervalMs = 200;

/** Registers the kernel and keeps it selected for hunt notebooks. */
export function registerController(hunts: OpenHunts): vscode.NotebookController {
  const controller = vscode.notebooks.createNotebookController(controllerId, notebookType, 'Hunt (local)');
  controller.description = 'Embedded DuckDB; nothing leaves this machine';
  controller.supportedLanguages = [...cellLanguages];
  controller.supportsExecutionOrder = true;
  controller.executeHandler = async (cells, notebook) => {
    const hunt = await hunts.afterClosing(notebook);
    await hunt.restored();
    const executions = cells
      .toSorted((a, b) => a.index - b.index)
      .map((cell) => controller.createNotebookCellExecution(cell));
    await hunt.enqueue(async () => {
      await runInOrder(hunt, executions);
      storeSoon(hunt, ['afterRun']);
    });
  };
  return controller;
}

async function runInOrder(
  hunt: OpenHunt,
  executions: readonly vscode.NotebookCellExecution[],
): Promise<void> {
  const waiting = [...executions];
  try {
    for (let execution = waiting.shift(); execution !== undefined; execution = waiting.shift()) {
      if (!(await runCell(hunt, execution))) break;
    }
  } finally {
    for (const execution of waiting) execution.end(undefined);
  }
}

/** Returns whether the cells behind this one may run. */
async function runCell(hunt: OpenHunt, execution: vscode.NotebookCellExecution): Promise<boolean> {
  let hasSucceeded: boolean | undefined = false;
  execution.executionOrder = hunt.nextExecutionOrder();
  execution.start(Date.now());
  const aborter = new AbortController();
  const stop = execution.token.onCancellationRequested(() => aborter.abort());
  try {
    if (execution.token.isCancellationRequested) aborter.abort();
    await execution.clearOutput();
    const outcome = await hunt.run(execution.cell, {
      signal: aborter.signal,
      onProgress: progressWriter(execution),
    });
    await execution.replaceOutput(await showOutcome(hunt, execution.cell, outcome));
    if (outcome.status === 'cancelled') hasSucceeded = undefined;
    else hasSucceeded = outcome.status === 'ok';
  } catch (error) {
    await execution.replaceOutput([failureOutput(error)]);
  } finally {
    stop.dispose();
    execution.end(hasSucceeded, Date.now());
  }
  return hasSucceeded === true;
}

/** Shows how far a load is, at most a few times a second, in the cell itself. */
function progressWriter(execution: vscode.NotebookCellExecution) {
  let lastMs = 0;
  return (progress: {
    readonly doneBytes: number;
    readonly totalBytes: number;
    readonly what: string;
  }): void => {
    const nowMs = Date.now();
    if (nowMs - lastMs < progressIntervalMs) return;
    lastMs = nowMs;
    void execution.replaceOutput([progressOutput(progress)]);
  };
}
