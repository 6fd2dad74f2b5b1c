/** `hunt query`: one query, or many as JSON lines. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { lensTables } from '../data/lenses/registry.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import type { KqlError } from '../kql/errors.ts';
import type { Column, JsonValue } from '../kql/types.ts';
import type { ResultTable } from '../engine/result.ts';
import type { ExitCode, Io } from './io.ts';
import { exitCodes, linesOf, textOf, write } from './io.ts';
import { loadOptions } from './loadOptions.ts';
import { excerpt, lineColumn } from './place.ts';
import { withQueryEngine, type QuerySession } from './queryEngine.ts';
import { firstError, writeColumns, writeError, writeRows } from './queryOutput.ts';
import { readSchemas } from './schemaFile.ts';
import { textTable } from './textTable.ts';
import { UsageError } from './usage.ts';
import { visibleLine, visibleLines } from './visible.ts';

/** Rows that the text table shows; `--json` gives all. */
const maxTextRows = 1000;

const options = {
  load: { type: 'string', multiple: true },
  schema: { type: 'string', multiple: true },
  check: { type: 'boolean', default: false },
  batch: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'allow-network': { type: 'boolean', default: false },
} as const;

/** Runs the command. Throws `UsageError`, and `TypeError` of parseArgs, on a wrong command line. */
export async function queryCommand(args: readonly string[], io: Io): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (positionals.length > 1) throw new UsageError('hunt query takes one query.', 'Put the query in quotes.');
  const [kql] = positionals;
  if (values.batch && kql !== undefined)
    throw new UsageError(
      '--batch reads queries from standard input.',
      'Leave out the query, or leave out --batch.',
    );
  if (!values.batch && kql === undefined && io.isStdinTty)
    throw new UsageError(
      'There is no query.',
      "Write it in quotes: hunt query 'print x = 1', or pipe it in.",
    );
  const loads = loadOptions(values.load);
  const schemas = await readSchemas(values.schema ?? [], io.folder);
  const allowsNetwork = values['allow-network'];
  return withQueryEngine(io, { loads, schemas, allowsNetwork }, async (session) => {
    if (values.batch) return batch(session, io, values.check);
    const text = kql ?? (await textOf(io.stdin));
    const answer = await answerOf(session, text, values.check, io.signal);
    return values.json ? writeAnswer(io, undefined, answer) : printAnswer(io, text, answer);
  });
}

type Answer =
  | {
      readonly kind: 'rows';
      readonly table: ResultTable;
      readonly release: () => Promise<void>;
      readonly notices: readonly string[];
    }
  | { readonly kind: 'columns'; readonly columns: readonly Column[]; readonly notices: readonly string[] }
  | { readonly kind: 'error'; readonly error: KqlError };

const request = z.object({ id: z.json().optional(), query: z.string() });

/** Answers each line before the next is read, so that memory does not grow with the input. */
async function batch(session: QuerySession, io: Io, isCheck: boolean): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  let lineNumber = 0;
  for await (const line of linesOf(io.stdin)) {
    lineNumber++;
    if (line.trim() === '') continue;
    const asked = readRequest(line, lineNumber);
    const answer: Answer =
      asked.query === undefined
        ? { kind: 'error', error: asked.error }
        : await answerOf(session, asked.query, isCheck, io.signal);
    if ((await writeAnswer(io, asked.id, answer)) !== exitCodes.ok) exitCode = exitCodes.failed;
  }
  return exitCode;
}

type Request =
  | { readonly id: JsonValue; readonly query: string }
  | { readonly id: JsonValue; readonly query?: undefined; readonly error: KqlError };

