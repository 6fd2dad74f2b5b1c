import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { jsonLiteral, longLiteral, realLiteral, stringLiteral } from '../../../src/kql/sql/literal.ts';
import { openDatabase, sqlValue } from './database.ts';

describe('SQL literals', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => {
    connection.closeSync();
  });

  const hostile = [
    "'; DROP TABLE t; --",
    "\\'",
    'a\0b',
    '\0',
    "''",
    '$$',
    "e'\\n'",
    '\u2028\u202e',
    '\ud83d\ude00',
    '/* */ -- \r\n',
    '',
  ];
  for (const text of hostile) {
    it(`give back ${JSON.stringify(text)}`, async () => {
      assert.equal(await sqlValue(connection, stringLiteral(text)), text);
    });
  }

  it('give back any text, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        assert.equal(await sqlValue(connection, stringLiteral(text)), text);
      }),
    );
  });

  it('write a lone surrogate, which UTF-8 lacks, as U+FFFD', async () => {
    assert.equal(await sqlValue(connection, stringLiteral('a\ud800b')), 'a\uFFFDb');
  });

  it('give back any long', async () => {
    const longs = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    await fc.assert(
      fc.asyncProperty(longs, async (value) => {
        assert.equal(await sqlValue(connection, longLiteral(value)), value);
      }),
    );
  });

  it('give back any real', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double(), async (value) => {
        assert.ok(Object.is(await sqlValue(connection, realLiteral(value)), value));
      }),
    );
  });

  it('give back any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const sql = jsonLiteral(value === null ? {} : (JSON.parse(JSON.stringify(value)) as never));
        const text = await sqlValue(connection, sql);
        assert.deepEqual(JSON.parse(String(text)), value === null ? {} : JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
