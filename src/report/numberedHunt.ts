/** A finished hunt with its queries numbered, as the sections of the report refer to them. */
import type { FinishedCell, FinishedHunt } from '../notebook/finishedHunt.ts';

export type CodeCell = Extract<FinishedCell, { kind: 'code' }>;

export interface NumberedQuery {
  /** 1-based, in notebook order. */
  readonly number: number;
  readonly cell: CodeCell;
}

export type NumberedCell =
  Extract<FinishedCell, { kind: 'prose' }> | ({ readonly kind: 'query' } & NumberedQuery);

export interface NumberedHunt extends FinishedHunt {
  readonly numberedCells: readonly NumberedCell[];
  readonly queries: readonly NumberedQuery[];
}

/** Numbers the code cells that hold anything. */
export function numberedHunt(hunt: FinishedHunt): NumberedHunt {
  const numberedCells: NumberedCell[] = [];
  const queries: NumberedQuery[] = [];
  for (const cell of hunt.cells) {
    if (cell.kind === 'prose') numberedCells.push(cell);
    else if (cell.text.trim() !== '') {
      const query = { number: queries.length + 1, cell };
      queries.push(query);
      numberedCells.push({ kind: 'query', ...query });
    }
  }
  return { ...hunt, numberedCells, queries };
}

/** Anchor of a query in the section of queries. */
export function queryId(number: number): string {
  return `query-${number}`;
}

/** How a query ended, in a word or two. */
export function queryStatus({ cell }: NumberedQuery): 'not run' | 'failed' | 'stale' | 'ok' {
  if (cell.errors.length > 0) return 'failed';
  if (!cell.hasRun) return 'not run';
  return cell.isStale ? 'stale' : 'ok';
}

/** What the language is called in text. */
export function languageName(language: string): string {
  const names: Readonly<Record<string, string>> = {
    kql: 'KQL',
    sql: 'SQL',
    hunt: 'Step',
    sigma: 'Sigma rule',
  };
  return names[language] ?? language;
}
