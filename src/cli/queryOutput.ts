/** Results and errors as JSON lines. Rows are written page by page: no result is held whole. */
import type { ResultTable } from '../engine/result.ts';
import type { KqlError } from '../kql/errors.ts';
import type { Column, JsonValue } from '../kql/types.ts';
import type { Io } from './io.ts';
import { write } from './io.ts';

/** Rows in memory at once. */
const pageRows = 5000;

/**
 * Writes `{"id","columns","rows"}` and a line feed; without `id` when it is undefined. Returns false when later rows
 * could not be had; the line then carries an `error`, too.
 */
export async function writeRows(io: Io, id: JsonValue | undefined, table: ResultTable): Promise<boolean> {
  const first = await table.page({ offset: 0, limit: pageRows }, io.signal);
  await write(io.stdout, `${opening(id, table.columns)}${joined(first.rows)}`, io.signal);
  try {
    for (let offset = pageRows; offset < table.rowCount; offset += pageRows) {
      const { rows } = await table.page({ offset, limit: pageRows }, io.signal);
      await write(io.stdout, `,${joined(rows)}`, io.signal);
    }
    await write(io.stdout, ']}\n', io.signal);
  } catch (error) {
    io.signal.throwIfAborted();
    // The line has begun: it stays valid JSON, and says that its rows are not all.
    const message = error instanceof Error ? error.message : String(error);
    const failure = { kind: 'runtime', message: `Rows are missing: ${message}`, start: 0, length: 0 };
    await write(io.stdout, `],"error":${JSON.stringify(failure)}}\n`, io.signal);
    return false;
  }
  return true;
}

/** Writes the columns of a query that was only checked. */
export async function writeColumns(
  io: Io,
  id: JsonValue | undefined,
  columns: readonly Column[],
): Promise<void> {
  await write(io.stdout, `${opening(id, columns)}]}\n`, io.signal);
}

/** Writes `{"id","error"}` with the error that comes first in the text. */
export async function writeError(io: Io, id: JsonValue | undefined, error: KqlError): Promise<void> {
  const { kind, message, start, length } = error;
  const line = JSON.stringify({ id, error: { kind, message, start, length } });
  await write(io.stdout, `${line}\n`, io.signal);
}

/** Returns the error nearest to the start of the text. */
export function firstError(errors: readonly KqlError[]): KqlError {
  const [first = unknownFailure, ...others] = errors;
  return others.reduce((nearest, error) => (error.start < nearest.start ? error : nearest), first);
}

const unknownFailure: KqlError = {
  kind: 'runtime',
  code: 'unknown',
  message: 'The query failed without saying why.',
  start: 0,
  length: 0,
};

function opening(id: JsonValue | undefined, columns: readonly Column[]): string {
  const named = columns.map(({ name, type }) => ({ name, type }));
  const start = id === undefined ? '{' : `{"id":${JSON.stringify(id)},`;
  return `${start}"columns":${JSON.stringify(named)},"rows":[`;
}

function joined(rows: readonly unknown[]): string {
  return rows.map((row) => JSON.stringify(row)).join(',');
}
