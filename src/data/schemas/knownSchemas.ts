/** Tables whose column types are published: those of Defender XDR advanced hunting. */
import { z } from 'zod';
import { scalarTypes, type ScalarType } from '../../kql/types.ts';
import defenderTables from './defenderTables.json' with { type: 'json' };

const schemas = new Map(
  Object.entries(z.record(z.string(), z.record(z.string(), z.enum(scalarTypes))).parse(defenderTables)),
);

/** Returns the published type of each column of the table, by column name; undefined for a table that is not known. */
export function knownColumnTypes(table: string): ReadonlyMap<string, ScalarType> | undefined {
  const columns = schemas.get(table);
  return columns && new Map(Object.entries(columns));
}
