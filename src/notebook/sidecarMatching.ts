/** Which stored result belongs to which cell. No ids are in the notebook: content and order decide. */
import { isStale, type Fingerprint } from './fingerprint.ts';

export interface Match {
  readonly storedIndex: number;
  readonly isStale: boolean;
}

interface Stored extends Fingerprint {
  readonly language: string;
}

/** A cell as it is now; undefined where nothing runs. */
export type Current = (Fingerprint & { readonly language: string }) | undefined;

/**
 * Matches each cell to a stored one. Cells with the same content match first, in order; a cell that was edited then
 * takes the stored cell of its language that stood at its place, between the same neighbours, and is stale.
 */
export function matchStored(
  cells: readonly Current[],
  stored: readonly Stored[],
): readonly (Match | undefined)[] {
  const byContent = new Map<string, number[]>();
  stored.forEach(({ content }, index) => {
    const queue = byContent.get(content);
    if (queue === undefined) byContent.set(content, [index]);
    else queue.push(index);
  });
  const matched = cells.map((cell) =>
    cell === undefined ? undefined : byContent.get(cell.content)?.shift(),
  );
  const used = new Set(matched.filter((index) => index !== undefined));

  let previous = -1;
  const followers = nextMatches(matched);
  for (const [index, cell] of cells.entries()) {
    const own = matched[index];
    if (own !== undefined) {
      previous = own;
      continue;
    }
    if (cell === undefined) continue;
    for (let candidate = previous + 1; candidate < (followers[index] ?? stored.length); candidate++) {
      if (used.has(candidate) || stored[candidate]?.language !== cell.language) continue;
      matched[index] = candidate;
      used.add(candidate);
      previous = candidate;
      break;
    }
  }
  return cells.map((cell, index) => {
    const storedIndex = matched[index];
    const made = storedIndex === undefined ? undefined : stored[storedIndex];
    if (cell === undefined || storedIndex === undefined || made === undefined) return undefined;
    return { storedIndex, isStale: isStale(made, cell) };
  });
}

/** For each cell, the stored index of the next cell after it that has one. */
function nextMatches(matched: readonly (number | undefined)[]): readonly (number | undefined)[] {
  const next: (number | undefined)[] = [];
  let latest: number | undefined;
  for (let index = matched.length - 1; index >= 0; index--) {
    next[index] = latest;
    latest = matched[index] ?? latest;
  }
  return next;
}
