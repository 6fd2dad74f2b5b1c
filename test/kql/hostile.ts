/** Hostile texts, and the ways in which a query can write one. */
import fc from 'fast-check';

const pieces = [
  "'", '"', "''", '""', '\\', '\\\\', '\0', ']]', "']", '--', '/*', '*/', '//', ';', '; DROP TABLE t; --', '$1', '$$', '?', '%', '_', '{', '}',
  '${x}', '`', '```', '\n', '\r\n', '\t', '\u2028', '\u202e', '\u2066', '\u{1F600}', '\ud800', '\udc00', 'e\u0301', 'İ', 'ß', '\u2400', ' ', 'a', 'A', 'SELECT',
  "' || (SELECT 1) || '", "E'\\x'", '$tag$', ')', '(', ',', '::', '=', 'NULL', '<script>', '\ufeff', '\u00a0', '\x1b',
] as const; // prettier-ignore

/** Texts of up to six pieces or of any characters; sometimes very long. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(...pieces).map((piece) => piece.repeat(500)) },
); // prettier-ignore

/** As a KQL string literal that escapes what is not a letter or digit of ASCII. */
export function quoted(text: string, quote: '"' | "'" = "'"): string {
  const escaped = text.replace(
    /[^A-Za-z0-9 ]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${quote}${escaped}${quote}`;
}

/** As a KQL name. */
export function named(text: string): string {
  return `[${quoted(text)}]`;
}

/** The text as a result shows it: a lone surrogate has no form in UTF-8. */
export function shown(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}
