/** A result as Markdown and as plain text, for places without the grid: diffs, copies, other viewers, screen readers. */
import type { WireValue } from '../../kql/types.ts';
import { escapeMarkdown } from '../../report/markdownEscape.ts';
import { visibleText } from '../../report/visibleText.ts';
import type { ResultOutput } from '../../renderer/protocol.ts';

/** Rows in an alternative; the grid has them all. */
const alternativeRows = 10;
/** Characters of one cell in an alternative. */
const alternativeCellLength = 120;

/** Returns the first rows as a Markdown table. */
export function markdownAlternative(output: ResultOutput): string {
  const { columns } = output;
  if (columns.length === 0) return escapeMarkdown(rowFigures(output));
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const rows = output.firstRows.slice(0, alternativeRows);
  return [
    line(columns.map(({ name }) => name)),
    `|${columns.map(() => ' --- |').join('')}`,
    ...rows.map((row) => line(row.map(cellText))),
    '',
    escapeMarkdown(rowFigures(output)),
  ].join('\n');
}

/** Returns the first rows as text in aligned columns. */
export function plainAlternative(output: ResultOutput): string {
  const rows = output.firstRows
    .slice(0, alternativeRows)
    .map((row) => row.map(cellText).map((text) => visibleText(text)));
  const table = [output.columns.map(({ name }) => visibleText(name)), ...rows];
  const widths = output.columns.map((_, index) => Math.max(...table.map((row) => (row[index] ?? '').length)));
  const lines = table.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  return [head, widths.map((width) => '-'.repeat(width)).join('  '), ...body, rowFigures(output)].join('\n');
}

function rowFigures({ rowCount, firstRows, cut }: ResultOutput): string {
  const shown = Math.min(alternativeRows, firstRows.length);
  const all = cut === undefined ? `${rowCount}` : `at least ${cut.atLeastRows}`;
  if (rowCount === 0) return 'No rows.';
  return `${shown} of ${all} ${rowCount === 1 ? 'row' : 'rows'}.`;
}

/** Returns a value as the grid would show it, shortened. */
function cellText(value: WireValue): string {
  const text = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > alternativeCellLength ? `${text.slice(0, alternativeCellLength)}…` : text;
}
