/** The queries of the benchmark: each as KQL and as the SQL that an expert writes for DuckDB by hand, side by side. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface QueryPair {
  readonly name: string;
  readonly kql: string;
  readonly sql: string;
  /** Columns whose arrays stand in no order, by a first line `-- sets: A, B` of the SQL. */
  readonly sets: readonly string[];
}

const folder = join(import.meta.dirname, 'queries');

/** Returns the pairs whose name holds `only`. */
export function queryPairs(only: string): QueryPair[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.kql') && file.includes(only))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.kql'.length);
      const sql = readFileSync(join(folder, `${name}.sql`), 'utf8').trim();
      const sets = /^-- sets: (.*)$/m.exec(sql)?.[1]?.split(', ') ?? [];
      return { name, kql: readFileSync(join(folder, file), 'utf8').trim(), sql, sets };
    });
}
