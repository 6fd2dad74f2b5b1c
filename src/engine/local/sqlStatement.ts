/**
 * What a `sql` cell may say: one SELECT over the session's tables. DuckDB's own parser gives the syntax tree; a table
 * function outside the list below is refused, since some change the session even inside a SELECT
 * (`enable_logging`, `checkpoint`) and some read files.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import type { KqlError } from '../../kql/errors.ts';
import { rowsOf } from './rows.ts';

const allowedTableFunctions: ReadonlySet<string> = new Set([
  'duckdb_columns',
  'duckdb_functions',
  'duckdb_tables',
  'duckdb_views',
  'generate_series',
  'json_each',
  'json_tree',
  'range',
  'repeat',
  'repeat_row',
  'summary',
  'unnest',
]);

const parsedSchema = z.union([
  z.object({
    error: z.literal(true),
    error_type: z.string(),
    error_message: z.string(),
    position: z.coerce.number().int().optional(),
  }),
  z.object({ error: z.literal(false), statements: z.array(z.unknown()) }),
]);

/** A statement that may run: SQL without its final semicolon, safe to stand in parentheses on lines of its own. */
export type SqlStatement =
  { readonly ok: true; readonly sql: string } | { readonly ok: false; readonly error: KqlError };

/** Reads the text of a `sql` cell; refuses everything but one SELECT (or DESCRIBE, SUMMARIZE, SHOW) of tables. */
export async function readStatement(connection: DuckDBConnection, text: string): Promise<SqlStatement> {
  const parsed = await parse(connection, text);
  const whole = { start: 0, length: text.length };
  if (parsed.error) {
    const isSyntax = parsed.error_type === 'parser';
    const start = Math.min(parsed.position ?? 0, text.length);
    return refusal(
      isSyntax
        ? {
            kind: 'syntax',
            code: 'sql-syntax',
            message: parsed.error_message,
            start,
            length: text.length - start,
          }
        : { ...notSelect, ...whole },
    );
  }
  if (parsed.statements.length !== 1) return refusal({ ...notSelect, ...whole });
  const forbidden = tableFunctions(parsed.statements).find((name) => !allowedTableFunctions.has(name));
  if (forbidden !== undefined) {
    const at = text.toLowerCase().indexOf(forbidden);
    return refusal({
      kind: 'unsupported',
      code: 'sql-function',
      message: `\`${forbidden}()\` is not available in a sql cell. Files come in with a \`load\` step; query its table.`,
      ...(at < 0 ? whole : { start: at, length: forbidden.length }),
    });
  }
  return { ok: true, sql: await withoutSemicolon(connection, text) };
}

const notSelect = {
  kind: 'unsupported',
  code: 'sql-statement',
  message:
    'A sql cell runs one SELECT statement over the tables of this notebook, and nothing that changes them.',
} as const;

function refusal(error: KqlError): SqlStatement {
  return { ok: false, error };
}

async function parse(connection: DuckDBConnection, text: string): Promise<z.infer<typeof parsedSchema>> {
  return parsedSchema.parse(JSON.parse(await serialized(connection, text)));
}

async function serialized(connection: DuckDBConnection, text: string): Promise<string> {
  const [row] = await rowsOf(connection, 'SELECT json_serialize_sql($1::VARCHAR)::VARCHAR AS tree', [text]);
  return String(row?.['tree'] ?? '');
}

/** Cuts the final semicolon, and comments after it, where the tree shows that nothing else is cut. */
async function withoutSemicolon(connection: DuckDBConnection, text: string): Promise<string> {
  const tree = await serialized(connection, text);
  for (let end = text.lastIndexOf(';'); end >= 0; end = text.lastIndexOf(';', end - 1)) {
    const shorter = text.slice(0, end);
    if ((await serialized(connection, shorter)) === tree) return withoutSemicolon(connection, shorter);
    if (end === 0) break;
  }
  return text;
}

/** Names of all table functions in a syntax tree, lower case. */
function tableFunctions(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(tableFunctions);
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.values(node).flatMap(tableFunctions);
  const call = tableFunctionSchema.safeParse(node);
  return call.success ? [call.data.function.function_name.toLowerCase(), ...inner] : inner;
}

const tableFunctionSchema = z.object({
  type: z.literal('TABLE_FUNCTION'),
  function: z.object({ function_name: z.string() }),
});
