/** Conversions between Kusto's types, as the `to...()` functions, comparisons and packing do them. */
import type { SqlExpression } from '../expression.ts';
import { nullLiteral, sqlTypes, stringLiteral } from '../sql/literal.ts';
import type { ScalarType } from '../types.ts';

/** SQL of `value` as `type`; what does not convert is null, or the empty string. */
export function convert(value: SqlExpression, type: ScalarType): string {
  if (type === 'string' && value.text !== undefined) return `coalesce(${value.text}, '')`;
  if (value.type === type) return value.sql;
  if (value.constant === null) return nullLiteral(type);
  if (value.text !== undefined && (type === 'long' || type === 'int'))
    return wholeNumber(value.text, value.sql, type);
  return converters[type](value.sql, value.type);
}

/** The text of a member is mostly a whole number as it stands; only what is not is read by way of the value. */
function wholeNumber(text: string, sql: string, type: 'int' | 'long'): string {
  const whole = type === 'int' ? `TRY_CAST(kql_whole_text(${text}) AS INTEGER)` : `kql_whole_text(${text})`;
  return `coalesce(${whole}, CASE WHEN ${text} IS NOT NULL THEN ${converters[type](sql, 'dynamic')} END)`;
}

/** SQL of `value` as text, empty for null. */
export function textOf(value: SqlExpression): string {
  return convert(value, 'string');
}

/** SQL of `value` as the JSON that a dynamic holds; null stays null. */
export function jsonOf(value: SqlExpression): string {
  return convert(value, 'dynamic');
}

/** SQL of `value` as BIGINT. */
export function longOf(value: SqlExpression): string {
  return convert(value, 'long');
}

/** SQL of `value` as DOUBLE. */
export function realOf(value: SqlExpression): string {
  return convert(value, 'real');
}

type Converter = (sql: string, from: ScalarType) => string;

const converters: Readonly<Record<ScalarType, Converter>> = {
  string: toText,
  bool: toBool,
  int: toInt,
  long: toLong,
  real: toReal,
  decimal: toDecimal,
  datetime: toDatetime,
  timespan: toTimespan,
  guid: toGuid,
  dynamic: toDynamic,
};

function toText(sql: string, from: ScalarType): string {
  switch (from) {
    case 'string':
      return sql;
    case 'bool':
      return `CASE WHEN ${sql} IS NULL THEN '' WHEN ${sql} THEN 'True' ELSE 'False' END`;
    case 'real':
      return `kql_real_text(${sql})`;
    case 'decimal':
      return `kql_decimal_text(${sql})`;
    case 'datetime':
      return `coalesce(kql_format_datetime(${sql}), '')`;
    case 'timespan':
      return `coalesce(kql_format_timespan(${sql}), '')`;
    case 'dynamic':
      return `coalesce(${sql} ->> '$', '')`;
    case 'int':
    case 'long':
    case 'guid':
      return `coalesce(CAST(${sql} AS VARCHAR), '')`;
  }
}

function toBool(sql: string, from: ScalarType): string {
  if (from === 'string') return `kql_bool(${sql})`;
  if (from === 'dynamic') return `kql_bool_of_json(${sql})`;
  return `CAST(${sql} AS BOOLEAN)`;
}

function toLong(sql: string, from: ScalarType): string {
  switch (from) {
    case 'string':
      return `kql_long(${sql})`;
    case 'dynamic':
      return `kql_long_of_json(${sql})`;
    case 'real':
      return `kql_long_of_real(${sql})`;
    case 'decimal':
      return `TRY_CAST(trunc(${sql}) AS BIGINT)`;
    case 'guid':
      return nullLiteral('long');
    case 'bool':
    case 'int':
    case 'long':
    case 'datetime':
    case 'timespan':
      return `CAST(${sql} AS BIGINT)`;
  }
}

function toInt(sql: string, from: ScalarType): string {
  switch (from) {
    case 'string':
      return `TRY_CAST(kql_long(${sql}) AS INTEGER)`;
    case 'dynamic':
      return `kql_int_of_json(${sql})`;
    case 'real':
      return `kql_int_of_real(${sql})`;
    case 'bool':
      return `CAST(${sql} AS INTEGER)`;
    case 'guid':
      return nullLiteral('int');
    case 'decimal':
      return `TRY_CAST(trunc(${sql}) AS INTEGER)`;
    case 'int':
    case 'long':
    case 'datetime':
    case 'timespan':
      return `kql_int_of_long(${sql})`;
  }
}

function toReal(sql: string, from: ScalarType): string {
  if (from === 'string') return `kql_real(${sql})`;
  if (from === 'dynamic') return `kql_real_of_json(${sql})`;
  if (from === 'guid') return nullLiteral('real');
  return `CAST(${sql} AS DOUBLE)`;
}

function toDecimal(sql: string, from: ScalarType): string {
  if (from === 'guid') return nullLiteral('decimal');
  const source = from === 'dynamic' ? `(${sql} ->> '$')` : sql;
  return `TRY_CAST(${source} AS ${sqlTypes.decimal})`;
}

function toDatetime(sql: string, from: ScalarType): string {
  if (from === 'string') return `kql_parse_datetime(${sql})`;
  if (from === 'dynamic') return `kql_parse_datetime(coalesce(${sql} ->> '$', ''))`;
  return from === 'bool' || from === 'guid' ? nullLiteral('datetime') : `kql_datetime(${toLong(sql, from)})`;
}

function toTimespan(sql: string, from: ScalarType): string {
  if (from === 'string') return `kql_parse_timespan(${sql})`;
  if (from === 'dynamic') return `kql_parse_timespan(${sql} ->> '$')`;
  return from === 'bool' || from === 'guid' ? nullLiteral('timespan') : toLong(sql, from);
}

function toGuid(sql: string, from: ScalarType): string {
  if (from === 'string') return `kql_guid(${sql})`;
  return from === 'dynamic' ? `kql_guid(coalesce(${sql} ->> '$', ''))` : nullLiteral('guid');
}

function toDynamic(sql: string, from: ScalarType): string {
  switch (from) {
    case 'dynamic':
      return sql;
    case 'datetime':
      return `to_json(kql_format_datetime(${sql}))`;
    case 'timespan':
      return `to_json(kql_format_timespan(${sql}))`;
    case 'decimal':
      return `CASE WHEN ${sql} IS NOT NULL THEN to_json(kql_decimal_text(${sql})) END`;
    case 'guid':
      return `to_json(CAST(${sql} AS VARCHAR))`;
    case 'real':
      return `kql_json_of_real(${sql})`;
    case 'bool':
    case 'int':
    case 'long':
    case 'string':
      return `to_json(${sql})`;
  }
}

/** SQL of `value` in JSON text form inside an array or bag: `null` where it is null. */
export function jsonOrNullOf(value: SqlExpression): string {
  return value.type === 'string' ? `to_json(${value.sql})` : `coalesce(${jsonOf(value)}, ${jsonNull})`;
}

/** JSON's own null, which stands for a null inside arrays and bags. */
export const jsonNull = `CAST(${stringLiteral('null')} AS JSON)`;
