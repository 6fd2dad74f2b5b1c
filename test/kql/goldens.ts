/** Tests that are a query and its rows, one line each. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase, runKql } from '../conformance/database.ts';
import type { JsonValue } from '../../src/kql/types.ts';

/** A query, the names of its columns, and its rows; whole numbers as numbers, dynamic values as JSON text. */
export type Golden = readonly [query: string, columns: string, rows: readonly (readonly JsonValue[])[]];

/** A query, and what its error must say. */
export type Refusal = readonly [query: string, kind: string, message: RegExp];

/** Defines a test for each query. */
export function itGives(goldens: readonly Golden[], refusals: readonly Refusal[] = []): void {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => {
    connection.closeSync();
  });
  for (const [query, columns, rows] of goldens) {
    it(titleOf(query), async () => {
      const outcome = await runKql(connection, query);
      if (!outcome.ok) assert.fail(`${outcome.error.kind}: ${outcome.error.message}`);
      const table = outcome.tables.at(-1);
      assert.ok(table, 'a table was expected');
      assert.equal(table.columns.map(({ name }) => name).join(' '), columns);
      assert.deepEqual(
        table.rows.map((row) => row.map((cell) => (typeof cell === 'bigint' ? Number(cell) : cell))),
        rows,
      );
    });
  }
  for (const [query, kind, message] of refusals) {
    it(`refuses ${titleOf(query)}`, async () => {
      const outcome = await runKql(connection, query);
      assert.ok(!outcome.ok, 'an error was expected');
      assert.equal(outcome.error.kind, kind);
      assert.match(outcome.error.message, message);
    });
  }
}

function titleOf(query: string): string {
  const line = query.replace(/\s+/g, ' ').trim();
  return line.length <= 120 ? line : `...${line.slice(-117)}`;
}
