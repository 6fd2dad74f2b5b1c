/**
 * The condition of a rule: selections joined by `and`, `or`, `not`, parentheses and `N of pattern`. From loosest to
 * tightest: `or`, `and`, `not`, `of`.
 */
import { closestNames } from '../kql/suggest.ts';
import { failure, quotedNames, type Place } from './sigmaError.ts';

/** A condition with each name resolved to a selection of the rule. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'selection'; readonly name: string }
  /** At least so many of the selections. */
  | { readonly kind: 'atLeast'; readonly count: number; readonly names: readonly string[] };

interface Token {
  readonly text: string;
  readonly start: number;
}

/**
 * Reads a condition. `place` is where the text stands in the rule: of the same length where it stands there letter by
 * letter. `names` are the rule's selections. Throws a failure at the word that is wrong.
 */
export function parseCondition(text: string, place: Place, names: readonly string[]): Condition {
  return new ConditionParser(text, place, names).whole();
}

const keywords = new Set(['and', 'or', 'not', 'of', 'them', 'all', 'any', '(', ')']);
/** Deeper nesting is no condition that anybody wrote. */
const maxDepth = 100;

class ConditionParser {
  readonly #text: string;
  readonly #place: Place;
  readonly #names: readonly string[];
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string, place: Place, names: readonly string[]) {
    this.#text = text;
    this.#place = place;
    this.#names = names;
    this.#tokens = [...text.matchAll(/[()]|[^\s()]+/g)].map(({ 0: token, index }) => ({
      text: token,
      start: index,
    }));
  }

  whole(): Condition {
    const pipe = this.#tokens.find(({ text }) => text.includes('|'));
    if (pipe !== undefined) {
      throw this.#failure(
        'Aggregations after `|` are no longer part of Sigma. Write a correlation rule: `correlation:` with `type: event_count`.',
        pipe,
      );
    }
    if (this.#tokens.length === 0)
      throw failure(
        'condition',
        'The condition is empty. Name a selection: `condition: selection`.',
        this.#place,
      );
    const condition = this.#or();
    const rest = this.#peek();
    if (rest === undefined) return condition;
    throw this.#failure(
      rest.text === ')'
        ? 'This parenthesis was not opened.'
        : `Before \`${rest.text}\` stands \`and\` or \`or\`.`,
      rest,
    );
  }

  #or(): Condition {
    if (++this.#depth > maxDepth)
      throw failure('condition', 'The condition is nested too deeply.', this.#place);
    const parts = [this.#and()];
    while (this.#take('or') !== undefined) parts.push(this.#and());
    this.#depth--;
    return together('or', parts);
  }

  #and(): Condition {
    const parts = [this.#not()];
    while (this.#take('and') !== undefined) parts.push(this.#not());
    return together('and', parts);
  }

  #not(): Condition {
    let negations = 0;
    while (this.#take('not') !== undefined) negations++;
    const part = this.#single();
    return negations % 2 === 1 ? { kind: 'not', part } : part;
  }

  #single(): Condition {
    const open = this.#take('(');
    if (open !== undefined) {
      const inner = this.#or();
      if (this.#take(')') === undefined) throw this.#failure('This parenthesis is not closed.', open);
      return inner;
    }
    const token = this.#peek();
    if (token === undefined || token.text === ')' || isWord(token, 'and', 'or', 'of', 'not')) {
      const after = this.#tokens[this.#at - 1];
      throw this.#failure(
        after === undefined
          ? `Before \`${token?.text ?? ''}\` stands a selection.`
          : `After \`${after.text}\` stands a selection.`,
        token ?? after ?? { text: this.#text, start: 0 },
      );
    }
    this.#at++;
    if (this.#take('of') !== undefined) return this.#countOf(token);
    return { kind: 'selection', name: this.#selection(token) };
  }

  /** `1 of them`, `all of selection*`, `2 of filter_*`. */
  #countOf(quantity: Token): Condition {
    const pattern = this.#peek();
    if (pattern === undefined || ['(', ')', 'and', 'or', 'not', 'of'].includes(pattern.text.toLowerCase())) {
      throw this.#failure(
        'After `of` stands `them` or the names of selections: `1 of selection*`.',
        pattern ?? quantity,
      );
    }
    this.#at++;
    const names =
      isWord(pattern, 'them') && !this.#names.includes(pattern.text) ? this.#them() : this.#matching(pattern);
    const word = quantity.text.toLowerCase();
    if (word === 'all') return together('and', names.map(selectionNamed));
    const count = word === 'any' ? 1 : /^\d+$/.test(word) ? Number(word) : Number.NaN;
    if (!(count >= 1))
      throw this.#failure('Before `of` stands `all`, `any` or a number from 1 on.', quantity);
    if (count > names.length) {
      throw this.#failure(
        `\`${pattern.text}\` names ${names.length} selections, so that ${count} of them can never match.`,
        quantity,
      );
    }
    if (count === 1) return together('or', names.map(selectionNamed));
    return count === names.length
      ? together('and', names.map(selectionNamed))
      : { kind: 'atLeast', count, names };
  }

  #them(): readonly string[] {
    const names = this.#names.filter((name) => !name.startsWith('_'));
    if (names.length > 0) return names;
    throw failure('condition', 'The rule has no selection that `them` could stand for.', this.#place);
  }

  #matching(pattern: Token): readonly string[] {
    const expression = new RegExp(
      `^${pattern.text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '.*')}$`,
      's',
    );
    const names = this.#names.filter((name) => expression.test(name));
    if (names.length > 0) return names;
    throw this.#missing(pattern);
  }

  #selection(token: Token): string {
    if (this.#names.includes(token.text)) return token.text;
    if (token.text.includes('*')) {
      throw this.#failure(
        `How many of \`${token.text}\`? Write \`1 of ${token.text}\` or \`all of ${token.text}\`.`,
        token,
      );
    }
    throw this.#missing(token);
  }

  #missing(token: Token): Error {
    const suggestions = closestNames(token.text.replaceAll('*', ''), this.#names);
    const hint =
      suggestions.length > 0
        ? `Did you mean ${quotedNames(suggestions)}?`
        : `There are ${quotedNames(this.#names)}.`;
    const message = keywords.has(token.text.toLowerCase())
      ? `\`${token.text}\` needs \`of\` and what it counts: \`all of selection*\`.`
      : `The rule has no selection \`${token.text}\`. ${hint}`;
    return failure(
      'missing-selection',
      message,
      this.#placeOf(token),
      suggestions.length > 0 ? { suggestions } : {},
    );
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** The next token, if it is that word. A selection may have the name of no keyword. */
  #take(word: string): Token | undefined {
    const token = this.#peek();
    if (token === undefined || !isWord(token, word)) return undefined;
    this.#at++;
    return token;
  }

  #failure(message: string, token: Token): Error {
    return failure('condition', message, this.#placeOf(token));
  }

  #placeOf({ text, start }: Token): Place {
    // A condition folded over lines does not stand in the rule letter by letter.
    if (this.#place.length !== this.#text.length) return this.#place;
    return { start: this.#place.start + start, length: text.length };
  }
}

function isWord({ text }: Token, ...words: readonly string[]): boolean {
  return words.includes(text.toLowerCase());
}

function selectionNamed(name: string): Condition {
  return { kind: 'selection', name };
}

function together(kind: 'and' | 'or', parts: readonly Condition[]): Condition {
  const [first, second] = parts;
  return first !== undefined && second === undefined ? first : { kind, parts };
}
