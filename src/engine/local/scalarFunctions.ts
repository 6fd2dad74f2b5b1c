/** Registers the translator's JavaScript functions in DuckDB. */
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBScalarFunction,
  INTEGER,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { ScalarFunction, SqlType, SqlValue } from '../../kql/scalarFunction.ts';

const types: Readonly<Record<SqlType, DuckDBType>> = { BOOLEAN, INTEGER, BIGINT, DOUBLE, VARCHAR };

/** Makes the functions callable from every connection of the database; an exception in one fails its query. */
export function registerScalarFunctions(
  connection: DuckDBConnection,
  functions: readonly ScalarFunction[],
): void {
  for (const { name, parameters, returns, call } of functions) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        returnType: types[returns],
        parameterTypes: parameters.map((parameter) => types[parameter]),
        specialHandling: true, // NULL arguments reach the function, which decides what they mean
        mainFunction: (invocation, input, output) => {
          try {
            const columns = parameters.map((_parameter, index) => input.getColumnValues(index).map(sqlValue));
            for (let row = 0; row < input.rowCount; row++) {
              output.setItem(row, call(...columns.map((column) => column[row] ?? null)));
            }
            output.flush();
          } catch (error) {
            invocation.setError(error instanceof Error ? error.message : String(error));
          }
        },
      }),
    );
  }
}

function sqlValue(value: DuckDBValue): SqlValue {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return value;
  return null;
}
