/** DuckDB's failures in the hunter's words: what went wrong, never the SQL that we wrote. */
import type { KqlError, KqlErrorKind } from '../../kql/errors.ts';

interface Reading {
  readonly pattern: RegExp;
  readonly code: string;
  readonly message: (match: RegExpMatchArray) => string;
}

/** Tried in order on the first line of DuckDB's message. */
const readings: readonly Reading[] = [
  {
    pattern: /Out of Memory Error|could not allocate|failed to allocate/i,
    code: 'out-of-memory',
    message: () =>
      'The query needs more memory than the local engine may use. Narrow it (fewer rows or columns before a join or ' +
      'summarize), or raise the memory limit in the settings.',
  },
  {
    pattern: /No space left|max_temp_directory_size|failed to offload/i,
    code: 'disk-full',
    message: () => 'The query spilled to disk and the disk is full. Free some space or narrow the query.',
  },
  {
    pattern: /Permission Error/,
    code: 'no-file-access',
    message: () =>
      'A query cannot read or write files. Bring the file in with a `load` step, then query its table.',
  },
  {
    pattern: /Out of Range Error: (.*)|(?:Conversion Error: .*out of range.*)/,
    code: 'overflow',
    message: () => 'A number became too large for its type while the query ran.',
  },
  {
    pattern: /Conversion Error: (.*)/,
    code: 'conversion',
    message: (match) => `A value could not be converted: ${match[1] ?? ''}`,
  },
  {
    pattern: /(?:Invalid Input|Invalid) Error: (.*)/,
    code: 'invalid-input',
    message: (match) => match[1] ?? 'A function received a value that it does not accept.',
  },
];

/** What DuckDB says about a statement itself rather than about the data: for our own SQL that is our mistake. */
const statementErrors = /^(Parser|Binder|Catalog|Internal|INTERNAL|Not implemented|Syntax) Error/i;

/** Returns the failure of a KQL statement that stands at `start` in the user's text. */
export function runtimeError(error: unknown, start: number, length: number): KqlError {
  const line = firstLine(error);
  const reading = statementErrors.test(line)
    ? {
        code: 'engine',
        message: `The local engine could not run this query; this is a fault of the engine, not of the query. (${line})`,
      }
    : (readLine(line) ?? { code: 'runtime', message: `The query failed while running: ${line}` });
  return { kind: 'runtime', ...reading, start, length };
}

/** Returns the failure of a `sql` cell, at the place that DuckDB names. */
export function sqlCellError(error: unknown, text: string): KqlError {
  const line = firstLine(error);
  const known = statementErrors.test(line) ? undefined : readLine(line);
  const kind: KqlErrorKind = /^Parser Error/i.test(line)
    ? 'syntax'
    : statementErrors.test(line)
      ? 'semantic'
      : 'runtime';
  return {
    kind,
    code: known?.code ?? `sql-${kind}`,
    message: known?.message ?? line,
    ...place(error, text, line),
  };
}

function readLine(line: string): { code: string; message: string } | undefined {
  for (const { pattern, code, message } of readings) {
    const match = pattern.exec(line);
    if (match) return { code, message: message(match) };
  }
  return undefined;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0]?.trim() ?? '';
}

/** DuckDB points with `LINE 3: text` and a caret; the name it complains about is looked up in that line. */
function place(error: unknown, text: string, line: string): { start: number; length: number } {
  const whole = { start: 0, length: text.length };
  const message = error instanceof Error ? error.message : '';
  const number = Number(/^LINE (\d+): /m.exec(message)?.[1]);
  if (!Number.isInteger(number)) return whole;
  const lines = text.split('\n');
  const userLine = lines[number - 1];
  if (userLine === undefined) return whole;
  const lineStart = lines.slice(0, number - 1).reduce((sum, { length }) => sum + length + 1, 0);
  const name = /"([^"]+)"|with name (\S+)/.exec(line)?.slice(1).find(Boolean);
  const at = name === undefined ? -1 : userLine.toLowerCase().indexOf(name.toLowerCase());
  return name !== undefined && at >= 0
    ? { start: lineStart + at, length: name.length }
    : { start: lineStart, length: userLine.length };
}
