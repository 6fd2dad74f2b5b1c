/** What a command is: the words that it is known by, and the rows that it answers. */
import type { Column, JsonValue, ScalarType } from '../../kql/types.ts';
import type { Database } from '../data/database.ts';
import type { Databases } from '../data/databases.ts';
import type { RunningQueries } from '../runningQueries.ts';

export interface CommandContext {
  readonly databases: Databases;
  /** The request's database. */
  readonly database: Database;
  readonly queries: RunningQueries;
  readonly version: string;
  /** When the server began. */
  readonly startedAt: Date;
  readonly signal: AbortSignal;
}

export interface CommandRows {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly JsonValue[])[];
}

/** Names that the command's text gives, in order; a list in parentheses gives several. */
export type CommandNames = readonly string[];

export interface Command {
  /**
   * The words, as documentation writes them: `NAME` stands for a name, `(NAMES)` for a list in parentheses, `(OPTIONS)`
   * for one that changes nothing here, `[...]` for words that may be left out, `a/b` for either.
   */
  readonly syntax: string;
  run(names: CommandNames, context: CommandContext): Promise<CommandRows> | CommandRows;
}

/** Returns columns from `name:type` pairs, as Kusto's own documentation writes schemas. */
export function columnsOf(schema: Readonly<Record<string, ScalarType>>): readonly Column[] {
  return Object.entries(schema).map(([name, type]) => ({ name, type }));
}
