/** Queries with the columns and rows that they must have, as tests. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase, runKql } from '../../conformance/database.ts';
import type { Outcome } from '../../conformance/database.ts';
import type { JsonValue } from '../../../src/kql/types.ts';

/** What the test shows, the query, names and types of its columns, and its rows. */
export type Golden = readonly [
  title: string,
  query: string,
  columns: string,
  rows: readonly (readonly JsonValue[])[],
];

/** Defines a test for each; rows come in their order where `isOrdered`, else in any. */
export function testGoldens(goldens: readonly Golden[], isOrdered = true): void {
  let connection: DuckDBConnection;
  before(async function () {
    this.timeout(60_000);
    connection = await openDatabase();
  });
  after(() => connection.closeSync());
  for (const [title, query, columns, rows] of goldens) {
    it(title, async () => {
      const outcome = await runKql(connection, query);
      assert(outcome.ok, failure(outcome));
      const table = outcome.tables.at(-1);
      assert.equal(table?.columns.map(({ name, type }) => `${name}:${type}`).join(' '), columns);
      const plain = table.rows.map((row) => row.map((v) => (typeof v === 'bigint' ? Number(v) : v)));
      assert.deepEqual(isOrdered ? plain : sorted(plain), isOrdered ? rows : sorted(rows));
    });
  }
}

/** Defines a test for each query: it is refused with this kind of error, and a message that matches. */
export function testRefusals(
  refusals: readonly (readonly [query: string, kind: string, message: RegExp])[],
): void {
  let connection: DuckDBConnection;
  before(async function () {
    this.timeout(60_000);
    connection = await openDatabase();
  });
  after(() => connection.closeSync());
  for (const [query, kind, message] of refusals) {
    it(`refuses ${query.slice(query.lastIndexOf('|') + 1).trim()}`, async () => {
      const outcome = await runKql(connection, query);
      assert(!outcome.ok);
      assert.equal(outcome.error.kind, kind);
      assert.match(outcome.error.message, message);
    });
  }
}

function sorted(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

function failure(outcome: Outcome): string {
  return outcome.ok ? '' : `${outcome.error.message}\n${outcome.sql ?? ''}`;
}
