/** The notebook's prose, parsed once for every format. HTML in it is text; links go to web, mail or nearby files only. */
import MarkdownIt from 'markdown-it';
import type { MarkdownIt as Parser, Token } from 'markdown-it';
import { visibleText } from './visibleText.ts';

const allowedLink = /^(?:https?:\/\/|mailto:|#|[\w./-]+$)/i;

/** The parser behind every prose block and behind the HTML printer. */
export function proseParser(): Parser {
  const parser = new MarkdownIt({ html: false, linkify: false, typographer: false });
  parser.validateLink = (url) => allowedLink.test(url);
  return parser;
}

/** Prose as tokens; characters that hide or reorder text are made visible first. */
export function parseProse(markdown: string): Token[] {
  const visible = visibleText(markdown.replaceAll(/\r\n?/g, '\n'), { keepLines: true });
  return proseParser().parse(visible, {});
}

/** A token's attribute as text; empty where it has none. */
export function attribute(token: Token | undefined, name: string): string {
  return String(token?.attrGet(name) ?? '');
}

/** A heading's text without its markup. */
export function plainText(inline: Token | undefined): string {
  return (inline?.children ?? [])
    .map((child) => (child.type === 'softbreak' || child.type === 'hardbreak' ? ' ' : child.content))
    .join('')
    .trim();
}

const deepestHeading = 6;

/** The tokens with their headings moved by `shift` levels, none above `least`. */
export function shiftHeadings(tokens: readonly Token[], shift: number, least: number): Token[] {
  return tokens.map((token) => {
    if (token.type !== 'heading_open' && token.type !== 'heading_close') return token;
    const level = Math.min(deepestHeading, Math.max(least, Number(token.tag.slice(1)) + shift));
    const moved: Token = Object.assign(Object.create(Object.getPrototypeOf(token) as object) as Token, token);
    moved.tag = `h${level}`;
    return moved;
  });
}

/** Prose between headings, each piece with the heading that opens it. */
export interface ProsePiece {
  /** Absent for what stands before the first heading. */
  readonly heading?: { readonly level: number; readonly text: string };
  /** Without the heading's own tokens. */
  readonly body: readonly Token[];
  /** With them. */
  readonly tokens: readonly Token[];
}

/** Splits parsed prose at its top-level headings; the pieces' tokens, joined, are the input. */
export function splitAtHeadings(tokens: readonly Token[]): ProsePiece[] {
  const starts = tokens.flatMap((token, index) =>
    token.type === 'heading_open' && token.level === 0 ? [index] : [],
  );
  const bounds = starts[0] === 0 ? starts : [0, ...starts];
  return bounds.flatMap((start, order): ProsePiece[] => {
    const piece = tokens.slice(start, bounds[order + 1]);
    const [first] = piece;
    if (first === undefined) return [];
    if (first.type !== 'heading_open' || first.level !== 0) return [{ body: piece, tokens: piece }];
    const heading = { level: Number(first.tag.slice(1)), text: plainText(piece[1]) };
    return [{ heading, body: piece.slice(3), tokens: piece }];
  });
}
