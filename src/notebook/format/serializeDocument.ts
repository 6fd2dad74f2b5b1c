/**
 * Cells → Markdown text. A cell that the user did not change is written from its `raw` source, byte for byte; only
 * what is new, edited or has new neighbours is formed here, so that it stays Markdown that reads back as these cells.
 */
import type { DocumentCell } from '../huntDocument.ts';
import { scanBlocks, type OpenBlock } from './blocks.ts';
import { fenceCloses, openingFence, runnableLanguageOf, withLanguage, type OpeningFence } from './fence.ts';
import { findFrontMatter } from './frontMatter.ts';
import {
  endsInBlankLine,
  dominantLineEnding,
  endsInLineEnding,
  linesOf,
  withLineEndings,
  withLineFeeds,
} from './lines.ts';
import { frontMatterLanguage, withoutIndent } from './parseDocument.ts';

/** The text of the notebook. `serializeDocument(parseDocument(text).cells)` is `text`, for any text. */
export function serializeDocument(cells: readonly DocumentCell[]): string {
  const sources = function* (): Generator<string> {
    for (const { raw } of cells) if (raw !== undefined) yield raw.before + raw.body + raw.after;
  };
  const lineEnding = dominantLineEnding(sources()) ?? '\n';
  const pieces: Piece[] = [];
  for (const cell of withFrontMatterFirst(cells)) {
    const piece = pieceOf(cell, lineEnding, pieces.length === 0);
    if (piece.source !== '') pieces.push(piece);
  }
  return joined(pieces, lineEnding);
}

interface Piece {
  readonly kind: 'frontMatter' | 'fence' | 'prose';
  readonly source: string;
  /** Made or taken over by the editor: blank lines are put around it. */
  readonly isNew: boolean;
  /** The opening fence, where the piece is one. */
  readonly fence?: OpeningFence;
}

type Raw = NonNullable<DocumentCell['raw']>;

/** Front matter means something only at the top, so a cell moved above it goes below. */
function withFrontMatterFirst(cells: readonly DocumentCell[]): readonly DocumentCell[] {
  const index = cells.findIndex((cell) => cell.raw !== undefined && isFrontMatter(cell, cell.raw));
  const first = cells[index];
  return first === undefined || index === 0
    ? cells
    : [first, ...cells.slice(0, index), ...cells.slice(index + 1)];
}

function isFrontMatter(cell: DocumentCell, raw: Raw): boolean {
  return cell.language === frontMatterLanguage && /^---[ \t]*(?:\r\n|\r|\n)$/.test(raw.before);
}

function pieceOf(cell: DocumentCell, lineEnding: string, isFirst: boolean): Piece {
  const { raw } = cell;
  if (cell.kind === 'prose') return prosePiece(cell, lineEnding);
  if (raw !== undefined && isFirst && isFrontMatter(cell, raw)) {
    return {
      kind: 'frontMatter',
      source: raw.before + bodyOf(cell, raw, 0, lineEnding) + raw.after,
      isNew: false,
    };
  }
  const fence = raw === undefined ? undefined : openingFence(withoutLineEnding(raw.before));
  if (raw === undefined || fence === undefined) return newFence(cell, lineEnding);
  return fencePiece(cell, raw, fence, lineEnding);
}

function prosePiece(cell: DocumentCell, lineEnding: string): Piece {
  const { raw } = cell;
  // Source of another kind of cell (a code cell turned to prose) has no place around prose.
  if (raw === undefined || raw.before.trim() !== '' || raw.after.trim() !== '') {
    const text = withLineEndings(cell.text, lineEnding);
    const isBlank = text.trim() === '';
    return { kind: 'prose', source: isBlank ? '' : `${withoutLineEnding(text)}${lineEnding}`, isNew: true };
  }
  const source = raw.before + bodyOf(cell, raw, 0, lineEnding) + raw.after;
  return { kind: 'prose', source, isNew: false };
}

function fencePiece(cell: DocumentCell, raw: Raw, fence: OpeningFence, lineEnding: string): Piece {
  const body = bodyOf(cell, raw, fence.indent, lineEnding);
  const info =
    runnableLanguageOf(fence.info) === cell.language ? fence.info : withLanguage(fence.info, cell.language);
  const length = body === raw.body ? fence.length : longEnough(body, fence);
  const written = { ...fence, info, length };
  const isSameFence = info === fence.info && length === fence.length;
  const ownEnding = dominantLineEnding([raw.before]) ?? lineEnding;
  const before = isSameFence && endsInLineEnding(raw.before) ? raw.before : openingLine(written) + ownEnding;
  const closing = closingLineOf(raw, fence);
  let after = raw.after;
  if (closing !== undefined && length !== fence.length) {
    const marks = fence.mark.repeat(length);
    after =
      raw.after.slice(0, closing.start) + ' '.repeat(fence.indent) + marks + raw.after.slice(closing.end);
  }
  // An empty body has no line of its own.
  const gap = body !== '' && closing?.start === 0 ? ownEnding : '';
  // An unclosed fence without a line after its opening one is left as it is while it is empty.
  const opening = body === '' && !endsInLineEnding(raw.before) && isSameFence ? raw.before : before;
  return { kind: 'fence', source: opening + body + gap + after, isNew: false, fence: written };
}

function newFence(cell: DocumentCell, lineEnding: string): Piece {
  const body = withLineEndings(cell.text, lineEnding);
  const basic = { indent: 0, mark: '`', length: 3, info: cell.language } as const;
  const fence = { ...basic, length: longEnough(body, basic) };
  const lines = [openingLine(fence), ...(body === '' ? [] : [body]), fence.mark.repeat(fence.length), ''];
  return { kind: 'fence', source: lines.join(lineEnding), isNew: true, fence };
}

