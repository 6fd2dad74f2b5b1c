/** Results that are evidence though nobody pinned them: short lists of records. */
import type { Column, WireValue } from '../kql/types.ts';
import type { NumberedHunt } from './numberedHunt.ts';
import { isTechniqueTable } from './sections/attack.ts';

export interface SmallResult {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly WireValue[])[];
  /** `Query 3`. */
  readonly source: string;
}

/** A result with more rows than this is data, not a list of events. */
const maxRows = 25;

/** The short results of all queries, without those that are drawn as charts and those that map techniques. */
export function smallResults(hunt: NumberedHunt): SmallResult[] {
  return hunt.queries.flatMap(({ cell, number }) =>
    cell.results
      .filter(
        ({ totalRows, render, columns, rows }) =>
          totalRows <= maxRows && render === undefined && !isTechniqueTable(columns, rows),
      )
      .map(({ columns, rows }) => ({ columns, rows, source: `Query ${number}` })),
  );
}
