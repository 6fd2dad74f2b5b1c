/** Texts, found in a value all at once: by how they begin, at each place of the value. */

/** So many characters of each text are looked up. */
const keyLength = 4;

export class TextIndex {
  /** By length of the beginning, then by the beginning. */
  readonly #starts = new Map<number, Map<string, Set<string>>>();

  add(text: string): void {
    const start = text.slice(0, keyLength);
    const ofLength = this.#starts.get(start.length) ?? new Map<string, Set<string>>();
    this.#starts.set(start.length, ofLength);
    ofLength.set(start, (ofLength.get(start) ?? new Set()).add(text));
  }

  delete(text: string): void {
    const start = text.slice(0, keyLength);
    this.#starts.get(start.length)?.get(start)?.delete(text);
  }

  /** The texts that are in the value. */
  in(value: string): ReadonlySet<string> {
    const found = new Set<string>();
    for (let at = 0; at < value.length; at++) {
      for (const [length, texts] of this.#starts) {
        for (const text of texts.get(value.slice(at, at + length)) ?? []) {
          if (value.startsWith(text, at)) found.add(text);
        }
      }
    }
    return found;
  }
}
