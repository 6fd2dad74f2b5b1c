/** CSV and its relatives with another separator; the first row names the columns. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse/sync';
import type { FileImport } from '../../engine/local/fileImport.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';
import { csvRecords } from '../csvRecords.ts';
import { DataError } from '../dataError.ts';
import type { LogFile } from '../resolvePaths.ts';
import { lineLimits, openText, type TextFile } from '../textFile.ts';
import type { OpenedFile, Reader, SourceColumn } from './reader.ts';

export const csvReader: Reader = {
  format: 'csv',
  endings: ['.csv'],
  recognizes: ({ text }) => isTable(text),
  open: async (files, file, options) => {
    const { text, named } = await openTable(files, file);
    return openDelimited(files, file, text, options.delimiter ?? named ?? sniffDelimiter(text.head));
  },
};

export const tsvReader: Reader = {
  format: 'tsv',
  endings: ['.tsv', '.tab'],
  open: async (files, file, options) => {
    const { text, named } = await openTable(files, file);
    return openDelimited(files, file, text, options.delimiter ?? named ?? '\t');
  },
};

interface TableText {
  readonly text: TextFile;
  /** The separator that the file itself names. */
  readonly named: string | undefined;
}

/** Opens the text; DuckDB gets one that begins with the header, for which it would take what stands before. */
async function openTable(files: FileImport, file: LogFile): Promise<TableText> {
  const text = await openText(files, file);
  const { 0: start = '', 1: named } = beforeHeader.exec(text.head) ?? [];
  if (!/[\r\n]/.test(start)) return { text, named };
  const path = join(files.scratchFolder, `table-${randomUUID()}`);
  await pipeline(fromHeader(text.chunks()), createWriteStream(path), { signal: files.signal });
  return { text: { ...text, path, packing: 'none', head: text.head.slice(start.length) }, named };
}

/** Blank lines, and the line by which files for Excel name their separator. */
const beforeHeader = /^[\ufeff\r\n]*(?:"?sep=([^\r\n])"?\r?\n[\r\n]*)?/i;
const separatorLine = /^"?sep=."?$/i;

async function* fromHeader(chunks: AsyncIterable<string>): AsyncIterable<string> {
  let hasBegun = false;
  for await (const chunk of chunks) {
    const rest: string = hasBegun ? chunk : chunk.replace(beforeHeader, '');
    hasBegun ||= rest !== '';
    yield rest;
  }
}

function openDelimited(files: FileImport, file: LogFile, text: TextFile, delimiter: string): OpenedFile {
  const header = headRecords(text.head, delimiter)[0];
  if (header === undefined) {
    throw new DataError('empty-file', `${file.shownPath} has no header row.`, file.pathIndex);
  }
  const { columns, notices } = namedColumns(header, file);
  const places = columns.map((_column, index) => `c${index}`);
  const from = `read_csv(${stringLiteral(text.path)}, auto_detect = false, header = true, delim = ${stringLiteral(delimiter)},
    quote = '"', escape = '"', compression = '${text.packing}', ${lineLimits},
    columns = {${places.map((place) => `'${place}': 'VARCHAR'`).join(', ')}})`;

  const stage = async (relation: string): Promise<void> => {
    const table = `${relation} rows`;
    await files.execute(
      `CREATE TABLE "${table}" (line VARCHAR, raw VARCHAR, reason VARCHAR, ${places.map((place) => `${place} VARCHAR`).join(', ')})`,
    );
    await files.append(table, stagedRows(text, delimiter, columns.length));
    await files.execute(
      `CREATE VIEW "${relation}" AS SELECT line::BIGINT AS line, raw, reason, ${places.join(', ')} FROM "${table}"`,
    );
  };
  return {
    columns,
    from,
    stage,
    get notices() {
      return [...text.notices, ...notices]; // staging may have found more
    },
  };
}

async function* stagedRows(text: TextFile, delimiter: string, width: number) {
  let isHeader = true;
  for await (const { line, raw, fields, problem } of csvRecords(withoutMark(text.chunks()), delimiter)) {
    if (isHeader) {
      isHeader = separatorLine.test(raw);
      continue;
    }
    const isWhole = fields.length === width;
    const reason =
      problem ?? (isWhole ? null : `The row has ${fields.length} values, the header has ${width} columns.`);
    yield [String(line), raw, reason, ...Array.from({ length: width }, (_unused, i) => fields[i] ?? null)];
  }
}

async function* withoutMark(chunks: AsyncIterable<string>): AsyncIterable<string> {
  let isFirst = true;
  for await (const chunk of chunks) {
    yield isFirst ? chunk.replace(/^\ufeff/, '') : chunk;
    if (chunk !== '') isFirst = false;
  }
}

/** The Azure portal writes a column's time zone behind its name. */
const zoneOfHeading = /\s*\[(?:UTC|Local Time)\]$/i;

/** Columns of the header: surrounding blanks cut, a repeated or missing name made unique, as the notices say. */
function namedColumns(header: readonly string[], file: LogFile) {
  const notices: string[] = [];
  const taken = new Set<string>();
  const columns = header.map((heading, index): SourceColumn => {
    const written = heading.trim().replace(zoneOfHeading, '');
    if (/\[local time\]\s*$/i.test(heading)) {
      notices.push(
        `${file.shownPath} has the times of ${written} in the time zone of whoever exported it, and does not say which; they were read as UTC.`,
      );
    }
    const wanted = written === '' ? `Column${index + 1}` : written;
    let name = wanted;
    for (let n = 1; taken.has(name); n++) name = `${wanted}${n}`;
    taken.add(name);
    if (name !== wanted) {
      notices.push(
        `${file.shownPath} names the column '${wanted}' more than once; column ${index + 1} is called '${name}'.`,
      );
    } else if (written === '') {
      notices.push(`Column ${index + 1} of ${file.shownPath} has no name; it is called '${name}'.`);
    }
    return { name, form: 'text' };
  });
  return { columns, notices };
}

/** A heading: it begins as a name does, and says no more than a name would. */
const heading = /^\s*["']?[\p{L}_@$#*].{0,100}$|^\s*$/u;
/** Share of the first rows that must have as many values as the header for a text to be taken for a table. */
const minAlike = 0.9;

/** Whether a text whose name says nothing is a table: headings, and rows of as many values below. */
function isTable(text: string): boolean {
  const { 0: start = '', 1: named } = beforeHeader.exec(text) ?? [];
  const table = text.slice(start.length);
  const [header = [], ...rows] = headRecords(table, named ?? sniffDelimiter(table));
  const alike = rows.filter((row) => row.length === header.length).length;
  return (
    header.length > 1 &&
    rows.length > 0 &&
    alike >= rows.length * minAlike &&
    header.every((name) => heading.test(name)) &&
    header.some((name) => name.trim() !== '')
  );
}

const delimiters = [',', ';', '\t', '|'];
/** Records that are looked at to find the separator. */
const sniffedRecords = 50;

/** Returns the separator that splits the first rows into the most columns alike; a comma where none splits the header. */
function sniffDelimiter(head: string): string {
  const scored = delimiters.map((delimiter) => {
    const records = headRecords(head, delimiter);
    const width = records[0]?.length ?? 0;
    const alike = records.filter((record) => record.length === width).length;
    return { delimiter, score: width > 1 ? (alike / records.length) * Math.min(width, 100) : 0 };
  });
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).delimiter;
}

function headRecords(head: string, delimiter: string): string[][] {
  const lastBreak = head.lastIndexOf('\n');
  return parse(lastBreak > 0 ? head.slice(0, lastBreak + 1) : head, {
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    to: sniffedRecords,
  });
}
