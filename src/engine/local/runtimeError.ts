/** DuckDB's failures in the hunter's words: what went wrong, never the SQL that we wrote. */
import type { KqlError, KqlErrorKind } from '../../kql/errors.ts';
import { sayingWhoCan } from '../../kql/remoteEngines.ts';
import { failureReadings, type Failure } from './failureReadings.ts';

/** What DuckDB says about a statement itself rather than about the data: for our own SQL that is our mistake. */
const statementErrors = /^(?:Parser|Binder|Catalog|Internal|Not implemented|Syntax|Mismatch Type) Error/i;

const engineFault: Failure = {
  code: 'engine',
  message:
    'The local engine could not run this query. That is a fault of the engine, not of the query; please report it ' +
    'with the text of the query.',
};

/** Returns the failure of a KQL statement that stands at `start` in the user's text. */
export function runtimeError(error: unknown, start: number, length: number): KqlError {
  const line = firstLine(error);
  const { kind = 'runtime', code, message } = read(line) ?? unread(line);
  return { kind, code, message, start, length };
}

/** Returns the failure of a `sql` cell, at the place that DuckDB names. */
export function sqlCellError(error: unknown, text: string): KqlError {
  const line = firstLine(error);
  const known = statementErrors.test(line) ? undefined : read(line);
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

function read(line: string): Failure | undefined {
  for (const { pattern, failure } of failureReadings) {
    const match = pattern.exec(line);
    if (match) return failure(match);
  }
  return undefined;
}

/** What no reading covers: our functions' own sentences are passed on, DuckDB's about statements and all else are not. */
function unread(line: string): Failure {
  if (statementErrors.test(line)) return engineFault;
  const sentence = /^Invalid Input Error: (.*)$/.exec(line)?.[1];
  if (sentence === undefined || !isForHunters(sentence)) {
    return { code: 'runtime', message: 'The query failed while running on a value that it cannot handle.' };
  }
  return /not supported by the local engine/.test(sentence)
    ? { kind: 'unsupported', code: 'unsupported', message: sayingWhoCan(sentence) }
    : { code: 'invalid-input', message: sentence };
}

/** Text that shows how the engine is made: SQL, names of our macros, paths, places in source files. */
const innards =
  /kql_|\b(?:SELECT|WITH|CAST|CREATE|FROM|SET|LINE \d+)\b|::|[\w.]\(\)?\s*at\s|(?:^|[\s"'(])(?:~?\/|[A-Za-z]:\\)[\w.-]+[\\/]|\.[cm]?[jt]s\b|undefined|\bnull \(|is not a function|BigInt|JSON at position/;

function isForHunters(sentence: string): boolean {
  return sentence.length <= 400 && !innards.test(sentence);
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
