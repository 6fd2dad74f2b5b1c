/** Runs the text of a `sql` cell into a result table. */
import {
  DuckDBIntervalValue,
  DuckDBTimestampValue,
  StatementType,
  type DuckDBConnection,
  type DuckDBPreparedStatement,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { KqlError } from '../../kql/errors.ts';
import { identifier, physicalNames } from '../../kql/sql/identifier.ts';
import { parseDatetime } from '../../kql/time/parseDatetime.ts';
import { parseTimespan } from '../../kql/time/parseTimespan.ts';
import { unixEpochTicks } from '../../kql/time/ticks.ts';
import type { Column, ParameterValue } from '../../kql/types.ts';
import { kustoColumns } from './friendly.ts';
import { sqlCellError } from './runtimeError.ts';
import { readStatement } from './sqlStatement.ts';

export type SqlCellOutcome =
  | { readonly ok: true; readonly columns: readonly Column[]; readonly rowCount: number }
  | { readonly ok: false; readonly error: KqlError };

/** Creates `table` (qualified and quoted) from the cell's statement; `$Name` means a parameter. Rejects only on stop. */
export async function runSqlCell(
  connection: DuckDBConnection,
  text: string,
  table: string,
  parameters: readonly ParameterValue[],
  signal: AbortSignal | undefined,
): Promise<SqlCellOutcome> {
  try {
    const statement = await readStatement(connection, text);
    if (!statement.ok) return statement;
    const described = await connection.prepare(text);
    if (described.statementType !== StatementType.SELECT) throw new Error('Only a SELECT gives a table.');
    const { columns, select } = kustoColumns(resultColumns(described));
    const bound = bindings(described, parameters);
    described.destroySync();
    if (!bound.ok) return { ok: false, error: atName(text, bound.missing) };
    const places = columns.map((_column, index) => `c${index}`).join(', ');
    const names = physicalNames(columns.map(({ name }) => name)).map(identifier);
    const created = await connection.runAndReadAll(
      `CREATE TABLE ${table} AS SELECT ${aliased(select, names)} FROM (\n${statement.sql}\n) AS q(${places})`,
      bound.values,
    );
    return { ok: true, columns, rowCount: Number(created.getRows()[0]?.[0] ?? 0) };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { ok: false, error: sqlCellError(error, text) };
  }
}

function aliased(select: readonly string[], names: readonly string[]): string {
  return select.map((sql, index) => `${sql} AS ${names[index] ?? identifier('')}`).join(', ');
}

/** Result columns; a repeated name gets a number, as Kusto does it. */
function resultColumns(statement: DuckDBPreparedStatement) {
  const taken = new Set<string>();
  return Array.from({ length: statement.columnCount }, (_unused, index) => {
    const written = statement.columnName(index);
    let name = written;
    for (let n = 1; taken.has(name); n++) name = `${written}${n}`;
    taken.add(name);
    return { name, type: statement.columnType(index) };
  });
}

type Bindings =
  | { readonly ok: true; readonly values: Record<string, DuckDBValue> | undefined }
  | { readonly ok: false; readonly missing: string };

function bindings(statement: DuckDBPreparedStatement, parameters: readonly ParameterValue[]): Bindings {
  if (statement.parameterCount === 0) return { ok: true, values: undefined };
  const values: Record<string, DuckDBValue> = {};
  for (let index = 1; index <= statement.parameterCount; index++) {
    const name = statement.parameterName(index);
    const parameter = parameters.find((known) => known.name.toLowerCase() === name.toLowerCase());
    if (!parameter) return { ok: false, missing: name };
    values[name] = friendlyParameter(parameter);
  }
  return { ok: true, values };
}

function friendlyParameter({ type, value }: ParameterValue): DuckDBValue {
  if (value === null) return null;
  if (typeof value === 'object') return JSON.stringify(value);
  const text = String(value);
  if (type === 'datetime') {
    const ticks = parseDatetime(text);
    return ticks === null ? null : new DuckDBTimestampValue((ticks - unixEpochTicks) / 10n);
  }
  if (type === 'timespan') {
    const ticks = parseTimespan(text);
    return ticks === null ? null : new DuckDBIntervalValue(0, 0, ticks / 10n);
  }
  if (type === 'long' || type === 'int') return BigInt(text);
  return type === 'dynamic' ? JSON.stringify(value) : value;
}

function atName(text: string, name: string): KqlError {
  const at = text.toLowerCase().indexOf(`$${name.toLowerCase()}`);
  return {
    kind: 'semantic',
    code: 'sql-parameter',
    message: `The notebook has no parameter named '${name}'. Declare it under \`params\` in the front matter.`,
    start: Math.max(at, 0),
    length: at < 0 ? text.length : name.length + 1,
  };
}
