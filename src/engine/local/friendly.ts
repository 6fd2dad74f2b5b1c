/** The tables as `sql` cells see them, and DuckDB's types back to Kusto's. */
import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { identifier, physicalNames } from '../../kql/sql/identifier.ts';
import { unixEpochTicks } from '../../kql/time/ticks.ts';
import type { Column, ScalarType, TableSchema } from '../../kql/types.ts';
import { friendlySchema } from './sessionDatabase.ts';

/**
 * Returns SQL for the view of a table in a `sql` cell. Datetimes are TIMESTAMP in UTC, timespans INTERVAL; both hold
 * microseconds, so the last digit of a tick is cut (TIMESTAMP_NS would keep it, but only for the years 1678 to 2261).
 */
export function friendlyView(table: TableSchema): string {
  const names = physicalNames(table.columns.map(({ name }) => name));
  const columns = table.columns.map(({ type }, index) => {
    const name = identifier(names[index] ?? '');
    return `${friendlyValue(name, type)} AS ${name}`;
  });
  return `CREATE OR REPLACE VIEW ${friendlySchema}.${identifier(table.name)} AS
    SELECT ${columns.join(', ')} FROM main.${identifier(table.name)}`;
}

function friendlyValue(column: string, type: ScalarType): string {
  if (type === 'datetime') return `make_timestamp((${column} - ${unixEpochTicks}) // 10)`;
  if (type === 'timespan') return `to_microseconds(${column} // 10)`;
  return column;
}

export interface KustoColumn {
  readonly type: ScalarType;
  /** SQL of the physical value. */
  readonly sql: string;
}

const text = (column: string): string => `coalesce(${column}::VARCHAR, '')`;
const ticks = (column: string): string =>
  `CASE WHEN isfinite(${column}::TIMESTAMP) THEN epoch_us(${column}::TIMESTAMP) * 10 + ${unixEpochTicks} END`;

type Conversion = readonly [ScalarType, (column: string) => string];

const asIs = (column: string): string => column;
const castTo =
  (type: string) =>
  (column: string): string =>
    `${column}::${type}`;
const toJson = (column: string): string => `to_json(${column})`;

const int: Conversion = ['int', castTo('INTEGER')];
const long: Conversion = ['long', castTo('BIGINT')];
const decimal: Conversion = ['decimal', castTo('DECIMAL(38, 0)')];
const real: Conversion = ['real', castTo('DOUBLE')];
const datetime: Conversion = ['datetime', ticks];
const dynamic: Conversion = ['dynamic', toJson];

/** Kusto type and physical value of each of DuckDB's types; a type that is not here is shown as its text. */
const conversions: Readonly<Partial<Record<DuckDBTypeId, Conversion>>> = {
  [DuckDBTypeId.BOOLEAN]: ['bool', asIs],
  [DuckDBTypeId.TINYINT]: int,
  [DuckDBTypeId.SMALLINT]: int,
  [DuckDBTypeId.INTEGER]: int,
  [DuckDBTypeId.UTINYINT]: int,
  [DuckDBTypeId.USMALLINT]: int,
  [DuckDBTypeId.UINTEGER]: long,
  [DuckDBTypeId.BIGINT]: long,
  [DuckDBTypeId.HUGEINT]: long, // what sum() of integers gives
  [DuckDBTypeId.UBIGINT]: decimal,
  [DuckDBTypeId.UHUGEINT]: decimal,
  [DuckDBTypeId.BIGNUM]: decimal,
  [DuckDBTypeId.DECIMAL]: ['decimal', asIs],
  [DuckDBTypeId.FLOAT]: real,
  [DuckDBTypeId.DOUBLE]: real,
  [DuckDBTypeId.UUID]: ['guid', asIs],
  [DuckDBTypeId.DATE]: datetime,
  [DuckDBTypeId.TIMESTAMP]: datetime,
  [DuckDBTypeId.TIMESTAMP_S]: datetime,
  [DuckDBTypeId.TIMESTAMP_MS]: datetime,
  [DuckDBTypeId.TIMESTAMP_NS]: datetime,
  [DuckDBTypeId.TIMESTAMP_TZ]: datetime,
  [DuckDBTypeId.INTERVAL]: ['timespan', (column) => `(epoch(${column}) * 1000000)::BIGINT * 10`],
  [DuckDBTypeId.LIST]: dynamic,
  [DuckDBTypeId.ARRAY]: dynamic,
  [DuckDBTypeId.STRUCT]: dynamic,
  [DuckDBTypeId.MAP]: dynamic,
  [DuckDBTypeId.UNION]: dynamic,
  [DuckDBTypeId.VARIANT]: dynamic,
};

/** Returns the Kusto type of a column of a `sql` cell's result, and SQL for its physical value. */
export function kustoColumn(column: string, duckType: DuckDBType): KustoColumn {
  if (duckType.alias === 'JSON') return { type: 'dynamic', sql: column };
  const [type, convert] = conversions[duckType.typeId] ?? ['string', text];
  return { type, sql: convert(column) };
}

/** The same for a type that is known by its name in SQL, as `DESCRIBE` gives it. */
export function kustoColumnOfName(column: string, typeName: string): KustoColumn {
  if (typeName === 'JSON') return { type: 'dynamic', sql: column };
  if (typeName.endsWith(']') || /^(STRUCT|MAP|UNION|VARIANT)\b/.test(typeName)) {
    return { type: 'dynamic', sql: toJson(column) };
  }
  const name = typeName === 'TIMESTAMP WITH TIME ZONE' ? 'TIMESTAMP_TZ' : typeName.replace(/\(.*$/, '');
  const known = Object.entries(DuckDBTypeId).find(([key]) => key === name)?.[1];
  const conversion = typeof known === 'number' ? conversions[known] : undefined;
  const [type, convert] = conversion ?? ['string', text];
  return { type, sql: convert(column) };
}

/** Returns the physical columns of a result with these names and types, quoted as `q.<place>`. */
export function kustoColumns(columns: readonly { readonly name: string; readonly type: DuckDBType }[]): {
  readonly columns: readonly Column[];
  readonly select: readonly string[];
} {
  const converted = columns.map(({ type }, index) => kustoColumn(`q.c${index}`, type));
  return {
    columns: columns.map(({ name }, index) => ({ name, type: converted[index]?.type ?? 'string' })),
    select: converted.map(({ sql }) => sql),
  };
}
