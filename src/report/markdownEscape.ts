/** The one function by which text gets into the Markdown report. */
import { visibleText } from './visibleText.ts';

/** Like {@link escapeMarkdown} for a piece of a line: spaces at its ends stay as they are. */
export function escapeMarkdownPiece(text: string): string {
  return visibleText(text)
    .replace(/[\\`*_{}[\]|~$]/g, '\\$&')
    .replace(/[&<>]/g, (character) => entities[character] ?? character)
    .replace(/:(?=\/\/)|:(?=[^\s]*@)/g, '\\:')
    .replace(/\b(www)\./gi, '$1\\.')
    .replace(/!(?=\\\[)|!$/g, '\\!')
    .replace(/^([-+=#:])/, '\\$1')
    .replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

/**
 * Returns one line of Markdown that reads as exactly `visibleText(text)` in CommonMark and GFM, inside a table cell, a
 * heading, a list item or a paragraph: no emphasis, code, link, autolink, image, HTML, entity or block begins in it.
 */
export function escapeMarkdown(text: string): string {
  return escapeMarkdownPiece(text).replace(/ +$|^ +/g, (spaces) => '&#32;'.repeat(spaces.length));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A fenced code block that its content cannot end: the fence is longer than any run of backticks inside. */
export function fenced(text: string, language: string): string {
  const visible = visibleText(text.replaceAll('\r\n', '\n'), { keepLines: true });
  const longest = Math.max(0, ...[...visible.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  const body = visible.endsWith('\n') || visible === '' ? visible : `${visible}\n`;
  return `${fence}${language.replaceAll(/[^\w-]/g, '')}\n${body}${fence}`;
}