function readRequest(line: string, lineNumber: number): Request {
  const bad = (id: JsonValue, why: string): Request => ({
    id,
    error: {
      kind: 'syntax',
      code: 'bad-request',
      message: `Line ${lineNumber} is not {"id","query"}: ${why}`,
      start: 0,
      length: 0,
    },
  });
  let json: unknown;
  try {
    json = JSON.parse(line.replace(/^\ufeff/, ''));
  } catch (error) {
    return bad(null, error instanceof Error ? error.message : 'it is not JSON.');
  }
  const parsed = request.safeParse(json);
  if (parsed.success) return { id: parsed.data.id ?? null, query: parsed.data.query };
  const id = z.object({ id: z.json() }).safeParse(json);
  return bad(id.success ? id.data.id : null, 'it needs a "query" that is text.');
}

/** Runs or checks one query; never throws but for the abort: an unforeseen failure is that query's error. */
async function answerOf(
  { engine, lenses }: QuerySession,
  text: string,
  isCheck: boolean,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    for (const table of lensTables) if (text.includes(table)) await lenses.make(table);
    return isCheck ? await check(engine, text, signal) : await run(engine, text, signal);
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    return {
      kind: 'error',
      error: { kind: 'runtime', code: 'unexpected', message, start: 0, length: text.length },
    };
  }
}

async function check(engine: LocalEngine, text: string, signal: AbortSignal): Promise<Answer> {
  const outcome = await engine.check(text, { signal });
  if (!outcome.ok) return { kind: 'error', error: firstError(outcome.errors) };
  const last = outcome.queries.at(-1);
  if (!last) return { kind: 'error', error: noQuery(text) };
  return { kind: 'columns', columns: last.columns, notices: outcome.notices };
}

async function run(engine: LocalEngine, text: string, signal: AbortSignal): Promise<Answer> {
  const outcome = await engine.query(text, { signal });
  if (!outcome.ok) return { kind: 'error', error: firstError(outcome.errors) };
  const { results, notices } = outcome;
  const last = results.at(-1);
  if (!last) return { kind: 'error', error: noQuery(text) };
  const release = async () => {
    for (const { table } of results) await table.release();
  };
  return { kind: 'rows', table: last.table, release, notices };
}

function noQuery(text: string): KqlError {
  return {
    kind: 'semantic',
    code: 'no-query',
    message: 'The text has no query that gives a table. End it with one, such as a table name or `print`.',
    start: 0,
    length: text.length,
  };
}

async function writeAnswer(io: Io, id: JsonValue | undefined, answer: Answer): Promise<ExitCode> {
  switch (answer.kind) {
    case 'rows':
      try {
        return (await writeRows(io, id, answer.table)) ? exitCodes.ok : exitCodes.failed;
      } finally {
        await answer.release();
      }
    case 'columns':
      await writeColumns(io, id, answer.columns);
      return exitCodes.ok;
    case 'error':
      await writeError(io, id, answer.error);
      return exitCodes.failed;
  }
}

async function printAnswer(io: Io, text: string, answer: Answer): Promise<ExitCode> {
  if (answer.kind === 'error') {
    const { kind, message, start, length } = answer.error;
    const { line, column } = lineColumn(text, start);
    const shown = visibleLines(excerpt(text, start, length));
    await write(
      io.stderr,
      `query:${line}:${column}: ${kind} error: ${visibleLines(message)}\n${shown}\n`,
      io.signal,
    );
    return exitCodes.failed;
  }
  for (const notice of answer.notices) await write(io.stderr, `note: ${visibleLine(notice)}\n`, io.signal);
  if (answer.kind === 'columns') {
    await write(io.stdout, `${textTable(answer.columns, [])}\n`, io.signal);
    return exitCodes.ok;
  }
  try {
    const { table } = answer;
    const { rows } = await table.page({ offset: 0, limit: maxTextRows }, io.signal);
    const count = `${table.rowCount} ${table.rowCount === 1 ? 'row' : 'rows'}`;
    const figures = rows.length < table.rowCount ? `${rows.length} of ${count}; --json gives all` : count;
    await write(io.stdout, `${textTable(table.columns, rows)}\n(${figures})\n`, io.signal);
  } finally {
    await answer.release();
  }
  return exitCodes.ok;
}
