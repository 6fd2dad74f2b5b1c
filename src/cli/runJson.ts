/** A run as one JSON document, written cell by cell. */
import type { CellOutcome, CellResult } from '../notebook/cell.ts';
import type { Finding } from '../notebook/finding.ts';
import type { NotebookFile } from './notebookFile.ts';
import { headingOf, placeInFile } from './notebookFile.ts';
import { lineColumn } from './place.ts';
import type { PrinterContext, RunPrinter } from './run.ts';

/** Rows of each result in the document; `rowCount` says how many there are. */
const maxRows = 1000;

export function jsonRun({ notebook, io, print }: PrinterContext): RunPrinter {
  const findings: Finding[] = [];
  const problems = notebook.document.problems.map(({ message, start }) => ({
    message,
    file: notebook.shownPath,
    ...lineColumn(notebook.text, start),
  }));
  let isFirst = true;
  let comparison: unknown;
  return {
    start: () =>
      print(
        `{"notebook":${JSON.stringify(notebook.shownPath)},` +
          `"title":${JSON.stringify(notebook.document.frontMatter.title ?? null)},"cells":[`,
      ),
    cellStarts: () => Promise.resolve(),
    async cellEnds(index, outcome) {
      if (outcome.status === 'ok') findings.push(...outcome.findings);
      const { text = '', language = '' } = notebook.document.cells[index] ?? {};
      const cell = {
        line: placeInFile(notebook.document, index, 0).line,
        heading: headingOf(notebook.document, index),
        language,
        text,
        ...(await outcomeFields(outcome, index, notebook, io.signal)),
      };
      await print(`${isFirst ? '' : ','}${JSON.stringify(cell)}`);
      isFirst = false;
    },
    async compared(index, outcome) {
      comparison = await outcomeFields(outcome, index, notebook, io.signal);
    },
    end: (status) =>
      print(
        `],${comparison === undefined ? '' : `"comparison":${JSON.stringify(comparison)},`}"findings":${JSON.stringify(findings)},"problems":${JSON.stringify(problems)},` +
          `"ok":${status === 'ok' && problems.length === 0}}\n`,
      ),
  };
}

async function outcomeFields(
  outcome: CellOutcome,
  index: number,
  { document, shownPath }: NotebookFile,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  if (outcome.status === 'cancelled') return { status: 'cancelled' };
  if (outcome.status === 'failed') {
    const errors = outcome.errors.map((error) => ({
      ...error,
      file: shownPath,
      ...placeInFile(document, index, error.start),
    }));
    return { status: 'failed', errors };
  }
  const results: unknown[] = [];
  for (const result of outcome.results) results.push(await resultFields(result, signal));
  return { status: 'ok', results, loaded: outcome.loaded, notices: outcome.notices };
}

async function resultFields(
  { table, publishedAs, render, provenance }: CellResult,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const { rows } = await table.page({ offset: 0, limit: maxRows }, signal);
  const { columns, rowCount, cut } = table;
  const { kql, engine, startedAt, durationMs } = provenance;
  return { name: publishedAs, columns, rowCount, cut, rows, render, kql, engine, startedAt, durationMs };
}
