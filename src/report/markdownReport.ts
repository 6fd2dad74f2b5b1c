/** Prints a report as Markdown (CommonMark with GFM tables). */
import { escapeMarkdown, escapeMarkdownLine, fenced } from './markdownEscape.ts';
import { markdownProse } from './markdownProse.ts';
import type { Block, ReportDocument, Table, Tone } from './reportDocument.ts';

const toneWords: Readonly<Record<Tone, string>> = { info: 'Note', warning: 'Warning', error: 'Error' };

/** Returns the whole file, ending in a line feed. */
export function markdownReport(report: ReportDocument): string {
  const parts = [
    `# ${escapeMarkdown(report.title)}`,
    escapeMarkdownLine(report.subtitle),
    ...report.blocks.map(printBlock),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${escapeMarkdown(block.text)}`;
    case 'paragraph':
      return paragraphs(block.text);
    case 'facts':
      return block.facts
        .map(({ label, value }) => `- **${escapeMarkdown(label)}:** ${escapeMarkdown(value)}`)
        .join('\n');
    case 'list':
      return block.items.map((item) => `- ${escapeMarkdownLine(item)}`).join('\n');
    case 'table':
      return printTable(block);
    // The table that follows says the same.
    case 'chart':
    case 'matrix':
      return '';
    case 'code':
      return fenced(block.text, block.language);
    case 'notice':
      return `> **${toneWords[block.tone]}:** ${escapeMarkdown(block.text)}`;
    case 'reference':
      return `**${escapeMarkdown(block.label)}** · ${escapeMarkdown(block.note)}`;
    case 'prose':
      return markdownProse(block.tokens);
  }
}

/** Blank lines in plain text part paragraphs; other line ends are spaces. */
function paragraphs(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => escapeMarkdownLine(paragraph.trim().replaceAll(/\s*\n\s*/g, ' ')))
    .join('\n\n');
}

function printTable({ columns, rows, cut }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ name }) => escapeMarkdown(name))),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(escapeMarkdown))),
    ...(cut === undefined ? [] : ['', `*Cut: ${escapeMarkdown(cut)}.*`]),
  ].join('\n');
}
