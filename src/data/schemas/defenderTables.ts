/** The tables of Defender XDR's advanced hunting, whose service tells no schema. */
import { z } from 'zod';
import { scalarTypes, type TableSchema } from '../../kql/types.ts';
import published from './defenderTables.json' with { type: 'json' };

const tables = z.record(z.string(), z.record(z.string(), z.enum(scalarTypes)));

/** Returns the tables as Microsoft publishes them. */
export function defenderTables(): readonly TableSchema[] {
  return Object.entries(tables.parse(published)).map(([name, columns]) => ({
    name,
    columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
  }));
}
