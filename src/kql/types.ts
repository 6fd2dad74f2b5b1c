/** Kusto's scalar types, tables and values, as every room speaks of them. */

export const scalarTypes = [
  'bool',
  'int',
  'long',
  'real',
  'decimal',
  'string',
  'guid',
  'datetime',
  'timespan',
  'dynamic',
] as const;

export type ScalarType = (typeof scalarTypes)[number];

export interface Column {
  readonly name: string;
  readonly type: ScalarType;
}

export interface TableSchema {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** A function that a database stores. */
export interface FunctionSchema {
  readonly name: string;
  /** As Kusto writes them: `(T:(*), days:long=7)`. */
  readonly parameters: string;
  /** In braces, as Kusto writes it. */
  readonly body: string;
}

/** The tables and stored functions that a query can name. */
export interface Schema {
  readonly tables: readonly TableSchema[];
  readonly functions?: readonly FunctionSchema[];
}

export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * A value outside DuckDB: in pages sent to the grid, in CLI output, in stored findings.
 * bool: boolean · int, long: number, or decimal text past 2^53 · real: number, or `"NaN"`, `"Infinity"`,
 * `"-Infinity"` · decimal, guid: text · datetime: ISO text with 7 fraction digits and `Z` ·
 * timespan: Kusto text (`1.02:03:04.5000000`) · dynamic: the JSON value · null of any type: null.
 */
export type WireValue = JsonValue;

/** A notebook or query parameter, declared to the query as if by `declare query_parameters`. */
export interface ParameterValue {
  readonly name: string;
  readonly type: ScalarType;
  readonly value: WireValue;
}