/** The cell's own source where only line endings differ (VS Code changes them inside a cell), else its text as source. */
function bodyOf(cell: DocumentCell, raw: Raw, indent: number, lineEnding: string): string {
  if (asEdited(withoutIndent(withLineFeeds(raw.body), indent)) === asEdited(withLineFeeds(cell.text)))
    return raw.body;
  const ending = dominantLineEnding([raw.body, raw.before, raw.after]) ?? lineEnding;
  const margin = ' '.repeat(indent);
  const text = indent === 0 ? cell.text : withLineFeeds(cell.text).replace(/^(?=.)/gm, margin);
  return withLineEndings(text, ending);
}

/** VS Code drops a byte order mark at the start of a cell. */
function asEdited(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function openingLine(fence: OpeningFence): string {
  return ' '.repeat(fence.indent) + fence.mark.repeat(fence.length) + fence.info;
}

/** The closing line's place in `raw.after`, which starts with the line ending of the body unless the body has no line. */
function closingLineOf(
  raw: Raw,
  fence: OpeningFence,
): { readonly start: number; readonly end: number } | undefined {
  let index = 0;
  for (const line of linesOf(raw.after)) {
    if (fenceCloses(raw.after.slice(line.start, line.textEnd).replaceAll('\t', '    '), fence)) {
      return { start: line.start, end: line.textEnd };
    }
    if (++index === 2) break;
  }
  return undefined;
}

/** A fence length that no line of the body closes. */
function longEnough(body: string, fence: OpeningFence): number {
  const mark = fence.mark;
  let longest = 0;
  for (const [run] of body.matchAll(mark === '`' ? /^[ \t]*`+/gm : /^[ \t]*~+/gm))
    longest = Math.max(longest, run.trim().length);
  return Math.max(fence.length, longest + 1);
}

function joined(pieces: readonly Piece[], lineEnding: string): string {
  let text = '';
  let previous: Piece | undefined;
  for (const piece of pieces) {
    if (previous !== undefined) text += boundary(previous, piece, lineEnding);
    // Prose that only now starts the file must not read as front matter.
    else if (piece.kind === 'prose' && findFrontMatter(piece.source) !== undefined && !pieceWasFirst(piece))
      text += lineEnding;
    const isNested = previous?.kind === 'prose' && joinsItem(previous.source, piece);
    if (isNested && piece.fence === undefined) text += `<!-- -->${lineEnding}${lineEnding}`;
    const source =
      isNested && piece.fence !== undefined
        ? closedWithoutMargin(piece.source, piece.fence, lineEnding)
        : piece.source;
    text += source;
    previous = { ...piece, source };
  }
  return text;
}

/** Front matter that cannot end (see `findFrontMatter`) is prose, and was first when it was read. */
function pieceWasFirst(piece: Piece): boolean {
  return !piece.isNew && findFrontMatter(piece.source) === 'unclosed';
}

/** What must stand between two pieces so that neither swallows the other; nothing where they stood together before. */
function boundary(previous: Piece, piece: Piece, documentEnding: string): string {
  const { source } = previous;
  // `\n` after a lone `\r` would end the same line, not the next.
  const lineEnding = source.endsWith('\r') ? '\r' : documentEnding;
  let end = endsInLineEnding(source) ? '' : lineEnding;
  if (previous.kind === 'fence') {
    const { open } = previous.fence === undefined ? { open: undefined } : scanBlocks(source);
    if (open?.kind === 'fence') end += closingText(open, lineEnding);
  }
  if (previous.kind === 'prose' && /[`~<]/.test(source)) {
    const { open } = scanBlocks(source);
    if (open !== undefined) end += closingText(open, lineEnding);
  }
  const needsBlankLine =
    previous.isNew ||
    piece.isNew ||
    (previous.kind === 'prose' && piece.kind === 'prose' && !startsWithSection(piece.source));
  return needsBlankLine && !endsInBlankLine((source + end).slice(-1000)) ? end + lineEnding : end;
}

function closingText(open: OpenBlock, lineEnding: string): string {
  switch (open.kind) {
    case 'fence':
      return open.fence.mark.repeat(open.fence.length) + lineEnding;
    case 'html':
      return (open.end === 'blank' ? '' : open.end.closing) + lineEnding;
    case 'item':
      return '';
  }
}

/** Whether prose can follow prose without a blank line: only a heading that starts a cell does. */
function startsWithSection(source: string): boolean {
  return /^ {0,3}#{1,2}(?:[ \t\r\n]|$)/.test(source);
}

/** Whether the piece is indented such that it would become part of a list that ends right before it. */
function joinsItem(prose: string, piece: Piece): boolean {
  const indent = /^(?:[ \t]*(?:\r\n|\r|\n))*([ \t]+)/.exec(piece.source)?.[1];
  if (indent === undefined) return false;
  const { open } = scanBlocks(prose);
  return open?.kind === 'item' && indent.replaceAll('\t', '    ').length >= open.width;
}

/** An unclosed fence is closed, since its last line may be no more than the margin. */
function closedWithoutMargin(source: string, fence: OpeningFence, lineEnding: string): string {
  const flush = withoutMargin(source, fence);
  const { open } = scanBlocks(flush);
  if (open?.kind !== 'fence') return flush;
  return flush + (endsInLineEnding(source) ? '' : lineEnding) + closingText(open, lineEnding);
}

function withoutMargin(source: string, fence: OpeningFence): string {
  return source.replace(new RegExp(`(^|\\r\\n|\\r|\\n) {1,${fence.indent}}`, 'g'), '$1');
}

function withoutLineEnding(text: string): string {
  return text.replace(/(?:\r\n|\r|\n)$/, '');
}
