/** Whatever text the user writes stays text: it reaches the result unchanged and never the SQL's grammar. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { createTable, openDatabase, runKql } from '../conformance/database.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom("'; DROP TABLE t; --", '"', "''", '\0', '$1', '\\', '/* */', '%s', 'é\u0301', '\u{1F600}'),
);

/** The text as a KQL string literal. */
function quoted(text: string): string {
  return `'${text.replace(/[\\'"\n\r\0\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}'`;
}

describe('hostile text', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
    await createTable(connection, { name: 't', columns: [{ name: 's', type: 'string' }] });
  });
  after(() => connection.closeSync());

  it('comes back as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const outcome = await runKql(connection, `print s = ${quoted(text)}`);
        assert(outcome.ok, outcome.ok ? '' : outcome.error.message);
        const wellFormed = text.replace(
          /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g,
          '\uFFFD',
        );
        assert.equal(outcome.tables[0]?.rows[0]?.[0], wellFormed);
      }),
      { numRuns: 60 },
    );
  });

  it('names columns as it was written', async () => {
    for (const name of ['a"b', "a'; --", 'x y', 'select', 'é', '"']) {
      const outcome = await runKql(
        connection,
        `print [${quoted(name)}] = 1 | extend [${quoted(`${name}2`)}] = 2`,
      );
      assert(outcome.ok, outcome.ok ? '' : outcome.error.message);
      assert.deepEqual(
        outcome.tables[0]?.columns.map((column) => column.name),
        [name, `${name}2`],
      );
    }
  });

  it('comes in as a parameter and stays a value', async () => {
    const value = '\'; DROP TABLE t; --\0"';
    const outcome = await runKql(connection, 'print p', { tables: [] }, [
      { name: 'p', type: 'string', value },
    ]);
    assert(outcome.ok, outcome.ok ? '' : outcome.error.message);
    assert.equal(outcome.tables[0]?.rows[0]?.[0], value);
  });
});
