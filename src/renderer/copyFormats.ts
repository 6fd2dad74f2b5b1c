/** Rows as text for the clipboard. Each format quotes in one function here. */
import type { Column, WireValue } from '../kql/types.ts';
import { plainText, visibleText } from './cellText.ts';

export const copyFormats = ['tsv', 'csv', 'json', 'markdown'] as const;
export type CopyFormat = (typeof copyFormats)[number];

type Rows = readonly (readonly WireValue[])[];

const writers: Record<CopyFormat, (columns: readonly Column[], rows: Rows) => string> = {
  tsv: (columns, rows) => delimited(columns, rows, '\t', '\n'),
  csv: (columns, rows) => delimited(columns, rows, ',', '\r\n'),
  json: (columns, rows) => JSON.stringify(rowObjects(columns, rows), null, 2),
  markdown: markdownTable,
};

/** Returns rows with their headers in the format. */
export function formatRows(format: CopyFormat, columns: readonly Column[], rows: Rows): string {
  return writers[format](columns, rows);
}

function delimited(columns: readonly Column[], rows: Rows, separator: string, lineEnd: string): string {
  const header = columns.map((column) => quoted(spreadsheetSafe(column.name), separator));
  const lines = rows.map((row) =>
    columns.map((column, index) => {
      const text = plainText(row[index] ?? null);
      return quoted(isTextual(column) ? spreadsheetSafe(text) : text, separator);
    }),
  );
  return [header, ...lines].map((cells) => cells.join(separator)).join(lineEnd);
}

function quoted(text: string, separator: string): string {
  const isPlain = !text.includes(separator) && !/["\r\n\t]/.test(text);
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

function isTextual(column: Column): boolean {
  return column.type === 'string' || column.type === 'dynamic';
}

/** A log value that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP advises. */
function spreadsheetSafe(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function rowObjects(columns: readonly Column[], rows: Rows): Record<string, WireValue>[] {
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, index) => [column.name, row[index] ?? null])),
  );
}

function markdownTable(columns: readonly Column[], rows: Rows): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map(({ type }) =>
    ['int', 'long', 'real', 'decimal'].includes(type) ? '---:' : '---',
  );
  return [
    line(columns.map((column) => markdownText(column.name))),
    line(rule),
    ...rows.map((row) => line(columns.map((_, index) => markdownText(plainText(row[index] ?? null))))),
  ].join('\n');
}

/** Escapes what Markdown or inline HTML would read as markup or link by itself, and keeps the text on one line. */
function markdownText(text: string): string {
  return visibleText(text)
    .replace(/[\\`*_{}[\]()#+!|~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/\b(https?|ftp|mailto):/gi, '$1&#58;')
    .replace(/\bwww\./gi, 'www&#46;');
}
