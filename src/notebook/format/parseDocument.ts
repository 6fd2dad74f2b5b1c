/**
 * Markdown text → cells. The `before`, `body` and `after` of all cells, joined, are the text.
 *
 * - Front matter becomes a first cell of its own in the language `yaml`, so that a hunter sees and edits it.
 * - Each runnable fence becomes a code cell.
 * - The prose between becomes one cell a section: it is cut before headings of level 1 and 2, because VS Code folds a
 *   section only when its heading starts a cell. Blank lines around a cell's text stay in `before` and `after`.
 */
import type { DocumentCell, DocumentProblem, HuntDocument } from '../huntDocument.ts';
import { scanBlocks, type Block, type FenceBlock } from './blocks.ts';
import { runnableLanguageOf } from './fence.ts';
import { emptyFrontMatter, findFrontMatter, readFrontMatter } from './frontMatter.ts';
import { endsInBlankLine, withLineFeeds } from './lines.ts';

/** Language of the front matter's cell. It is a code cell that nothing runs. */
export const frontMatterLanguage = 'yaml';

/** Reads a notebook. Never fails: what is wrong is in `problems`, and the cells hold the whole text all the same. */
export function parseDocument(text: string): HuntDocument {
  const place = findFrontMatter(text);
  const cells: DocumentCell[] = [];
  const problems: DocumentProblem[] = [];
  let frontMatter = emptyFrontMatter;
  let start = 0;
  if (place === 'unclosed') {
    problems.push({
      message: 'Front matter: the line `---` that ends it is missing.',
      line: 1,
      start: 0,
      length: 3,
    });
  } else if (place !== undefined) {
    const read = readFrontMatter(text, place);
    frontMatter = read.frontMatter;
    problems.push(...read.problems);
    start = skipBlankLines(text, place.end);
    cells.push(frontMatterCell(text, place, start));
  }
  return { frontMatter, cells: [...cells, ...contentCells(text, start)], problems };
}

function frontMatterCell(
  text: string,
  place: { readonly bodyStart: number; readonly bodyEnd: number },
  end: number,
): DocumentCell {
  const bodyEnd = withoutLastLineEnding(text, place.bodyStart, place.bodyEnd);
  const body = text.slice(place.bodyStart, bodyEnd);
  const raw = { before: text.slice(0, place.bodyStart), body, after: text.slice(bodyEnd, end) };
  return { kind: 'code', language: frontMatterLanguage, text: withLineFeeds(body), raw };
}

/** The cells of the text from `from`, which is the start of a top-level block. */
function contentCells(text: string, from: number): readonly DocumentCell[] {
  const content = text.slice(from);
  const cells: DocumentCell[] = [];
  let position = 0;
  const addProse = (end: number): void => {
    if (end > position) cells.push(...proseCell(content.slice(position, end)));
    position = end;
  };
  for (const block of scanBlocks(content).blocks) {
    if (block.kind === 'heading') {
      if (startsSection(block, content, position)) addProse(block.start);
    } else {
      const language = runnableLanguageOf(block.info);
      if (language === undefined) continue;
      addProse(block.start);
      const end = skipBlankLines(content, block.end);
      cells.push(codeCell(content, block, language, end));
      position = end;
    }
  }
  addProse(content.length);
  return cells;
}

/**
 * A heading starts a cell when it can stand at the start of one: an underlined heading only after a blank line,
 * since it would otherwise take the lines above it in once the cells are moved.
 */
function startsSection(
  block: Block & { readonly kind: 'heading' },
  content: string,
  position: number,
): boolean {
  if (block.level > 2 || content.slice(position, block.start).trim() === '') return false;
  return block.style === 'atx' || endsInBlankLine(content, block.start);
}

function proseCell(source: string): readonly DocumentCell[] {
  const bodyStart = skipBlankLines(source, 0);
  if (bodyStart === source.length) {
    // Only blank lines: a cell keeps them, since no other cell stands before them.
    return [{ kind: 'prose', language: 'markdown', text: '', raw: { before: '', body: '', after: source } }];
  }
  const bodyEnd = withoutBlankEnd(source);
  const body = source.slice(bodyStart, bodyEnd);
  const raw = { before: source.slice(0, bodyStart), body, after: source.slice(bodyEnd) };
  return [{ kind: 'prose', language: 'markdown', text: withLineFeeds(body), raw }];
}

function codeCell(content: string, fence: FenceBlock, language: string, end: number): DocumentCell {
  const bodyEnd = withoutLastLineEnding(content, fence.bodyStart, fence.bodyEnd);
  const body = content.slice(fence.bodyStart, bodyEnd);
  const before = content.slice(fence.start, fence.bodyStart);
  const raw = { before, body, after: content.slice(bodyEnd, end) };
  return { kind: 'code', language, text: withoutIndent(withLineFeeds(body), fence.indent), raw };
}

/** Removes up to `indent` spaces from each line, as Markdown does inside an indented fence. */
export function withoutIndent(text: string, indent: number): string {
  return indent === 0 ? text : text.replace(new RegExp(`^ {1,${indent}}`, 'gm'), '');
}

function skipBlankLines(text: string, from: number): number {
  const blank = /[ \t]*(?:\r\n|\r|\n)/y;
  let position = from;
  for (;;) {
    blank.lastIndex = position;
    if (!blank.test(text)) break;
    position = blank.lastIndex;
  }
  const blankEnd = /[ \t]*$/y;
  blankEnd.lastIndex = position;
  return blankEnd.test(text) ? text.length : position;
}

/** Where the text's last line that is not blank ends, before its line ending. */
function withoutBlankEnd(text: string): number {
  let end = text.length;
  let position = text.length;
  while (position > 0) {
    const character = text[position - 1];
    if (character === '\n' || character === '\r') end = position - 1;
    else if (character !== ' ' && character !== '\t') break;
    position--;
  }
  return end;
}

function withoutLastLineEnding(text: string, start: number, end: number): number {
  if (end <= start) return start;
  if (text[end - 1] === '\n') return text[end - 2] === '\r' && end - 2 >= start ? end - 2 : end - 1;
  return text[end - 1] === '\r' ? end - 1 : end;
}
