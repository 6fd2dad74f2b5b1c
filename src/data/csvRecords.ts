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
  /** The line is longer than the limit, and `text` only its start. */
  readonly isCut?: boolean;
}

/** Yields the records of the text, blank lines left out. */
export async function* csvRecords(
  chunks: AsyncIterable<string> | readonly string[],
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

/** Longest line that is kept whole, in characters: DuckDB's own limit here is as many bytes. */
export const maxLineLength = 16_777_216;
/** What is kept of a line that is longer. */
const keptOfCutLine = 4096;

/** Yields the lines of the text; a line ends with LF or CRLF. Of one longer than `limit` only the start is kept. */
export async function* lines(
  chunks: AsyncIterable<string> | readonly string[],
  limit = maxLineLength,
): AsyncGenerator<Line, undefined> {
  let number = 1;
  /** The pieces of a line that has not ended yet; joined once, however many there are. */
  let open: string[] = [];
  let openLength = 0;
  const add = (piece: string): void => {
    openLength += piece.length;
    if (openLength <= limit) open.push(piece);
    else if (openLength - piece.length <= limit) open = [open.join('').slice(0, keptOfCutLine)];
  };
  const take = (end: string): Line => {
    const isCut = openLength > limit;
    const text = open.join('');
    open = [];
    openLength = 0;
    return { ...lineOf(number++, text, end), ...(isCut && { isCut }) };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', start)) {
      add(chunk.slice(start, at));
      yield take('\n');
      start = at + 1;
    }
    if (start < chunk.length) add(chunk.slice(start));
  }
  if (openLength > 0) yield take('');
  return undefined;
}

function lineOf(number: number, piece: string, end: string): Line {
  return piece.endsWith('\r') && end !== ''
    ? { number, text: piece.slice(0, -1), end: `\r${end}` }
    : { number, text: piece, end };
}
