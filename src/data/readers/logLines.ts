/** The lines of a text log in DuckDB, and readers that take each line apart there. */
import { randomUUID } from 'node:crypto';
import type { FileImport } from '../../engine/local/fileImport.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';
import { lines, maxLineLength } from '../csvRecords.ts';
import { lineLimits, type TextFile } from '../textFile.ts';
import type { OpenedFile, SourceColumn } from './reader.ts';

/** A piece of a log that may be one row, with the line where it starts. */
export interface LogText {
  readonly line: number;
  readonly text: string;
  /** Why it cannot be one; absent: nothing is known yet. */
  readonly problem?: string;
}

/**
 * The lines of a file as a relation with the column `raw`, in their order; blank lines have no text. DuckDB reads them
 * from the file until it stumbles (over bytes that are no UTF-8, mixed line ends, a line without end); from then on
 * they stand in a table.
 */
export class LogLines {
  readonly #files: FileImport;
  readonly #text: TextFile;
  readonly #texts: () => AsyncIterable<LogText>;
  #table: string | undefined;
  #isInOrder: boolean;

  /** `texts` takes the file apart where a row is not a line; DuckDB's reader is then not asked. */
  constructor(files: FileImport, text: TextFile, texts?: () => AsyncIterable<LogText>) {
    this.#files = files;
    this.#text = text;
    this.#texts = texts ?? (() => linesOf(text));
    this.#isInOrder = texts === undefined;
  }

  /** FROM item with `raw`. */
  get from(): string {
    return this.#table === undefined ? readLines(this.#text) : `"${this.#table}"`;
  }

  /** Runs a query on the lines as they are best read. */
  async query(sql: (from: string) => string): Promise<Awaited<ReturnType<FileImport['execute']>>> {
    if (this.#isInOrder) {
      try {
        return await this.#files.execute(sql(this.from));
      } catch (error) {
        this.#files.signal?.throwIfAborted();
        if (this.#table !== undefined || !(error instanceof Error)) throw error;
        this.#isInOrder = false;
      }
    }
    await this.stage();
    return this.#files.execute(sql(this.from));
  }

  /** Makes a table of the lines with `line` (text of a number), `raw` and `problem`, and returns its name. */
  async stage(): Promise<string> {
    if (this.#table !== undefined) return this.#table;
    const table = `lines ${randomUUID()}`;
    if (this.#isInOrder) {
      try {
        await this.#files.execute(
          `CREATE TABLE "${table}" AS
           SELECT (row_number() OVER ())::VARCHAR AS line, raw, NULL::VARCHAR AS problem FROM ${this.from}`,
        );
        return (this.#table = table);
      } catch (error) {
        this.#files.signal?.throwIfAborted();
        if (!(error instanceof Error)) throw error;
      }
    }
    await this.#files.execute(`CREATE TABLE "${table}" (line VARCHAR, raw VARCHAR, problem VARCHAR)`);
    await this.#files.append(table, rowsOf(this.#texts()));
    return (this.#table = table);
  }
}

/** How the lines of a format are taken apart, in SQL that never fails. */
export interface LineFormat {
  readonly columns: readonly SourceColumn[];
  /** Columns that need all lines in their order, whatever they hold; computed before any line is left out. */
  readonly before?: string | undefined;
  /** Condition on `raw` of lines that are rows or should be; blank lines are never. */
  readonly isRow: string;
  /** Relations that take `raw` apart, each a list of columns that the next may use. */
  readonly steps: readonly string[];
  /** SQL of why the row cannot be read, NULL where it can. */
  readonly reason: string;
  /** SQL of each column's value. */
  readonly values: readonly string[];
}

/** Opens lines that the format takes apart. */
export function openLogLines(
  files: FileImport,
  log: LogLines,
  format: LineFormat,
  notices: () => readonly string[],
): OpenedFile {
  const inOrder = (from: string): string =>
    format.before === undefined ? from : `(SELECT *, ${format.before} FROM ${from})`;
  const rows = (from: string): string =>
    format.steps.reduce(
      (relation, step) => `(SELECT *, ${step} FROM ${relation})`,
      `(SELECT * FROM ${inOrder(from)} WHERE raw IS NOT NULL AND raw <> '' AND (${format.isRow}))`,
    );
  const values = format.values.map((value, index) => `${value} AS c${index}`).join(', ');
  return {
    columns: format.columns,
    get from() {
      const isGood = `CASE WHEN ${format.reason} IS NULL THEN true ELSE error('a row is broken') END`;
      return `(SELECT ${values} FROM ${rows(log.from)} WHERE ${isGood})`;
    },
    stage: async (relation) => {
      const table = await log.stage();
      await files.execute(
        `CREATE VIEW "${relation}" AS
         SELECT line::BIGINT AS line, raw, coalesce(problem, ${format.reason}) AS reason, ${values} FROM ${rows(`"${table}"`)}`,
      );
    },
    get notices() {
      return notices();
    },
  };
}

function readLines({ path, packing }: TextFile): string {
  return `(SELECT raw FROM read_csv(${stringLiteral(path)}, columns = {'raw': 'VARCHAR'}, delim = '\u0001', quote = '', escape = '',
    header = false, auto_detect = false, compression = '${packing}', ${lineLimits}))`;
}

async function* linesOf(text: TextFile): AsyncIterable<LogText> {
  for await (const { number, text: content, isCut } of lines(text.chunks(), maxLineLength)) {
    const raw = number === 1 ? content.replace(/^\ufeff/, '') : content;
    yield isCut === true
      ? { line: number, text: raw, problem: `The line is longer than ${maxLineLength} characters.` }
      : { line: number, text: raw };
  }
}

async function* rowsOf(texts: AsyncIterable<LogText>): AsyncIterable<readonly (string | null)[]> {
  for await (const { line, text, problem } of texts) yield [String(line), text, problem ?? null];
}
