/** `hunt report`: writes the incident report of a notebook. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import { finishHunt } from '../notebook/finish.ts';
import type { FinishedHunt } from '../notebook/finishedHunt.ts';
import { loadResults } from '../notebook/sidecar.ts';
import type { ReportFormat } from '../report/report.ts';
import { renderReport, reportFormats } from '../report/report.ts';
import { failureText } from './cellFailure.ts';
import type { ExitCode, Io } from './io.ts';
import { exitCodes, write } from './io.ts';
import type { NotebookFile } from './notebookFile.ts';
import { readNotebook } from './notebookFile.ts';
import type { Overrides } from './notebookRun.ts';
import { parametersOf, readOverrides, runNotebook, withEngine } from './notebookRun.ts';
import { UsageError } from './usage.ts';
import { version } from './version.ts';
import { visibleLine } from './visible.ts';

const options = {
  to: { type: 'string' },
  out: { type: 'string' },
  param: { type: 'string', multiple: true },
  'allow-network': { type: 'boolean', default: false },
} as const;

/** Runs the command. Throws `UsageError`, and `TypeError` of parseArgs, on a wrong command line. */
export async function reportCommand(args: readonly string[], io: Io): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const format = formatOf(values.to);
  const overrides = readOverrides(values.param ?? []);
  const notebook = await readNotebook(positionals, io);
  parametersOf(notebook, overrides);
  return withEngine(async (engine) => {
    const { hunt, status } = await finishedHunt(engine, notebook, overrides, io, values['allow-network']);
    if (status === 'cancelled') return exitCodes.interrupted;
    const report = renderReport(hunt, format, { generatedAt: new Date(), version });
    if (values.out === undefined) await write(io.stdout, report, io.signal);
    else {
      await writeFile(resolve(io.folder, values.out), report);
      io.stderr.write(`Wrote ${values.out}\n`);
    }
    return status === 'ok' ? exitCodes.ok : exitCodes.failed;
  });
}

function formatOf(text: string | undefined): ReportFormat {
  const known = Object.keys(reportFormats).filter((key): key is ReportFormat => key in reportFormats);
  const format = known.find((name) => name === text);
  if (format !== undefined) return format;
  const what = text === undefined ? 'The format is missing.' : `'${text}' is no report format.`;
  throw new UsageError(what, `Add --to ${known.join(' or --to ')}.`);
}

/** The stored results where there are some, else those of a run made now. */
async function finishedHunt(
  engine: LocalEngine,
  notebook: NotebookFile,
  overrides: Overrides,
  io: Io,
  allowsNetwork: boolean,
): Promise<{ readonly hunt: FinishedHunt; readonly status: 'ok' | 'failed' | 'cancelled' }> {
  const { cells, frontMatter } = notebook.document;
  const notebookOf = { fileName: notebook.fileName, frontMatter, cells, signal: io.signal };
  const stored = await loadResults({
    notebookPath: notebook.path,
    cells,
    parameters: parametersOf(notebook, overrides),
    open: engine.openParquet.bind(engine),
  });
  for (const problem of stored.problems) io.stderr.write(`${visibleLine(problem)}\n`);
  const hasOverrides = Object.keys(overrides).length > 0;
  if (!hasOverrides && stored.cells.some((cell) => cell !== undefined)) {
    const stale = stored.cells.map((cell) => cell?.isStale);
    if (stale.includes(true))
      io.stderr.write(
        'Some stored results are stale, and the report marks them. `hunt run` makes them anew.\n',
      );
    const outcomes = stored.cells.map((cell) => cell?.outcome);
    const hunt = await finishHunt({ ...notebookOf, outcomes, stale, pinned: stored.findings });
    return { hunt, status: 'ok' };
  }
  const { outcomes, pinned, status } = await runNotebook(engine, notebook, overrides, io, {
    allowsNetwork,
    onEnd: (index, outcome) => {
      if (outcome.status === 'failed')
        for (const error of outcome.errors) io.stderr.write(failureText(notebook, index, error));
    },
  });
  return { hunt: await finishHunt({ ...notebookOf, outcomes, pinned }), status };
}
