/**
 * CSV, record by record, for files with a row that DuckDB's reader refuses: each record with the line it starts on, its
 * text, and either its fields or the reason why it has none. One broken row costs that row only: when a quote never
 * closes, reading goes on with the next line.
 */

export interface CsvRecord {
  /** 1-based line on which the record starts. */
  readonly line: number;
  /** The record as it stands in the file, without its final line break. */
  readonly raw: string;
  readonly fields: readonly string[];
  /** Why the record cannot be read; `fields` is then empty. */
  readonly problem?: string;
}

/** A record longer than this has an open quote rather than that much text. DuckDB's own limit for a line. */
const maxRecordLength = 2_097_152;

export interface Line {
  readonly number: number;
  readonly text: string;
  /** The line break that followed. */
  readonly end: string;
}

/** Yields the records of the text, blank lines left out. */
export async function* csvRecords(
  chunks: AsyncIterable<string>,
  delimiter: string,
): AsyncIterable<CsvRecord> {
  const source = lines(chunks)[Symbol.asyncIterator]();
  /** Lines to read again, the next one last. */
  const replay: Line[] = [];
  let open: Line[] = [];
  let openLength = 0;
  while (true) {
    const read = replay.pop() ?? (await source.next()).value;
    if (read !== undefined) {
      const isFirst = open.push(read) === 1;
      openLength += read.text.length + read.end.length;
      if (!isFirst && openLength <= maxRecordLength && !read.text.includes('"')) continue;
    }
    const [first, ...others] = open;
    if (first === undefined) return;
    const raw = join(open);
    const split =
      read === undefined || openLength > maxRecordLength ? 'unclosed' : splitFields(raw, delimiter);
    if (split === 'open') continue;
    open = [];
    openLength = 0;
    const { number: line } = first;
    if (typeof split === 'object') {
      if (raw !== '') yield { line, raw, fields: split };
    } else {
      yield { line, raw: first.text, fields: [], problem: problems[split] };
      replay.push(...others.reverse());
    }
  }
}

const problems = {
  unclosed: 'A quote opens in this row and never closes.',
  broken: 'A quoted value is followed by text instead of a separator.',
} as const;

function join(record: readonly Line[]): string {
  return record.map(({ text, end }, index) => (index < record.length - 1 ? text + end : text)).join('');
}

/** Fields, or: a quote is still open at the end, or a quoted value does not end at a separator. */
type Split = readonly string[] | 'open' | 'broken';

function splitFields(text: string, delimiter: string): Split {
  if (!text.includes('"')) return text.split(delimiter);
  const fields: string[] = [];
  let at = 0;
  while (true) {
    if (text[at] !== '"') {
      const end = text.indexOf(delimiter, at);
      if (end < 0) return [...fields, text.slice(at)];
      fields.push(text.slice(at, end));
      at = end + delimiter.length;
      continue;
    }
    let value = '';
    let from = at + 1;
    while (true) {
      const quote = text.indexOf('"', from);
      if (quote < 0) return 'open';
      value += text.slice(from, quote);
      from = quote + 1;
      if (text[from] !== '"') break;
      value += '"';
      from++;
    }
    fields.push(value);
    if (from === text.length) return fields;
    if (!text.startsWith(delimiter, from)) return 'broken';
    at = from + delimiter.length;
  }
}

/** Yields the lines of the text; a line ends with LF or CRLF. */
export async function* lines(chunks: AsyncIterable<string>): AsyncGenerator<Line, undefined> {
  let rest = '';
  let number = 1;
  for await (const chunk of chunks) {
    const pieces = (rest + chunk).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) yield lineOf(number++, piece, '\n');
  }
  if (rest !== '') yield lineOf(number, rest, '');
  return undefined;
}

function lineOf(number: number, piece: string, end: string): Line {
  return piece.endsWith('\r') && end !== ''
    ? { number, text: piece.slice(0, -1), end: `\r${end}` }
    : { number, text: piece, end };
}
