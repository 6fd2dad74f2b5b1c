/**
 * STIX 2.1 patterns (OASIS, "STIX Version 2.1", section 9): the comparisons of a pattern that can be looked for in logs one by
 * one, and why the others cannot.
 */

/** A comparison whose value is an indicator. */
export interface Usable {
  readonly value: string;
  /** It stands under AND or FOLLOWEDBY: alone it is less than the pattern asks. */
  readonly isPart: boolean;
}

export interface ReadPattern {
  readonly usable: readonly Usable[];
  /** Comparisons that cannot be looked for, each with the reason. */
  readonly unusable: readonly { readonly text: string; readonly reason: string }[];
}

interface Token {
  readonly kind: 'text' | 'word' | 'symbol';
  readonly text: string;
  /** Of a text: without its quotes. */
  readonly value: string;
}

/** Reads a pattern. Throws an Error with the reason when it is not one. */
export function readStixPattern(pattern: string): ReadPattern {
  if (pattern.trim() === '') throw new Error('it is empty');
  const parser = new Parser(tokens(pattern));
  parser.observations();
  parser.end();
  return { usable: parser.usable, unusable: parser.unusable };
}

const token =
  /\s+|(?<text>'(?:[^'\\]|\\.)*')|(?<symbol>!=|<>|<=|>=|[=<>[\](),])|(?<word>[A-Za-z0-9_-]+:(?:[A-Za-z0-9_.-]|'(?:[^'\\]|\\.)*'|"[^"]*"|\[(?:\*|\d+)\])+|[A-Za-z0-9_.+:-]+)/y;

function tokens(pattern: string): readonly Token[] {
  const found: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < pattern.length) {
    const at = token.lastIndex;
    const groups = token.exec(pattern)?.groups;
    if (groups === undefined)
      throw new Error(`character ${at + 1} (\`${pattern.slice(at, at + 10)}\`) fits no pattern`);
    const { text, symbol, word } = groups;
    if (text !== undefined)
      found.push({ kind: 'text', text, value: text.slice(1, -1).replace(/\\(.)/g, '$1') });
    else if (symbol !== undefined) found.push({ kind: 'symbol', text: symbol, value: symbol });
    else if (word !== undefined) found.push({ kind: 'word', text: word, value: word });
  }
  return found;
}

/** Parentheses deeper than this are no pattern that a person or tool wrote. */
const maxDepth = 50;

