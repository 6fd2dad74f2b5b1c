/** `hunt run`: runs a notebook and shows what its cells produced. */
import { parseArgs } from 'node:util';
import type { CellOutcome, CodeCell } from '../notebook/cell.ts';
import type { ExitCode, Io } from './io.ts';
import { exitCodes, write } from './io.ts';
import type { NotebookFile } from './notebookFile.ts';
import { readNotebook } from './notebookFile.ts';
import { parametersOf, readOverrides, runNotebook, withEngine } from './notebookRun.ts';
import { jsonRun } from './runJson.ts';
import { textRun } from './runText.ts';

const options = {
  param: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const;

/** How a run is told while it goes. */
export interface RunPrinter {
  start(): Promise<void>;
  cellStarts(index: number, cell: CodeCell): Promise<void>;
  cellEnds(index: number, outcome: CellOutcome): Promise<void>;
  end(status: 'ok' | 'failed' | 'cancelled'): Promise<void>;
}

/** What a printer needs of the command. */
export interface PrinterContext {
  readonly notebook: NotebookFile;
  readonly io: Io;
  readonly print: (text: string) => Promise<void>;
}

/** Runs the command. Throws `UsageError`, and `TypeError` of parseArgs, on a wrong command line. */
export async function runCommand(args: readonly string[], io: Io): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const overrides = readOverrides(values.param ?? []);
  const notebook = await readNotebook(positionals, io);
  parametersOf(notebook, overrides);
  const context: PrinterContext = { notebook, io, print: (text) => write(io.stdout, text, io.signal) };
  const printer = values.json ? jsonRun(context) : textRun(context);
  return withEngine(async (engine) => {
    await printer.start();
    const { status } = await runNotebook(engine, notebook, overrides, io, {
      onStart: (index, cell) => printer.cellStarts(index, cell),
      onEnd: (index, outcome) => printer.cellEnds(index, outcome),
    });
    if (status === 'cancelled') return exitCodes.interrupted;
    await printer.end(status);
    const isWhole = notebook.document.problems.length === 0;
    return status === 'ok' && isWhole ? exitCodes.ok : exitCodes.failed;
  });
}
