/** What a technique id that a person wrote means today. */
import { technique, techniques } from './catalogue.ts';
import type { Technique } from './catalogue.ts';

export type Resolution =
  | { readonly kind: 'current'; readonly technique: Technique }
  /** Replaced: `technique` stands at the end of the chain of replacements, `written` is what the id named. */
  | {
      readonly kind: 'revoked';
      readonly written: Technique;
      readonly technique: Technique;
      /** Ids from the written one to the current one, both included. */
      readonly chain: readonly string[];
    }
  /** Withdrawn without a replacement; it is still the best name for what the hunter meant. */
  | { readonly kind: 'deprecated'; readonly technique: Technique }
  | { readonly kind: 'unknown'; readonly closeIds: readonly string[] };

/** Resolves an id to the technique in force, following replacements to their end. */
export function resolveTechnique(id: string): Resolution {
  const written = technique(id);
  if (!written) return { kind: 'unknown', closeIds: closeIds(id) };

  const chain = [written.id];
  let last = written;
  while (last.revokedBy !== undefined && !chain.includes(last.revokedBy)) {
    const next = techniques.get(last.revokedBy);
    if (!next) break;
    chain.push(next.id);
    last = next;
  }
  if (chain.length > 1) return { kind: 'revoked', written, technique: last, chain };
  return last.isDeprecated ? { kind: 'deprecated', technique: last } : { kind: 'current', technique: last };
}

/** One sentence on how a written id relates to the technique in force; empty when it is the technique itself. */
export function resolutionNote(resolution: Resolution): string {
  switch (resolution.kind) {
    case 'revoked':
      return `${resolution.written.id} is revoked by ${resolution.technique.id} ${resolution.technique.name}`;
    case 'deprecated':
      return `${resolution.technique.id} is deprecated in ATT&CK without a replacement`;
    case 'current':
    case 'unknown':
      return '';
  }
}

const maxCloseIds = 5;

/** Ids (or techniques of that name) that a mistyped id may have meant, best first: same name, its sub-techniques, one typing slip. */
function closeIds(written: string): readonly string[] {
  const text = written.trim().toUpperCase();
  const named = [...techniques.values()]
    .filter(({ name, fullName }) => [name.toUpperCase(), fullName.toUpperCase()].includes(text))
    .map(({ id }) => resolveTechnique(id))
    .flatMap((resolution) => (resolution.kind === 'unknown' ? [] : [resolution.technique.id]));
  const known = [...techniques.values()]
    .filter(({ revokedBy }) => revokedBy === undefined)
    .map(({ id }) => id);
  const parent = text.split('.')[0] ?? '';
  const family = known.filter(
    (id) => id === parent || (techniques.has(parent) && id.startsWith(`${parent}.`)),
  );
  const slips = known.filter((id) => isOneSlipAway(text, id));
  return [...new Set([...named, ...slips, ...family])].slice(0, maxCloseIds);
}

/** One character added, lost or changed, or two neighbours swapped. */
function isOneSlipAway(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 1) return false;
  let start = 0;
  while (start < left.length && left[start] === right[start]) start++;
  const rests = [
    [left.slice(start + 1), right.slice(start + 1)],
    [left.slice(start), right.slice(start + 1)],
    [left.slice(start + 1), right.slice(start)],
  ];
  if (rests.some(([one, other]) => one === other)) return true;
  const isSwap = left[start] === right[start + 1] && left[start + 1] === right[start];
  return isSwap && left.slice(start + 2) === right.slice(start + 2);
}
