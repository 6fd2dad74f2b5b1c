/** The slim line under a result, and the notices above it, as text. */
import type { ResultOutput } from './protocol.ts';

/** Returns a count with thousands separators. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** Returns a duration to read at a glance: `56 ms`, `1.2 s`, `3 min 5 s`. */
export function durationText(durationMs: number): string {
  if (durationMs < 1) return '< 1 ms';
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(1)} s`;
  return `${Math.floor(durationMs / 60_000)} min ${Math.round((durationMs % 60_000) / 1000)} s`;
}

/** Returns e.g. `12 of 1,234 rows · 56 ms · local`. `matchingRows` is what a filter left. */
export function statusText(result: ResultOutput, matchingRows: number | undefined): string {
  const total = `${countText(result.rowCount)} ${result.rowCount === 1 ? 'row' : 'rows'}`;
  const isFiltered = matchingRows !== undefined && matchingRows !== result.rowCount;
  const engine = result.provenance.engine.replace(/\s*\(.*\)$/, '');
  return [
    isFiltered ? `${countText(matchingRows)} of ${total}` : total,
    durationText(result.provenance.durationMs),
    engine,
  ].join(' · ');
}

export interface Notice {
  readonly text: string;
  /** The rows are not the whole or not the current truth. */
  readonly isWarning: boolean;
}

/** Returns what the hunter must know before trusting the rows, the most important first. */
export function noticesOf(result: ResultOutput, isStale: boolean): Notice[] {
  const notices: Notice[] = [];
  const warn = (text: string) => notices.push({ text, isWarning: true });
  if (isStale)
    warn('Stale: this cell or one before it changed after these rows were made. Run the cell again.');
  if (result.cut) {
    const shown = countText(result.rowCount);
    const least = countText(result.cut.atLeastRows);
    warn(
      `Rows are cut: ${shown} of at least ${least} rows. Limit: ${result.cut.limit}. ` +
        'Narrow the query or summarize to see all.',
    );
  }
  return [...notices, ...result.notices.map((text) => ({ text, isWarning: false }))];
}
