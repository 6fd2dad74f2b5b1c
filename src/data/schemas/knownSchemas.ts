/** Tables whose column types are published: those of Defender XDR advanced hunting, and of Sentinel. */
import { z } from 'zod';
import { scalarTypes, type ScalarType } from '../../kql/types.ts';
import defenderTables from './defenderTables.json' with { type: 'json' };
import sentinelTables from './sentinelTables.json' with { type: 'json' };

type Types = ReadonlyMap<string, ScalarType>;

const published = z.record(z.string(), z.record(z.string(), z.enum(scalarTypes)));
let schemas: ReadonlyMap<string, Types> | undefined;

/**
 * Returns the published type of each column of the table, by column name; undefined for a table that is not known. Where
 * both services have the table, Sentinel's columns follow those that Defender has.
 */
export function knownColumnTypes(table: string): Types | undefined {
  schemas ??= readSchemas();
  return schemas.get(table);
}

function readSchemas(): ReadonlyMap<string, Types> {
  const tables = new Map<string, Map<string, ScalarType>>();
  for (const file of [defenderTables, sentinelTables]) {
    for (const [table, columns] of Object.entries(published.parse(file))) {
      const known = tables.get(table) ?? new Map<string, ScalarType>();
      tables.set(table, known);
      for (const [column, type] of Object.entries(columns)) if (!known.has(column)) known.set(column, type);
    }
  }
  return tables;
}
