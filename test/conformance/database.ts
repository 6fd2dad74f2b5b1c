/** A DuckDB prepared for translated queries, and results in the shape that the comparisons take. */
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { registerScalarFunctions } from '../../src/engine/local/scalarFunctions.ts';
import { jsFunctions } from '../../src/kql/functions/jsFunctions.ts';
import { lateFunctions } from '../../src/kql/functions/lateFunctions.ts';
import { functionMacros as engineMacros } from '../../src/kql/functions/macros.ts';
import { identifier, physicalNames } from '../../src/kql/sql/identifier.ts';
import { sqlTypes } from '../../src/kql/sql/literal.ts';
import { formatDatetime, formatTimespan } from '../../src/kql/time/ticks.ts';
import { translateWithProbes } from '../../src/kql/probing.ts';
import type { ProbedColumn } from '../../src/kql/probing.ts';
import { translate } from '../../src/kql/translate.ts';
import type { KqlError } from '../../src/kql/errors.ts';
import type { TranslatedQuery, Translation } from '../../src/kql/translation.ts';
import type { Column, ParameterValue, ScalarType, Schema, TableSchema } from '../../src/kql/types.ts';

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly unknown[])[];
}

export type Outcome =
  | { readonly ok: true; readonly tables: readonly Table[] }
  | { readonly ok: false; readonly error: KqlError; readonly sql?: string };

/** 2026-01-01T00:00:00Z. */
const nowTicks = 639_028_224_000_000_000n;

/** Opens an in-memory database with the functions and macros that translated queries call. */
export async function openDatabase(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  registerScalarFunctions(connection, jsFunctions);
  for (const { load } of lateFunctions) registerScalarFunctions(connection, await load());
  for (const macro of engineMacros) await connection.run(macro);
  await connection.run("SET TimeZone = 'UTC'");
  return connection;
}

/** Creates the table, empty. */
export async function createTable(connection: DuckDBConnection, table: TableSchema): Promise<void> {
  const names = physicalNames(table.columns.map(({ name }) => name));
  const columns = table.columns.map(({ type }, at) => `${identifier(names[at] ?? '')} ${sqlTypes[type]}`);
  await connection.run(`CREATE OR REPLACE TABLE ${identifier(table.name)} (${columns.join(', ')})`);
}

/** One object, for which the binder keeps its state. */
const noTables: Schema = { tables: [] };

/** Translates and runs a text; the tables of its statements, or the first error. */
export async function runKql(
  connection: DuckDBConnection,
  text: string,
  schema: Schema = noTables,
  parameters: readonly ParameterValue[] = [],
): Promise<Outcome> {
  let translation: Translation;
  try {
    translation = await translateWithProbes(
      { text, schema, parameters, nowTicks },
      (request) => Promise.resolve(translate(request)),
      async (sql) => (await connection.runAndReadAll(sql)).getRowObjects().map(probedColumn),
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, error: { kind: 'runtime', code: 'probe', message, start: 0, length: text.length } };
  }
  if (!translation.ok) {
    const [error] = translation.errors;
    if (error === undefined) throw new Error('a failed translation has an error');
    return { ok: false, error };
  }
  const tables: Table[] = [];
  for (const query of translation.queries) {
    try {
      tables.push(await runTranslated(connection, query));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const { start, length, sql } = query;
      return { ok: false, error: { kind: 'runtime', code: 'duckdb', message, start, length }, sql };
    }
  }
  return { ok: true, tables };
}

function probedColumn(row: Record<string, DuckDBValue>): ProbedColumn {
  return { name: String(row['name']), type: String(row['type']) };
}

/** Runs one statement of a translation; throws DuckDB's error. */
export async function runTranslated(connection: DuckDBConnection, query: TranslatedQuery): Promise<Table> {
  const reader = await connection.runAndReadAll(query.sql);
  const rows = reader
    .getRows()
    .map((row) => query.columns.map((column, at) => wireOf(row[at] ?? null, column.type)));
  return { columns: query.columns, rows };
}

function wireOf(value: DuckDBValue, type: ScalarType): unknown {
  if (value === null) return null;
  if (type === 'datetime' && typeof value === 'bigint') return formatDatetime(value);
  if (type === 'timespan' && typeof value === 'bigint') return formatTimespan(value);
  if (type === 'real' && typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (type === 'decimal') return Number(value.toString());
  if (typeof value === 'object') return value.toString();
  return value;
}
