/** Tests that are a query and its rows, one line each. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase, runKql } from '../conformance/database.ts';
import type { Table } from '../conformance/database.ts';
import type { JsonValue } from '../../src/kql/types.ts';

type Rows = readonly (readonly JsonValue[])[];

/** A query, the names of its columns, and its rows; whole numbers as numbers, dynamic values as JSON text. */
export type Golden = readonly [query: string, columns: string, rows: Rows];

/** What the test shows, the query, names and types of its columns, and its rows. */
export type TitledGolden = readonly [title: string, query: string, columns: string, rows: Rows];

/** A query, and what its error must say. */
export type Refusal = readonly [query: string, kind: string, message: RegExp];

/** Defines a test for each query. */
export function itGives(goldens: readonly Golden[], refusals: readonly Refusal[] = []): void {
  const database = sharedDatabase();
  for (const [query, columns, rows] of goldens) {
    it(titleOf(query), async () => {
      const table = await resultOf(database(), query);
      assert.equal(table.columns.map(({ name }) => name).join(' '), columns);
      assert.deepEqual(plainRows(table), rows);
    });
  }
  refuse(refusals, titleOf, database);
}

/** Defines a test for each, of the columns' types too; rows come in their order where `isOrdered`, else in any. */
export function testGoldens(goldens: readonly TitledGolden[], isOrdered = true): void {
  const database = sharedDatabase();
  for (const [title, query, columns, rows] of goldens) {
    it(title, async () => {
      const table = await resultOf(database(), query);
      assert.equal(table.columns.map(({ name, type }) => `${name}:${type}`).join(' '), columns);
      const plain = plainRows(table);
      assert.deepEqual(isOrdered ? plain : sorted(plain), isOrdered ? rows : sorted(rows));
    });
  }
}

/** Defines a test for each query: it is refused with this kind of error, and a message that matches. */
export function testRefusals(refusals: readonly Refusal[]): void {
  refuse(refusals, (query) => query.slice(query.lastIndexOf('|') + 1).trim(), sharedDatabase());
}

function refuse(
  refusals: readonly Refusal[],
  title: (query: string) => string,
  database: () => DuckDBConnection,
): void {
  for (const [query, kind, message] of refusals) {
    it(`refuses ${title(query)}`, async () => {
      const outcome = await runKql(database(), query);
      assert.ok(!outcome.ok, 'an error was expected');
      assert.equal(outcome.error.kind, kind);
      assert.match(outcome.error.message, message);
    });
  }
}

/** A database for the tests of the block that this is called in. */
function sharedDatabase(): () => DuckDBConnection {
  let connection: DuckDBConnection | undefined;
  before(async function () {
    this.timeout(60_000);
    connection = await openDatabase();
  });
  after(() => connection?.closeSync());
  return () => {
    assert.ok(connection);
    return connection;
  };
}

async function resultOf(connection: DuckDBConnection, query: string): Promise<Table> {
  const outcome = await runKql(connection, query);
  if (!outcome.ok) {
    assert.fail(`${outcome.error.kind}: ${outcome.error.message}\n${outcome.sql ?? ''}`);
  }
  const table = outcome.tables.at(-1);
  assert.ok(table, 'a table was expected');
  return table;
}

function plainRows({ rows }: Table): unknown[][] {
  return rows.map((row) => row.map((cell) => (typeof cell === 'bigint' ? Number(cell) : cell)));
}

function sorted(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

function titleOf(query: string): string {
  const line = query.replace(/\s+/g, ' ').trim();
  return line.length <= 120 ? line : `...${line.slice(-117)}`;
}
