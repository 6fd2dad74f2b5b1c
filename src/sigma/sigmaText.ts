/**
 * Sigma's strings: text with wildcards. `*` is any text, `?` one character; a backslash takes the meaning from a wildcard
 * or a backslash that follows it, and is itself before anything else
 * (https://sigmahq.io/sigma-specification/specification/sigma-rules-specification.html, "Escaping").
 */

/** Any text, one character, or one of the characters that Windows programs take for a dash. */
export type Wildcard = 'any' | 'one' | 'dash';

/** Literal text and wildcards in their order; no two texts side by side, no empty text. */
export type SigmaText = readonly (string | { readonly wildcard: Wildcard })[];

const any = { wildcard: 'any' } as const;
const one = { wildcard: 'one' } as const;

/** What `windash` takes for each other: hyphen, slash, en dash, em dash, horizontal bar. */
const dashes = ['-', '/', '\u2013', '\u2014', '\u2015'] as const;

/** Reads a value as the specification has it. */
export function sigmaText(source: string): SigmaText {
  const parts: (string | { readonly wildcard: Wildcard })[] = [];
  for (let at = 0; at < source.length; at++) {
    const character = source[at] ?? '';
    const next = source[at + 1];
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      parts.push(next);
      at++;
    } else if (character === '*') parts.push(any);
    else if (character === '?') parts.push(one);
    else parts.push(character);
  }
  return joined(parts);
}

/** Neighbouring texts become one, and so do stars. */
export function joined(parts: SigmaText): SigmaText {
  const result: (string | { readonly wildcard: Wildcard })[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === 'string') {
      if (typeof last === 'string') result[result.length - 1] = last + part;
      else if (part !== '') result.push(part);
    } else if (part.wildcard !== 'any' || typeof last !== 'object' || last.wildcard !== 'any')
      result.push(part);
  }
  return result;
}

/** The text between any texts: it is found anywhere. */
export function anywhere(text: SigmaText): SigmaText {
  return joined([any, ...text, any]);
}

/** The text as the beginning of a value. */
export function atStart(text: SigmaText): SigmaText {
  return joined([...text, any]);
}

/** The text as the end of a value. */
export function atEnd(text: SigmaText): SigmaText {
  return joined([any, ...text]);
}

/** The plain text; undefined where there are wildcards. */
export function plainText(text: SigmaText): string | undefined {
  if (text.length === 0) return '';
  const [only] = text;
  return text.length === 1 && typeof only === 'string' ? only : undefined;
}

/** Each dash that begins a word becomes one of all {@link dashes}, as `windash` wants. */
export function withAnyDash(text: SigmaText): SigmaText {
  const parts = text.flatMap((part): SigmaText =>
    typeof part === 'string'
      ? part
          .split(/(?<!\w)([-/\u2013\u2014\u2015])(?=\w)/)
          .map((piece, index) => (index % 2 === 1 ? ({ wildcard: 'dash' } as const) : piece))
      : [part],
  );
  return joined(parts);
}

/** Every plain text that the dashes of the text stand for; undefined where there would be more than `most`. */
export function dashVariants(text: SigmaText, most: number): readonly SigmaText[] | undefined {
  const count = text.filter((part) => typeof part === 'object' && part.wildcard === 'dash').length;
  if (dashes.length ** count > most) return undefined;
  let variants: SigmaText[] = [[]];
  for (const part of text) {
    const choices = typeof part === 'object' && part.wildcard === 'dash' ? dashes : [part];
    variants = variants.flatMap((variant) => choices.map((choice) => [...variant, choice]));
  }
  return variants.map(joined);
}

const patterns: Readonly<Record<Wildcard, string>> = { any: '.*', one: '.', dash: `[${dashes.join('')}]` };

/** A regular expression (RE2) for the whole text, flags left to the caller; stars at its ends leave that end open. */
export function textPattern(text: SigmaText): string {
  const parts = [...text];
  const isOpen = (part: SigmaText[number] | undefined): boolean =>
    typeof part === 'object' && part.wildcard === 'any';
  const start = isOpen(parts[0]) ? '' : '^';
  if (start === '') parts.shift();
  const end = isOpen(parts.at(-1)) ? '' : '$';
  if (end === '') parts.pop();
  const inner = parts.map((part) =>
    typeof part === 'string' ? escapedPattern(part) : patterns[part.wildcard],
  );
  return `${start}${inner.join('')}${end}`;
}

/** The text as a regular expression that matches just it. */
export function escapedPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
