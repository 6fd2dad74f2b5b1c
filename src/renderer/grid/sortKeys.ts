/** The sort that header clicks build up. */
import type { SortKey } from '../../engine/result.ts';

/**
 * Returns the sort after a click on a column: ascending, then descending, then none. With `isAdding` (Shift) the
 * other columns keep their place in the sort.
 */
export function toggledSort(sort: readonly SortKey[], column: string, isAdding: boolean): SortKey[] {
  const current = sort.find((key) => key.column === column);
  const next: SortKey | undefined = !current
    ? { column, descending: false }
    : current.descending
      ? undefined
      : { column, descending: true };
  if (!isAdding) return next ? [next] : [];
  if (!current) return next ? [...sort, next] : [...sort];
  return sort.flatMap((key) => (key === current ? (next ? [next] : []) : [key]));
}
