/**
 * Rows of another engine become a result of the session. They arrive as JSON text, wait in a table of one column, and
 * are read by DuckDB when all are there: no value passes through JavaScript's numbers, and DuckDB spills what is large.
 */
import { DuckDBDataChunk, VARCHAR } from '@duckdb/node-api';
import { identifier, physicalNames } from '../../kql/sql/identifier.ts';
import { nullLiteral, stringLiteral } from '../../kql/sql/literal.ts';
import type { Column, ScalarType } from '../../kql/types.ts';
import type { ResultTable } from '../result.ts';
import { resultTableName } from './localResult.ts';
import { rowsOf } from './rows.ts';
import { resultSchema, type SessionDatabase } from './sessionDatabase.ts';
import { fromText } from './textConversion.ts';

/** Size of DuckDB's vectors. */
const chunkRows = 2048;

export interface LandedColumn extends Column {
  /** Where the value stands in a row: its place in an array, or its member's name in an object. */
  readonly source: number | string;
}

/** A result, and in how many of its values the text was no value of the column's type, which are null. */
export interface Landed {
  readonly table: ResultTable;
  readonly misread: readonly { readonly column: string; readonly count: number }[];
}

export interface Landing {
  /** Rows added so far. */
  readonly rowCount: number;
  /** Adds rows, each the text of a JSON array or object. */
  append(rows: readonly string[], signal?: AbortSignal): Promise<void>;
  /** Makes the result, rows in their order. Rejects where a row is no JSON. */
  finish(columns: readonly LandedColumn[], cut?: ResultTable['cut'], signal?: AbortSignal): Promise<Landed>;
  /** Drops the rows of a result that nobody finishes. */
  discard(): Promise<void>;
}

/** Begins to land the result that `made` makes of the table `name`. */
export async function openLanding(
  database: SessionDatabase,
  name: string,
  made: (columns: readonly Column[], rowCount: number, cut: ResultTable['cut']) => ResultTable,
): Promise<Landing> {
  const waiting = `${name} landing`;
  const staging = `${resultSchema}.${identifier(waiting)}`;
  const run = (sql: string, signal?: AbortSignal) =>
    database.queries.run((connection) => rowsOf(connection, sql), signal);
  await run(`CREATE TABLE ${staging} ("row" VARCHAR)`);
  let rowCount = 0;
  const discard = async (): Promise<void> => {
    await run(`DROP TABLE IF EXISTS ${staging}`);
  };
  return {
    get rowCount() {
      return rowCount;
    },
    discard,
    append: (rows, signal) =>
      database.queries.run(async (connection) => {
        const appender = await connection.createAppender(waiting, resultSchema);
        try {
          for (let start = 0; start < rows.length; start += chunkRows) {
            const part = rows.slice(start, start + chunkRows).map((row) => [wellFormedJson(row)]);
            const chunk = DuckDBDataChunk.create([VARCHAR], part.length);
            chunk.setRows(part);
            appender.appendDataChunk(chunk);
          }
        } finally {
          appender.closeSync();
        }
        rowCount += rows.length;
      }, signal),
    async finish(columns, cut, signal) {
      try {
        const names = physicalNames(columns.map((column) => column.name)).map(identifier);
        await run(
          `CREATE TABLE ${resultTableName(name)} AS SELECT ${typed(columns, names)} FROM (${texts(columns, staging)})`,
          signal,
        );
        const misread = await misreadValues(columns, (sql) => run(sql, signal), staging);
        const plain = columns.map((column): Column => ({ name: column.name, type: column.type }));
        return { table: made(plain, rowCount, cut), misread };
      } finally {
        await discard();
      }
    },
  };
}

/** The columns' texts as a list `v`, each row parsed once. */
function texts(columns: readonly LandedColumn[], staging: string): string {
  const paths = columns.map(({ source }) => stringLiteral(jsonPath(source)));
  return `SELECT json_extract_string("row", [${paths.join(', ')}]) AS v FROM ${staging} ORDER BY rowid`;
}

/** A JSON pointer, which any member name can be written in, but `$[n]` for places. */
function jsonPath(source: number | string): string {
  if (typeof source === 'number') return `$[${source}]`;
  return `/${source.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function typed(columns: readonly LandedColumn[], names: readonly string[]): string {
  const values = columns.map(
    ({ type }, index) => `${physicalValue(`v[${index + 1}]`, type)} AS ${names[index] ?? ''}`,
  );
  return values.length === 0 ? 'NULL AS " "' : values.join(', ');
}

function physicalValue(text: string, type: ScalarType): string {
  // JSON's null inside a text is a dynamic null, too.
  const value =
    type === 'dynamic' ? `nullif(${fromText(text, type)}::VARCHAR, 'null')::JSON` : fromText(text, type);
  return `coalesce(${value}, ${nullLiteral(type)})`;
}

/** Counts texts that are no value of their column's type. */
async function misreadValues(
  columns: readonly LandedColumn[],
  run: (sql: string) => Promise<readonly Record<string, unknown>[]>,
  staging: string,
): Promise<Landed['misread']> {
  const suspects = columns
    .map((column, index) => ({ ...column, text: `v[${index + 1}]` }))
    .filter(({ type }) => type !== 'string' && type !== 'dynamic');
  if (suspects.length === 0) return [];
  const counts = suspects.map(
    ({ text, type }, index) =>
      `count(*) FILTER (${text} <> '' AND (${fromText(text, type)}) IS NULL) AS ${identifier(`n${index}`)}`,
  );
  const [row] = await run(`SELECT ${counts.join(', ')} FROM (${texts(columns, staging)})`);
  return suspects.flatMap(({ name: column }, index) => {
    const count = Number(row?.[`n${index}`] ?? 0);
    return count === 0 ? [] : [{ column, count }];
  });
}

/** Half of a pair of code units, escaped, is JSON to JavaScript and no text to DuckDB. */
function wellFormedJson(row: string): string {
  if (!/\\u[dD][89a-fA-F]/.test(row)) return row;
  return row.replace(
    /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/g,
    (escape) => (/^\\u[dD][89a-fA-F]..$/.test(escape) ? '\\ufffd' : escape),
  );
}
