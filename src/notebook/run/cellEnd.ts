/** How a run of a cell ends: with results and their provenance, or with errors. */
import type { LoadedTable } from '../../data/loadedTable.ts';
import type { Engine, QueryOutcome, QueryResult } from '../../engine/engine.ts';
import type { CellError, CellOutcome, CellResult, CodeCell, Provenance } from '../cell.ts';
import type { CellEngine } from '../connections.ts';
import type { RunContext } from './cellRun.ts';

type Success = Omit<CellOutcome & { readonly status: 'ok' }, 'status'>;

/** The cell did its work; what is not named is none. */
export function succeeded(outcome: Partial<Success>): CellOutcome {
  const { results = [], notices = [], findings = [] } = outcome;
  const loaded: readonly LoadedTable[] = outcome.loaded ?? [];
  return { status: 'ok', results, loaded, notices, findings };
}

/** The cell did not run, or not to its end. */
export function failed(errors: readonly CellError[]): CellOutcome {
  return { status: 'failed', errors };
}

/** The first words of the cell name an engine that no cell above it has connected. */
export function unknownEngine({ message, start, length }: CellEngine & { readonly ok: false }): CellOutcome {
  return failed([{ code: 'unknown-engine', message, start, length }]);
}

/** Measures a run by the clock of the session. */
export function startClock({ now }: RunContext): {
  readonly startedAt: Date;
  readonly elapsedMs: () => number;
} {
  const startedAt = now();
  return { startedAt, elapsedMs: () => Math.max(0, now().getTime() - startedAt.getTime()) };
}

/** The results with what produced them; `kql` is the query behind a cell that is none itself. */
export function resultsOf(
  outcome: QueryOutcome & { readonly ok: true },
  clock: ReturnType<typeof startClock>,
  { sources }: RunContext,
  engine: Engine,
  cell: CodeCell,
  kql?: string,
): readonly CellResult[] {
  const durationMs = clock.elapsedMs();
  const provenanceOf = ({ table }: QueryResult): Provenance => ({
    query: cell.text,
    language: cell.language,
    ...(kql !== undefined && { kql }),
    engine: engine.name,
    // The files behind local tables are no source of what a service answered.
    sources: engine.kind === 'local' ? sources.all() : [],
    startedAt: clock.startedAt.toISOString(),
    durationMs,
    rowCount: table.rowCount,
  });
  return outcome.results.map((result) => ({ ...result, provenance: provenanceOf(result) }));
}

/** Says which loaded tables the results took the names of. */
export function replacedTables(results: readonly CellResult[], { sources }: RunContext): readonly string[] {
  return results.flatMap(({ publishedAs }) =>
    publishedAs === undefined ? [] : (sources.replaced(publishedAs) ?? []),
  );
}
