/** What a `load` read: a line per table, its files, and the rows that could not be read. */
import type { LoadedTable } from '../../data/loadedTable.ts';
import { counted, grouped } from '../../report/displayValue.ts';
import { escapeMarkdown } from '../../report/markdownEscape.ts';
import { visibleText } from '../../report/visibleText.ts';
import { sizeText } from '../../data/sizeText.ts';

/** Characters of a file's SHA-256 that the summary shows; the report has all of them. */
const shownHashLength = 12;

/** Returns the summary as Markdown and as plain text. */
export function loadSummary(
  loaded: readonly LoadedTable[],
  notices: readonly string[],
): { readonly markdown: string; readonly plain: string } {
  const rejected = loaded.filter(({ rejects }) => rejects.count > 0);
  const allNotices = [...new Set([...notices, ...loaded.flatMap((table) => table.notices)])];
  const markdown = [
    ...(loaded.length === 0
      ? []
      : ['| Table | Rows | Files | Size | SHA-256 |', '| --- | ---: | --- | ---: | --- |']),
    ...loaded.map(markdownRow),
    ...rejected.map(
      (table) =>
        `\n⚠ ${escapeMarkdown(rejectLine(table))}\n\n${rejectReasons(table)
          .map((reason) => `- ${escapeMarkdown(reason)}`)
          .join('\n')}`,
    ),
    ...allNotices.map((notice) => `\nℹ ${escapeMarkdown(notice)}`),
  ].join('\n');
  const plain = [
    ...loaded.map((table) => `${table.name}: ${counted(table.rows, 'row')} from ${fileText(table)}`),
    ...rejected.flatMap((table) => [rejectLine(table), ...rejectReasons(table)]),
    ...allNotices,
  ]
    .map((line) => visibleText(line))
    .join('\n');
  return { markdown, plain };
}

function markdownRow(table: LoadedTable): string {
  const size = table.sources.reduce((sum, source) => sum + source.sizeBytes, 0);
  const hash = table.sources.length === 1 ? (table.sources[0]?.sha256.slice(0, shownHashLength) ?? '') : '';
  const cells = [
    `**${escapeMarkdown(table.name)}**`,
    grouped(table.rows),
    escapeMarkdown(fileText(table)),
    sizeText(size),
    hash === '' ? '' : `\`${hash}…\``,
  ];
  return `| ${cells.join(' | ')} |`;
}

function fileText({ sources }: LoadedTable): string {
  const [first] = sources;
  if (first === undefined) return '';
  return sources.length === 1 ? first.path : `${first.path} and ${counted(sources.length - 1, 'more file')}`;
}

function rejectLine({ name, rejects }: LoadedTable): string {
  const verb = rejects.count === 1 ? 'is' : 'are';
  return `${counted(rejects.count, 'row')} could not be read and ${verb} kept in ${name}_rejects:`;
}

function rejectReasons({ rejects }: LoadedTable): string[] {
  const more = rejects.count - rejects.first.length;
  return [
    ...rejects.first.map(({ file, line, reason }) => `${file}, line ${line}: ${reason}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}
