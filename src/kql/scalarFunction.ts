/** A scalar function written in JavaScript that the local engine registers in DuckDB: the last resort, per row. */

export type SqlType = 'BOOLEAN' | 'INTEGER' | 'BIGINT' | 'DOUBLE' | 'VARCHAR';
export type SqlValue = boolean | number | bigint | string | null;

export interface ScalarFunction {
  /** Name in SQL, prefixed `kql_`. */
  readonly name: string;
  readonly parameters: readonly SqlType[];
  readonly returns: SqlType;
  /** Receives SQL NULL as null; BIGINT as bigint. */
  readonly call: (...args: SqlValue[]) => SqlValue;
}
