/** Known names close to one that was not found. */

/** Returns up to `limit` names, best first: the same but for case, then by edit distance, then by common start. */
export function closestNames(wanted: string, known: Iterable<string>, limit = 3): string[] {
  const target = wanted.toLowerCase();
  const maxDistance = Math.max(1, Math.floor(target.length / 3));
  return [...new Set(known)]
    .map((name) => ({ name, distance: distanceOf(target, name.toLowerCase(), maxDistance) }))
    .filter(({ distance }) => distance <= maxDistance)
    .sort((a, b) => a.distance - b.distance || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

function distanceOf(target: string, name: string, maxDistance: number): number {
  if (target.length > 2 && (name.startsWith(target) || name.endsWith(target))) return 0.5;
  if (Math.abs(target.length - name.length) > maxDistance) return Infinity;
  return editDistance(target, name);
}

/** Insertions, deletions, substitutions and swaps of neighbours (Damerau's restricted distance). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
