/**
 * Parsed prose back to Markdown. The notebook's own source is not copied: what the parser took for text is escaped, so
 * HTML, images from elsewhere and links to scripts cannot come through.
 */
import type { Token } from 'markdown-it';
import { escapeMarkdownPiece, escapeMarkdownStart, fenced } from './markdownEscape.ts';
import { attribute } from './prose.ts';

interface Node {
  readonly token: Token;
  readonly children: readonly Node[];
}

/** Returns Markdown blocks, parted by blank lines. */
export function markdownProse(tokens: readonly Token[]): string {
  return blocks(treeOf(tokens));
}

/** The parser's flat list of opening and closing tokens as a tree. */
function treeOf(tokens: readonly Token[]): Node[] {
  const root: Node[] = [];
  const open: Node[][] = [root];
  for (const token of tokens) {
    if (token.nesting < 0) {
      open.pop();
      continue;
    }
    const children: Node[] = [];
    open.at(-1)?.push({ token, children });
    if (token.nesting > 0) open.push(children);
  }
  return root;
}

function blocks(nodes: readonly Node[]): string {
  return nodes.map(block).join('\n\n');
}

function block(node: Node): string {
  const { token, children } = node;
  switch (token.type) {
    case 'heading_open':
      return `${'#'.repeat(Number(token.tag.slice(1)))} ${inlineOf(children).replaceAll(/\\?\n/g, ' ')}`;
    case 'paragraph_open':
      return inlineOf(children);
    case 'bullet_list_open':
      return list(children, () => `${token.markup} `);
    case 'ordered_list_open': {
      const first = Number(token.attrGet('start') ?? 1);
      return list(children, (index) => `${first + index}${token.markup} `);
    }
    case 'blockquote_open':
      return blocks(children).replaceAll(/^/gm, '> ').replaceAll(/ +$/gm, '');
    case 'fence':
    case 'code_block':
      return fenced(token.content, token.info.trim().split(/\s/)[0] ?? '');
    case 'table_open':
      return table(children);
    case 'hr':
      // Neither a bullet nor the underline of a heading.
      return '___';
    default:
      return escapeMarkdownPiece(token.content);
  }
}

function list(items: readonly Node[], marker: (index: number) => string): string {
  const isTight = items.every(({ children }) =>
    children.every(({ token }) => token.type !== 'paragraph_open' || token.hidden),
  );
  return items
    .map(({ children }, index) => {
      const lead = marker(index);
      return lead + itemContent(children, isTight).replaceAll(/\n(?!\n|$)/g, `\n${' '.repeat(lead.length)}`);
    })
    .join(isTight ? '\n' : '\n\n');
}

/** Whether a block can follow a line of text without a blank line between: a list that does not begin elsewhere than at 1. */
function canFollowText({ token }: Node): boolean {
  return token.type === 'bullet_list_open' || (token.type === 'ordered_list_open' && !token.attrGet('start'));
}

function itemContent(children: readonly Node[], isTight: boolean): string {
  return children.reduce((text, node, index) => {
    const joint = index === 0 ? '' : isTight && canFollowText(node) ? '\n' : '\n\n';
    return text + joint + block(node);
  }, '');
}

function table(sections: readonly Node[]): string {
  const rows = sections.flatMap(({ children }) => children);
  const lines = rows.map(
    ({ children }) => `| ${children.map((cell) => inlineOf(cell.children, true)).join(' | ')} |`,
  );
  const rule = `| ${(rows[0]?.children ?? []).map(({ token }) => alignment(token)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function alignment(token: Token): string {
  const style = attribute(token, 'style');
  if (style.endsWith('right')) return '---:';
  if (style.endsWith('center')) return ':---:';
  return style.endsWith('left') ? ':---' : '---';
}

function inlineOf(nodes: readonly Node[], isCell = false): string {
  // Links do not nest, so the last one opened is the one that closes.
  let link: Token | undefined;
  let isLineStart = !isCell;
  return nodes
    .flatMap(({ token }) => token.children ?? [])
    .map((token) => {
      if (token.type === 'link_open') link = token;
      const atStart = isLineStart;
      isLineStart = !isCell && (token.type === 'softbreak' || token.type === 'hardbreak');
      if (token.type === 'text' && atStart) return escapeMarkdownStart(spaced(token.content));
      return token.type === 'link_close' ? linkEnd(link) : inline(token, isCell);
    })
    .join('');
}

/** The parser has percent-encoded spaces, brackets and backslashes in the address. */
function linkEnd(link: Token | undefined): string {
  const title = attribute(link, 'title');
  const shown = title ? ` "${escapeMarkdownPiece(title).replaceAll('"', '\\"')}"` : '';
  return `](<${attribute(link, 'href')}>${shown})`;
}

function inline(token: Token, isCell: boolean): string {
  switch (token.type) {
    case 'code_inline':
      return codeSpan(token.content, isCell);
    case 'softbreak':
      return '\n';
    case 'hardbreak':
      return '\\\n';
    case 'em_open':
    case 'em_close':
    case 'strong_open':
    case 'strong_close':
    case 's_open':
    case 's_close':
      return token.markup;
    case 'link_open':
      return '[';
    case 'image':
      return escapeMarkdownPiece(`Image: ${token.content} (${attribute(token, 'src')})`);
    default:
      return escapeMarkdownPiece(spaced(token.content));
  }
}

/** A tab inside a line of prose is a space to its reader, not a control character to show. */
function spaced(text: string): string {
  return text.replaceAll('\t', ' ');
}

function codeSpan(content: string, isCell: boolean): string {
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const needsPadding = /^`|`$|^ .*[^ ].* $/s.test(content);
  const padded = needsPadding ? ` ${content} ` : content;
  return fence + (isCell ? padded.replaceAll('|', '\\|') : padded) + fence;
}
