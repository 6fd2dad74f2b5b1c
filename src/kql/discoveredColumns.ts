/**
 * Plugins such as `bag_unpack` have columns that only the data decide. Once they are known they are written into the
 * text as the plugin's own output schema (`evaluate bag_unpack(d) : (a: string, ...)`), so that Kusto's binder types
 * everything after it. Places in the longer text map back to the user's.
 */
import type { Column } from './types.ts';
import type { DiscoveredColumns } from './translation.ts';

export interface CompletedText {
  readonly text: string;
  /** Returns the place in the original text of a place in the completed one. */
  original(place: number): number;
  /** Returns the place of the last plugin before a place of the completed text, in the original text. */
  pluginBefore(place: number): number | undefined;
}

/** Returns the text with the discovered columns written after their plugins. */
export function completedText(text: string, discovered: readonly DiscoveredColumns[]): CompletedText {
  const sorted = [...discovered].sort((a, b) => a.place - b.place);
  let completed = '';
  let copied = 0;
  const insertions: { readonly place: number; readonly at: number; readonly length: number }[] = [];
  for (const { place, columns } of sorted) {
    completed += text.slice(copied, place);
    copied = place;
    const clause = ` : (${columns.map(declaration).join(', ')}) `;
    insertions.push({ place, at: completed.length, length: clause.length });
    completed += clause;
  }
  completed += text.slice(copied);
  return {
    text: completed,
    original: (place) => {
      let shift = 0;
      for (const insertion of insertions) {
        if (place <= insertion.at) break;
        if (place < insertion.at + insertion.length) return insertion.place;
        shift += insertion.length;
      }
      return place - shift;
    },
    pluginBefore: (place) => insertions.findLast(({ at }) => at < place)?.place,
  };
}

function declaration({ name, type }: Column): string {
  return `[${kqlString(name)}]: ${type}`;
}

/** The text as a KQL string literal. */
function kqlString(text: string): string {
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    .replace(
      /[\u0000-\u001f\u007f\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return `'${escaped}'`;
}
