/** The finished hunt: a notebook with what its cells produced, as the report reads it. */
import type { CellOutcome, CellResult } from './cell.ts';
import type { FinishedCell, FinishedHunt, ResultHead } from './finishedHunt.ts';
import type { Finding } from './finding.ts';
import { frontMatterLanguage } from './format/index.ts';
import type { DocumentCell, FrontMatter } from './huntDocument.ts';

/** Rows of each result that go into the report. */
export const headRows = 100;

export interface FinishRequest {
  readonly fileName: string;
  readonly frontMatter: FrontMatter;
  readonly cells: readonly DocumentCell[];
  /** What each cell produced, aligned with `cells`; undefined for prose and for cells that did not run. */
  readonly outcomes: readonly (CellOutcome | undefined)[];
  /** Whether what each cell produced is out of date, aligned with `cells`; default: none is. */
  readonly stale?: readonly (boolean | undefined)[];
  /** Findings that the hunter pinned; those of steps come with their outcomes. */
  readonly pinned?: readonly Finding[];
  readonly signal?: AbortSignal;
}

/** Reads the head of every result. Rejects with `AbortError` when the signal fires. */
export async function finishHunt(request: FinishRequest): Promise<FinishedHunt> {
  const { fileName, frontMatter, outcomes, stale = [], pinned = [] } = request;
  const cells: FinishedCell[] = [];
  for (const [index, cell] of request.cells.entries()) {
    if (cell.kind === 'prose') cells.push({ kind: 'prose', text: cell.text });
    // Front matter is in `frontMatter`.
    else if (cell.language !== frontMatterLanguage) {
      cells.push(await finishCell(cell, outcomes[index], stale[index] ?? false, request.signal));
    }
  }
  const asserted = outcomes.flatMap((outcome) => (outcome?.status === 'ok' ? outcome.findings : []));
  return { frontMatter, fileName, cells, findings: [...asserted, ...pinned] };
}

async function finishCell(
  { language, text }: DocumentCell,
  outcome: CellOutcome | undefined,
  isStale: boolean,
  signal: AbortSignal | undefined,
): Promise<FinishedCell> {
  const hasRun = outcome !== undefined && outcome.status !== 'cancelled';
  const cell = { kind: 'code', language, text, isStale, hasRun } as const;
  const nothing = { results: [], loaded: [], notices: [], errors: [] };
  if (outcome?.status === 'failed') return { ...cell, ...nothing, errors: outcome.errors };
  if (outcome?.status !== 'ok') return { ...cell, ...nothing };
  const results: ResultHead[] = [];
  for (const result of outcome.results) results.push(await headOf(result, signal));
  return { ...cell, results, loaded: outcome.loaded, notices: outcome.notices, errors: [] };
}

async function headOf(
  { table, publishedAs, render, provenance }: CellResult,
  signal?: AbortSignal,
): Promise<ResultHead> {
  const { rows } = await table.page({ offset: 0, limit: headRows }, signal);
  return {
    columns: table.columns,
    rows,
    totalRows: table.rowCount,
    ...(table.cut !== undefined && { cut: table.cut }),
    ...(publishedAs !== undefined && { publishedAs }),
    ...(render !== undefined && { render }),
    provenance,
  };
}
