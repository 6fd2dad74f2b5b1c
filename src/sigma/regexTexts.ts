/** Texts that a value must have for a regular expression (RE2) to match in it. */

/** What of an expression must be there: one of the texts; undefined: nothing that is known. */
type Needed = readonly string[] | undefined;

/**
 * Returns texts in lower case, of which one is in each value, in lower case, that the expression matches: the longest that
 * can be told, one for each alternative. Undefined where the expression needs no text, or none that is sure.
 */
export function textsOfRegex(pattern: string): readonly string[] | undefined {
  const reader = new RegexReader(pattern);
  const needed = reader.alternatives();
  return reader.isAtEnd ? needed : undefined;
}

/** Shorter texts are in most values. */
const shortest = 2;

const quantifier = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;
const group = /\((?:\?(?:[imsU-]*:|P?<\w+>))?/y;
const flags = /\(\?[imsU-]+\)/y;
/** A set of characters, with the POSIX classes that stand in it. */
const set = /\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]/y;
/** A class, an anchor or a character by its number. */
const escape = /\\(?:[pP](?:\{\^?\w+\}|\w)|x(?:\{[\da-fA-F]+\}|[\da-fA-F]{2})|[dDwWsSbBAzaftnrvC])/y;
const literal = /\\[^A-Za-z0-9]|[^\\[\](){}*+?|.^$]|[{}\]]/y;

class RegexReader {
  readonly #pattern: string;
  /** Matches letters of either case, among them those outside ASCII that fold to one inside. */
  readonly #isFolding: boolean;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#isFolding = /\(\?[a-zA-Z]*i/.test(pattern);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#pattern.length;
  }

  /** Reads up to the end, or the parenthesis that closes the group. */
  alternatives(): Needed {
    const all = [this.#sequence()];
    while (this.#takes('|')) all.push(this.#sequence());
    return all.every((each) => each !== undefined) ? [...new Set(all.flat())] : undefined;
  }

  #sequence(): Needed {
    let best: Needed;
    let run = '';
    const offer = (needed: Needed): void => {
      if (needed !== undefined && sureness(needed) > sureness(best)) best = needed;
    };
    const endRun = (): void => {
      if (run.length >= shortest) offer([run]);
      run = '';
    };
    for (;;) {
      const part = this.#part();
      if (part === undefined) break;
      const times = this.#read(quantifier);
      const isOptional = times !== undefined && /^(?:[*?]|\{0)/.test(times);
      if (part.text === undefined || isOptional) endRun();
      if (isOptional) continue;
      if (part.text === undefined) offer(part.needed);
      else run += part.text;
      if (times !== undefined) endRun();
    }
    endRun();
    return best;
  }

  /** The next thing that a quantifier may follow; undefined at the end of the sequence, or where it cannot be read. */
  #part(): { readonly text?: string; readonly needed?: Needed } | undefined {
    if (this.#read(flags) !== undefined || this.#read(escape) !== undefined) return {};
    const from = this.#at;
    if (this.#read(group) !== undefined) {
      const needed = this.alternatives();
      if (this.#takes(')')) return { needed };
      this.#at = from;
      return undefined;
    }
    const members = this.#read(set);
    if (members !== undefined) return this.#letter(/^\[([a-z])\1\]$/i.exec(members)?.[1]);
    if (this.#takes('.') || this.#takes('^') || this.#takes('$')) return {};
    const character = this.#read(literal);
    return character === undefined ? undefined : this.#letter(character.at(-1));
  }

  #letter(character: string | undefined): { readonly text?: string } {
    // The long s folds to an s, but is none in lower case.
    const isSure =
      character !== undefined && character < '\x7f' && !(this.#isFolding && /s/i.test(character));
    return isSure ? { text: character.toLowerCase() } : {};
  }

  #takes(character: string): boolean {
    if (this.#pattern[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #read(form: RegExp): string | undefined {
    form.lastIndex = this.#at;
    const [found] = form.exec(this.#pattern) ?? [];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

/** The more sure, the fewer values have one of the texts. */
function sureness(needed: Needed): number {
  return needed === undefined ? 0 : Math.min(...needed.map(({ length }) => length));
}
