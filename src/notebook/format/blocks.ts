/**
 * Finds the top-level fences and headings of a Markdown text, in one pass over its lines. It follows the block
 * structure of CommonMark (https://spec.commonmark.org/0.31.2/#appendix-a-parsing-strategy): containers (block quotes,
 * list items) are matched first, then new blocks start in what is left of the line. Nothing inside a container or an
 * HTML block is reported. A test compares it with markdown-it; this scanner exists because it is linear and keeps offsets.
 */
import { fenceCloses, openingFence, type OpeningFence } from './fence.ts';
import { htmlBlockEnd, type HtmlBlockEnd } from './htmlBlock.ts';
import { linesOf, type Line } from './lines.ts';
import { listMarker } from './listMarker.ts';

export interface FenceBlock extends OpeningFence {
  readonly kind: 'fence';
  /** Start of the opening line, of what stands between the fence lines, of the closing line; end of the closing line. */
  readonly start: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly end: number;
  readonly isClosed: boolean;
}

export interface HeadingBlock {
  readonly kind: 'heading';
  readonly style: 'atx' | 'setext';
  readonly level: number;
  readonly start: number;
}

export type Block = FenceBlock | HeadingBlock;

/** What is still open where the text ends, and so would swallow what is appended. */
export type OpenBlock =
  | { readonly kind: 'fence'; readonly fence: OpeningFence }
  | { readonly kind: 'html'; readonly end: HtmlBlockEnd }
  /** Lines indented this far would join the list item. */
  | { readonly kind: 'item'; readonly width: number };

type Container =
  { readonly kind: 'quote' } | { readonly kind: 'item'; readonly width: number; isEmpty: boolean };

type Leaf =
  | { readonly kind: 'paragraph'; readonly start: number }
  | { readonly kind: 'fence'; readonly fence: OpeningFence; readonly line: Line }
  | { readonly kind: 'html'; readonly end: HtmlBlockEnd };

/** Deeper nesting is read as text: it cannot matter to the top level, and hostile depth would cost time. */
const maxDepth = 20;

