/** Functions that are loaded and registered in a database when a statement first calls one of their group. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { LateFunctions } from '../../kql/functions/lateFunctions.ts';
import { registerScalarFunctions } from './scalarFunctions.ts';

/** To be awaited before a statement runs on the connection. */
export type LateRegistration = (connection: DuckDBConnection, sql: string) => Promise<void>;

/** Returns the registration for one database. */
export function lateRegistration(groups: readonly LateFunctions[]): LateRegistration {
  const waiting = new Set(groups);
  return async (connection, sql) => {
    for (const group of waiting) {
      if (!sql.includes(group.prefix)) continue;
      const functions = await group.load();
      // Another statement may have come first while these loaded.
      if (waiting.delete(group)) registerScalarFunctions(connection, functions);
    }
  };
}
