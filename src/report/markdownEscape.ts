/** The functions by which text gets into the Markdown report. */
import { visibleText } from './visibleText.ts';

/** Everything that can begin a construct inside a line. A defanging `[.]` or `[:]` begins none and stays readable. */
const markup = /\[[.:]\](?![(:])|[\\`*_{}[\]|~$]/g;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text inside a line, e.g. between two marks of emphasis; spaces at its ends stay as they are. */
export function escapeMarkdownPiece(text: string): string {
  return (
    visibleText(text)
      .replace(markup, (match) => (match.length === 1 ? `\\${match}` : match))
      .replace(/[<>]|&(?=#?[a-z\d]+;)/gi, (character) => entities[character] ?? character)
      // GFM makes links of bare addresses.
      .replace(/:(?=\/\/)|:(?=[^\s]*@)/g, '\\:')
      .replace(/\b(www)\./gi, '$1\\.')
      .replace(/!(?=\\\[)|!$/g, '\\!')
      // Would open a heading at the start of a line, and close one at its end.
      .replace(/(?<=^|\s)#/g, '\\#')
  );
}

/** Like {@link escapeMarkdownPiece} for what begins a line: no list, rule, underline of a heading or table begins in it. */
export function escapeMarkdownStart(text: string): string {
  return escapeMarkdownPiece(text)
    .replace(/^([-+=:])/, '\\$1')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2');
}

/** A whole line of text, as in a paragraph or list item. */
export function escapeMarkdownLine(text: string): string {
  return keepEdges(escapeMarkdownStart(text));
}

/**
 * Returns one line of Markdown that reads as exactly `visibleText(text)` in CommonMark and GFM inside a table cell or a
 * heading: no emphasis, code, link, autolink, image, HTML or entity begins in it.
 */
export function escapeMarkdown(text: string): string {
  return keepEdges(escapeMarkdownPiece(text));
}

/** Spaces at the ends of a line or cell would be dropped. */
function keepEdges(escaped: string): string {
  return escaped.replace(/ +$|^ +/g, (spaces) => '&#32;'.repeat(spaces.length));
}

/** A fenced code block that its content cannot end: the fence is longer than any run of backticks inside. */
export function fenced(text: string, language: string): string {
  const visible = visibleText(text.replaceAll('\r\n', '\n'), { keepLines: true });
  const longest = Math.max(0, ...[...visible.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  const body = visible.endsWith('\n') || visible === '' ? visible : `${visible}\n`;
  return `${fence}${language.replaceAll(/[^\w-]/g, '')}\n${body}${fence}`;
}