class Parser {
  readonly usable: Usable[] = [];
  readonly unusable: { readonly text: string; readonly reason: string }[] = [];
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  /** Observations, combined by OR, AND and FOLLOWEDBY, each with qualifiers. */
  observations(): void {
    this.#group(() => {
      this.#observation();
      this.#qualifiers();
    }, ['AND', 'FOLLOWEDBY', 'OR']);
  }

  end(): void {
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new Error(`\`${rest.text}\` stands where the pattern should end`);
  }

  #observation(): void {
    if (this.#takes('(')) {
      this.#deeper(() => this.observations());
      this.#expect(')');
      return;
    }
    this.#expect('[');
    this.#comparisons();
    this.#expect(']');
  }

  #comparisons(): void {
    this.#group(() => this.#comparison(), ['AND', 'OR']);
  }

  /** Reads members between the words; every member of a group that holds AND or FOLLOWEDBY is a part. */
  #group(member: () => void, words: readonly string[]): void {
    const first = this.usable.length;
    const firstRefused = this.unusable.length;
    let isConjoined = false;
    member();
    for (let word = this.#word(words); word !== undefined; word = this.#word(words)) {
      if (word !== 'OR') isConjoined = true;
      member();
    }
    const told = this.usable.length - first + this.unusable.length - firstRefused;
    if (!isConjoined || told < 2) return;
    for (let index = first; index < this.usable.length; index++) {
      const one = this.usable[index];
      if (one !== undefined) this.usable[index] = { ...one, isPart: true };
    }
  }

  #comparison(): void {
    if (this.#takes('(')) {
      this.#deeper(() => this.#comparisons());
      this.#expect(')');
      return;
    }
    const start = this.#at;
    const exists = this.#word(['EXISTS']);
    const path = this.#next('word', 'an object path such as ipv4-addr:value').value;
    if (exists !== undefined) {
      this.#refuse(start, 'EXISTS names no value');
      return;
    }
    const isNegated = this.#word(['NOT']) !== undefined;
    const operator = this.#operator();
    const values = operator === 'IN' ? this.#set() : [this.#value()];
    if (isNegated || operator === '!=' || operator === '<>')
      this.#refuse(start, 'what is not there cannot be looked for');
    else if (operator !== '=' && operator !== 'IN' && operator !== 'ISSUBSET')
      this.#refuse(start, `${operator} is no comparison with a value`);
    else if (!isObservable(path)) {
      // A type beside a value restricts nothing that the value does not say itself.
      if (!/(?:^|[:._])(?:src|dst|resolves_to)_refs?(?:\[\*\])?\.type$/.test(path))
        this.#refuse(start, `${path} is no address, domain, URL, hash or e-mail address`);
    } else for (const value of values) this.usable.push({ value, isPart: false });
  }

  #operator(): string {
    const next = this.#tokens[this.#at];
    const operator = next?.text.toUpperCase() ?? '';
    if (!operators.has(operator))
      throw new Error(`\`${next?.text ?? 'the end'}\` stands where a comparison should`);
    this.#at++;
    return operator;
  }

  #set(): readonly string[] {
    this.#expect('(');
    const values = [this.#value()];
    while (this.#takes(',')) values.push(this.#value());
    this.#expect(')');
    return values;
  }

  /** A value: text, a number, true or false, or typed text such as t'2020-01-01T00:00:00Z'. */
  #value(): string {
    const next = this.#tokens[this.#at];
    if (next === undefined || next.kind === 'symbol') throw new Error('a value is missing');
    this.#at++;
    if (next.kind === 'word' && /^[thb]$/.test(next.text) && this.#tokens[this.#at]?.kind === 'text') {
      return this.#next('text', 'a value').value;
    }
    return next.value;
  }

  #qualifiers(): void {
    for (let word = this.#word(qualifierWords); word !== undefined; word = this.#word(qualifierWords)) {
      if (word === 'WITHIN' || word === 'REPEATS') {
        this.#next('word', 'a number');
        this.#next('word', word === 'WITHIN' ? 'SECONDS' : 'TIMES');
      } else this.#value();
    }
  }

  #refuse(start: number, reason: string): void {
    const text = this.#tokens
      .slice(start, this.#at)
      .map((one) => one.text)
      .join(' ');
    this.unusable.push({ text, reason });
  }

  #deeper(read: () => void): void {
    if (++this.#depth > maxDepth) throw new Error(`its parentheses are more than ${maxDepth} deep`);
    read();
    this.#depth--;
  }

  #word(words: readonly string[]): string | undefined {
    const next = this.#tokens[this.#at];
    const word = next?.kind === 'word' ? next.text.toUpperCase() : undefined;
    if (word === undefined || !words.includes(word)) return undefined;
    this.#at++;
    return word;
  }

  #takes(symbol: string): boolean {
    const next = this.#tokens[this.#at];
    if (next?.kind !== 'symbol' || next.text !== symbol) return false;
    this.#at++;
    return true;
  }

  #expect(symbol: string): void {
    if (this.#takes(symbol)) return;
    throw new Error(`\`${this.#tokens[this.#at]?.text ?? 'the end'}\` stands where \`${symbol}\` should`);
  }

  #next(kind: Token['kind'], what: string): Token {
    const next = this.#tokens[this.#at];
    if (next?.kind !== kind) throw new Error(`\`${next?.text ?? 'the end'}\` stands where ${what} should`);
    this.#at++;
    return next;
  }
}

const operators: ReadonlySet<string> = new Set(
  '= != <> < > <= >= IN LIKE MATCHES ISSUBSET ISSUPERSET'.split(' '),
);
const qualifierWords = ['WITHIN', 'REPEATS', 'START', 'STOP'];

/** Whether the path leads to what can be matched: `ipv4-addr:value`, `file:hashes.'SHA-256'`, `network-traffic:dst_ref.value`. */
function isObservable(path: string): boolean {
  return (
    /^(?:ipv4-addr|ipv6-addr|domain-name|url|email-addr):value$/.test(path) ||
    /^(?:network-traffic:(?:src|dst)_ref|email-message:(?:from|sender)_ref|email-message:to_refs\[(?:\*|\d+)\]|domain-name:resolves_to_refs\[(?:\*|\d+)\])\.value$/.test(
      path,
    ) ||
    /^(?:file|artifact|[a-z0-9-]+:[a-z0-9_.]*(?:image|binary|content)_ref)(?::|\.)?hashes\.(?:'|")?(?:MD5|SHA-?1|SHA-?256|SHA-?512)(?:'|")?$/i.test(
      path,
    )
  );
}
