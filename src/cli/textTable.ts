/** Rows as a table to read in a terminal. */
import type { Column, WireValue } from '../kql/types.ts';
import { displayValue } from '../report/displayValue.ts';
import { visibleLine } from './visible.ts';

/** Longer cells end in `…`; `--json` gives them whole. */
const maxCellWidth = 80;
const rightAligned = new Set(['int', 'long', 'real', 'decimal', 'timespan']);

/** Returns the table's lines: names, a rule, then the rows. Null reads `null`, so that it differs from empty text. */
export function textTable(columns: readonly Column[], rows: readonly (readonly WireValue[])[]): string {
  const header = columns.map((column) => cut(visibleLine(column.name)));
  const body = rows.map((row) => columns.map((column, index) => cellText(row[index] ?? null, column)));
  const widths = columns.map((_, index) =>
    Math.max(...[header, ...body].map((cells) => textWidth(cells[index] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => padded(cell, widths[index] ?? 0, columns[index]))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}

function cellText(value: WireValue, column: Column): string {
  return cut(value === null ? 'null' : visibleLine(displayValue(value, column)));
}

function cut(text: string): string {
  return text.length > maxCellWidth ? `${text.slice(0, maxCellWidth - 1)}…` : text;
}

function padded(text: string, width: number, column: Column | undefined): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return column && rightAligned.has(column.type) ? space + text : text + space;
}

/** Columns that the text takes in a terminal: East Asian wide characters and emoji take two. */
function textWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u.test(
        character,
      )
        ? 2
        : 1;
  return width;
}
