/** A run to read in a terminal: headings, tables, notices. */
import type { CellOutcome, CellResult } from '../notebook/cell.ts';
import type { LoadedTable } from '../data/loadedTable.ts';
import { counted } from '../report/displayValue.ts';
import { failureText } from './cellFailure.ts';
import { headingOf, placeInFile } from './notebookFile.ts';
import type { PrinterContext, RunPrinter } from './run.ts';
import { textTable } from './textTable.ts';
import { visibleLine } from './visible.ts';

/** Rows of each result that are shown. */
const maxRows = 50;

export function textRun({ notebook, io, print }: PrinterContext): RunPrinter {
  const { document } = notebook;
  let lastHeading = '';
  return {
    start: () => print(`${visibleLine(document.frontMatter.title ?? notebook.fileName)}\n`),
    async cellStarts(index, cell) {
      const heading = headingOf(document, index);
      if (heading !== '' && heading !== lastHeading) await print(`\n${visibleLine(heading)}\n`);
      lastHeading = heading;
      await print(`\n[${cell.language}, line ${placeInFile(document, index, 0).line}]\n`);
    },
    async cellEnds(index, outcome) {
      if (outcome.status === 'failed') {
        for (const error of outcome.errors) io.stderr.write(failureText(notebook, index, error));
      } else if (outcome.status === 'ok') await printOutcome(outcome, io.signal, print);
    },
    async compared(index, outcome) {
      await print('\n[the same cell in two homes]\n');
      if (outcome.status === 'failed') {
        for (const error of outcome.errors) io.stderr.write(failureText(notebook, index, error));
      } else if (outcome.status === 'ok') await printOutcome(outcome, io.signal, print);
    },
    async end(status) {
      const broken = document.problems.length > 0 ? ' The front matter is broken and was not used.' : '';
      const end = status === 'ok' ? `All cells ran.${broken}` : 'Stopped at the first cell that failed.';
      await print(`\n${end}\n`);
    },
  };
}

async function printOutcome(
  outcome: CellOutcome & { readonly status: 'ok' },
  signal: AbortSignal,
  print: PrinterContext['print'],
): Promise<void> {
  for (const table of outcome.loaded) await print(loadedText(table));
  for (const result of outcome.results) await print(await resultText(result, signal));
  for (const { severity, title, techniques } of outcome.findings) {
    const ids = techniques.length > 0 ? ` (${techniques.join(', ')})` : '';
    await print(visibleLine(`finding, ${severity}: ${title}${ids}`) + '\n');
  }
  for (const notice of outcome.notices) await print(`note: ${visibleLine(notice)}\n`);
}

async function resultText(
  { table, publishedAs, provenance }: CellResult,
  signal: AbortSignal,
): Promise<string> {
  const { rows } = await table.page({ offset: 0, limit: maxRows }, signal);
  const count = counted(table.rowCount, 'row');
  const shown = rows.length < table.rowCount ? `${rows.length} of ${count}` : count;
  const cut = table.cut
    ? ` of at least ${counted(table.cut.atLeastRows, 'row')}, limit ${table.cut.limit}`
    : '';
  const name = publishedAs === undefined ? '' : `${visibleLine(publishedAs)}: `;
  return `${textTable(table.columns, rows)}\n(${name}${shown}${cut} · ${Math.round(provenance.durationMs)} ms)\n`;
}

function loadedText({ name, rows, sources, rejects }: LoadedTable): string {
  const files = sources.map(({ path }) => visibleLine(path)).join(', ');
  const bad = rejects.first.map(
    ({ file, line, reason }) => `  ${visibleLine(`${file}:${line}: ${reason}`)}\n`,
  );
  const rejected =
    rejects.count > 0
      ? `  ${counted(rejects.count, 'row')} could not be read; see ${visibleLine(name)}_rejects:\n${bad.join('')}`
      : '';
  return `${visibleLine(name)}: ${counted(rows, 'row')} from ${files}\n${rejected}`;
}