/** What a line must begin with to be more than text at the top level. */
const mayStartBlock = /^[>#`~<=*+\-_\d \t]/;

class BlockScanner {
  readonly blocks: Block[] = [];
  #containers: Container[] = [];
  #leaf: Leaf | undefined;

  scan(line: Line, source: string): void {
    if (this.#containers.length === 0 && this.#scanPlain(line, source)) return;
    const text = expandTabs(source);
    const matched = this.#matchContainers(text);
    const isAllMatched = matched.depth === this.#containers.length;
    if (isAllMatched && this.#continueLeaf(text.slice(matched.offset), line)) return;
    this.#startBlocks(text, matched, line);
  }

  /** Most lines of a notebook: text, blank lines and what stands in a fence, all outside containers. */
  #scanPlain(line: Line, source: string): boolean {
    const leaf = this.#leaf;
    if (leaf?.kind === 'html') return false;
    if (leaf?.kind === 'fence') return !/^[ \t]*[`~]/.test(source);
    if (source === '') this.#leaf = undefined;
    else if (mayStartBlock.test(source)) return false;
    else this.#leaf ??= { kind: 'paragraph', start: line.start };
    return true;
  }

  finish(end: number): OpenBlock | undefined {
    const outermost = this.#containers[0];
    if (outermost?.kind === 'item') return { kind: 'item', width: outermost.width };
    if (outermost !== undefined || this.#leaf === undefined || this.#leaf.kind === 'paragraph')
      return undefined;
    if (this.#leaf.kind === 'html') return { kind: 'html', end: this.#leaf.end };
    const { fence, line } = this.#leaf;
    this.blocks.push({
      kind: 'fence',
      ...fence,
      start: line.start,
      bodyStart: line.end,
      bodyEnd: end,
      end,
      isClosed: false,
    });
    return { kind: 'fence', fence };
  }

  #matchContainers(text: string): { depth: number; offset: number } {
    let offset = 0;
    let depth = 0;
    for (const container of this.#containers) {
      const next = nonSpace(text, offset);
      const isBlank = next === text.length;
      if (container.kind === 'quote') {
        if (isBlank || next - offset > 3 || text[next] !== '>') break;
        offset = text[next + 1] === ' ' ? next + 2 : next + 1;
      } else if (isBlank) {
        // An item may start with at most one blank line.
        if (container.isEmpty) break;
        offset = next;
      } else if (next - offset >= container.width) offset += container.width;
      else break;
      depth++;
    }
    return { depth, offset };
  }

  /** True when the line belongs to the open fence or HTML block, or ends the paragraph by being blank. */
  #continueLeaf(rest: string, line: Line): boolean {
    const leaf = this.#leaf;
    if (leaf === undefined) return false;
    const isBlank = nonSpace(rest, 0) === rest.length;
    if (leaf.kind === 'fence') {
      if (!fenceCloses(rest, leaf.fence)) return true;
      this.#leaf = undefined;
      if (this.#containers.length === 0) {
        const { fence, line: opening } = leaf;
        const place = { start: opening.start, bodyStart: opening.end, bodyEnd: line.start, end: line.end };
        this.blocks.push({ kind: 'fence', ...fence, ...place, isClosed: true });
      }
      return true;
    }
    if (leaf.kind === 'html') {
      if (leaf.end === 'blank' ? isBlank : leaf.end.pattern.test(rest)) this.#leaf = undefined;
      return true;
    }
    if (isBlank) this.#leaf = undefined;
    return isBlank;
  }

  #startBlocks(text: string, matched: { depth: number; offset: number }, line: Line): void {
    let { offset } = matched;
    const isAllMatched = matched.depth === this.#containers.length;
    const wasParagraph = this.#leaf?.kind === 'paragraph';
    const state = {
      /** The line could continue the paragraph of the last matched container. */
      inParagraph: isAllMatched && wasParagraph,
      /** Nothing new started on this line yet, so an unmatched container's paragraph may go on (lazily). */
      isUntouched: true,
    };
    const closeUnmatched = (): void => {
      if (state.isUntouched) this.#containers.length = matched.depth;
      state.isUntouched = false;
      state.inParagraph = false;
      this.#leaf = undefined;
      this.#markFilled();
    };

    for (;;) {
      const next = nonSpace(text, offset);
      const indent = next - offset;
      const rest = text.slice(next);
      if (rest === '' || indent > 3 || !/^[>#`~<=*+\-_\d]/.test(rest)) break;
      if (rest.startsWith('>') && this.#containers.length < maxDepth) {
        closeUnmatched();
        this.#containers.push({ kind: 'quote' });
        offset = text[next + 1] === ' ' ? next + 2 : next + 1;
        continue;
      }
      const atx = /^(#{1,6})(?: |$)/.exec(rest)?.[1];
      if (atx !== undefined) {
        closeUnmatched();
        this.#heading('atx', atx.length, line.start);
        return;
      }
      const fence = openingFence(text.slice(offset));
      if (fence !== undefined) {
        closeUnmatched();
        this.#leaf = { kind: 'fence', fence, line };
        return;
      }
      const html = htmlBlockEnd(rest, state.inParagraph || (state.isUntouched && wasParagraph));
      if (html !== undefined) {
        closeUnmatched();
        if (html === 'blank' || !html.pattern.test(rest)) this.#leaf = { kind: 'html', end: html };
        return;
      }
      if (state.inParagraph && this.#leaf?.kind === 'paragraph' && /^(?:=+|-+) *$/.test(rest)) {
        const { start } = this.#leaf;
        closeUnmatched();
        this.#heading('setext', rest.startsWith('=') ? 1 : 2, start);
        return;
      }
      if (isThematicBreak(rest)) {
        closeUnmatched();
        return;
      }
      const marker = this.#containers.length < maxDepth ? listMarker(rest, state.inParagraph) : undefined;
      if (marker === undefined) break;
      closeUnmatched();
      this.#containers.push({ kind: 'item', width: indent + marker.width, isEmpty: true });
      offset = Math.min(next + marker.width, text.length);
    }
    this.#addText(text, offset, state.isUntouched, matched.depth, line);
  }

  #addText(text: string, offset: number, isUntouched: boolean, depth: number, line: Line): void {
    const next = nonSpace(text, offset);
    const isBlank = next === text.length;
    const isAllMatched = !isUntouched || depth === this.#containers.length;
    const isLazy = !isAllMatched && !isBlank && this.#leaf?.kind === 'paragraph';
    if (isLazy) return;
    if (!isAllMatched) {
      this.#containers.length = depth;
      this.#leaf = undefined;
    }
    if (isBlank) {
      if (this.#leaf?.kind === 'paragraph') this.#leaf = undefined;
      return;
    }
    this.#markFilled();
    const isIndentedCode = next - offset > 3;
    if (this.#leaf === undefined && !isIndentedCode) this.#leaf = { kind: 'paragraph', start: line.start };
  }

  #heading(style: HeadingBlock['style'], level: number, start: number): void {
    if (this.#containers.length === 0) this.blocks.push({ kind: 'heading', style, level, start });
  }

  #markFilled(): void {
    const last = this.#containers.at(-1);
    if (last?.kind === 'item') last.isEmpty = false;
  }
}

/** The top-level fences and headings of the text in order, and what is still open at its end. */
export function scanBlocks(text: string): {
  readonly blocks: readonly Block[];
  readonly open: OpenBlock | undefined;
} {
  const scanner = new BlockScanner();
  for (const line of linesOf(text)) scanner.scan(line, text.slice(line.start, line.textEnd));
  const open = scanner.finish(text.length);
  return { blocks: scanner.blocks, open };
}

/** Tabs behave as if replaced by spaces to the next multiple of four columns, where they define block structure. */
function expandTabs(text: string): string {
  if (!text.includes('\t')) return text;
  let expanded = '';
  let column = 0;
  for (const part of text.split(/(\t)/)) {
    const piece = part === '\t' ? ' '.repeat(4 - (column % 4)) : part;
    expanded += piece;
    column += piece.length;
  }
  return expanded;
}

function nonSpace(text: string, from: number): number {
  let index = from;
  while (text[index] === ' ') index++;
  return index;
}

function isThematicBreak(rest: string): boolean {
  const mark = rest[0];
  if (mark !== '*' && mark !== '-' && mark !== '_') return false;
  let count = 0;
  for (const character of rest) {
    if (character === mark) count++;
    else if (character !== ' ') return false;
  }
  return count >= 3;
}
