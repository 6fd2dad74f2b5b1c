/** `hunt run`: runs a notebook and shows what its cells produced. */
import { parseArgs } from 'node:util';
import type { CellOutcome, CodeCell } from '../notebook/cell.ts';
import { cellKey, codeCellOf } from '../notebook/runAll.ts';
import type { Session } from '../notebook/session.ts';
import type { ExitCode, Io } from './io.ts';
import { exitCodes, write } from './io.ts';
import type { NotebookFile } from './notebookFile.ts';
import { placeInFile, readNotebook } from './notebookFile.ts';
import { parametersOf, readOverrides, runNotebook, withEngine } from './notebookRun.ts';
import { jsonRun } from './runJson.ts';
import { textRun } from './runText.ts';
import { UsageError } from './usage.ts';

const options = {
  param: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  'allow-network': { type: 'boolean', default: false },
  compare: { type: 'string' },
} as const;

/** How a run is told while it goes. */
export interface RunPrinter {
  start(): Promise<void>;
  cellStarts(index: number, cell: CodeCell): Promise<void>;
  cellEnds(index: number, outcome: CellOutcome): Promise<void>;
  /** The rows that only one home of the cell gave. */
  compared(index: number, outcome: CellOutcome): Promise<void>;
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
  const compared = values.compare === undefined ? undefined : cellAtLine(notebook, values.compare);
  const context: PrinterContext = { notebook, io, print: (text) => write(io.stdout, text, io.signal) };
  const printer = values.json ? jsonRun(context) : textRun(context);
  return withEngine(async (engine) => {
    await printer.start();
    let session: Session | undefined;
    const comparisons: CellOutcome[] = [];
    const { status } = await runNotebook(engine, notebook, overrides, io, {
      allowsNetwork: values['allow-network'],
      onSession: (opened) => (session = opened),
      onStart: (index, cell) => printer.cellStarts(index, cell),
      onEnd: async (index, outcome) => {
        await printer.cellEnds(index, outcome);
        if (index !== compared?.index || outcome.status !== 'ok' || session === undefined) return;
        const comparison = await session.compareHomes(compared.cell, {
          key: cellKey(index),
          signal: io.signal,
        });
        comparisons.push(comparison);
        await printer.compared(index, comparison);
      },
    });
    if (status === 'cancelled') return exitCodes.interrupted;
    await printer.end(status);
    const isWhole = notebook.document.problems.length === 0;
    return status === 'ok' && isWhole && comparisons.every((comparison) => comparison.status === 'ok')
      ? exitCodes.ok
      : exitCodes.failed;
  });
}

/** The code cell at a line of the file. Throws {@link UsageError} where there is none. */
function cellAtLine(
  notebook: NotebookFile,
  text: string,
): { readonly index: number; readonly cell: CodeCell } {
  const line = /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
  const next = 'Write the number of a line in a KQL cell or step: the output of `hunt run` shows them.';
  if (line === undefined) throw new UsageError(`--compare ${text} is no line number.`, next);
  for (const [index, documentCell] of notebook.document.cells.entries()) {
    const cell = codeCellOf(documentCell);
    if (cell === undefined) continue;
    const first = placeInFile(notebook.document, index, 0).line;
    // The fence lines above and below count as the cell's.
    const last = first + cell.text.replace(/\r?\n$/, '').split('\n').length;
    if (first - 1 <= line && line <= last) return { index, cell };
  }
  throw new UsageError(`There is no code cell at line ${line} of ${notebook.shownPath}.`, next);
}
