/** The tables of a reply: results that stay in DuckDB, or the few rows of a command. */
import { LocalResult } from '../../engine/local/localResult.ts';
import type { ResultTable } from '../../engine/result.ts';
import type { Render } from '../../kql/translation.ts';
import type { Column, JsonValue } from '../../kql/types.ts';

export interface ReplyTable {
  readonly columns: readonly Column[];
  readonly rowCount: number;
  readonly render?: Render;
  /** Returns the JSON array of each row from `offset` on, `limit` at most. */
  rows(offset: number, limit: number, signal: AbortSignal): Promise<readonly string[]>;
}

/** Returns the result of a query as a table of a reply; it must outlive the reply. */
export function resultReply(table: ResultTable, render: Render | undefined): ReplyTable {
  if (!(table instanceof LocalResult)) throw new Error('Only results of the local engine are served.');
  return {
    columns: table.columns,
    rowCount: table.rowCount,
    ...(render && { render }),
    rows: (offset, limit, signal) => table.jsonRows(offset, limit, signal),
  };
}

/** Returns rows in memory as a table of a reply. */
export function smallReply(columns: readonly Column[], rows: readonly (readonly JsonValue[])[]): ReplyTable {
  return {
    columns,
    rowCount: rows.length,
    rows: (offset, limit) =>
      Promise.resolve(rows.slice(offset, offset + limit).map((row) => JSON.stringify(row))),
  };
}
