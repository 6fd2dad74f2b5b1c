/** What DuckDB says when a query fails, and what the hunter reads: never our SQL. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { runtimeError } from '../../src/engine/local/runtimeError.ts';
import { openDatabase } from '../conformance/database.ts';

/** SQL that fails while running, the code of its failure, and words of the message. */
const failing: readonly (readonly [sql: string, code: string, says: RegExp])[] = [
  [
    `SELECT s::INTEGER FROM (VALUES ('abc')) t(s)`,
    'conversion',
    /^The text 'abc' cannot be read as an int\.$/,
  ],
  [`SELECT s::UUID FROM (VALUES ('abc')) t(s)`, 'conversion', /'abc'/],
  [`SELECT s::INTEGER FROM (VALUES (99999999999)) t(s)`, 'overflow', /too large/],
  [`SELECT s + s FROM (VALUES (9223372036854775807)) t(s)`, 'overflow', /too large/],
  [`SELECT abs(s) FROM (VALUES ((-9223372036854775808)::BIGINT)) t(s)`, 'overflow', /too large/],
  [`SELECT s::DECIMAL(38, 10) FROM (VALUES (1e30)) t(s)`, 'overflow', /too large/],
  [`SELECT s::DECIMAL(38, 10) * s::DECIMAL(38, 10) FROM (VALUES (1e20)) t(s)`, 'overflow', /too large/],
  [`SELECT stddev(s) FROM (VALUES ('infinity'::DOUBLE), (1)) t(s)`, 'overflow', /statistic/],
  [`SELECT s::JSON FROM (VALUES ('{bad')) t(s)`, 'json', /JSON/],
  [`SELECT json_extract(s, '$.a') FROM (VALUES ('{bad')) t(s)`, 'json', /JSON/],
  [`SELECT json_extract('{}', s) FROM (VALUES ('$.[bad')) t(s)`, 'json', /JSON/],
  [`SELECT regexp_matches('a', s) FROM (VALUES ('(')) t(s)`, 'regex', /missing \)/],
  [`SELECT regexp_matches('a', s) FROM (VALUES ('a{99999}')) t(s)`, 'regex', /repetition/],
  [`SELECT regexp_matches('a', s) FROM (VALUES ('(?=a)')) t(s)`, 'regex', /Lookaround/],
  [`SELECT regexp_matches('a', repeat('((a{100}){100}){100}', 1))`, 'regex', /too large|repetition/],
  [`SELECT make_timestamp(s) FROM (VALUES (9223372036854775807)) t(s)`, 'datetime-range', /datetime/],
  [
    `SELECT TIMESTAMP '2020-01-01' + INTERVAL (s) DAY FROM (VALUES (2000000000)) t(s)`,
    'datetime-range',
    /range/,
  ],
  [`SELECT repeat('abc', s) FROM (VALUES (99999999999)) t(s)`, 'too-large', /text or an array/],
  [`SELECT list_resize([1], s) FROM (VALUES (99999999999)) t(s)`, 'too-large', /array/],
  [`SELECT range(s) FROM (VALUES (99999999999)) t(s)`, 'too-large', /array/],
  [`SELECT from_base64(s) FROM (VALUES ('!')) t(s)`, 'conversion', /decoded/],
  [`SELECT unhex(s) FROM (VALUES ('xyz')) t(s)`, 'conversion', /decoded/],
  [`SELECT decode(s) FROM (VALUES ('\\xFF'::BLOB)) t(s)`, 'encoding', /UTF-8/],
  [`SELECT ln(s) FROM (VALUES (-1)) t(s)`, 'domain', /logarithm/],
  [`SELECT (SELECT s FROM (VALUES (1), (2)) t(s))`, 'several-rows', /several rows/],
  [`SELECT ${'abs('.repeat(1500)}1${')'.repeat(1500)}`, 'too-deep', /nested/],
  [`SELECT * FROM read_csv('/no/such/file.csv')`, 'file', /file/],
  [`SELECT * FROM missing_table`, 'engine', /fault of the engine/],
  [`SELECT nope(1)`, 'engine', /fault of the engine/],
  [`SELECT (`, 'engine', /fault of the engine/],
  [`SELECT error('The bag has too many members.')`, 'invalid-input', /^The bag has too many members\.$/],
  [`SELECT error('f() of a shape is not supported by the local engine.')`, 'unsupported', /Fabric/],
  [`SELECT error('kql_f(VARCHAR) at /opt/app/x.ts')`, 'runtime', /failed while running/],
  [`SELECT error('Cannot read properties of undefined (reading ''a'')')`, 'runtime', /failed while running/],
];

describe('failures of the local engine', () => {
  let connection: DuckDBConnection;
  before(async () => (connection = await openDatabase()));
  after(() => connection.closeSync());

  for (const [sql, code, says] of failing) {
    it(`${code}: ${sql.slice(0, 70)}`, async () => {
      const failure = await connection.runAndReadAll(sql).then(
        () => assert.fail('it runs'),
        (error: unknown) => error,
      );
      const error = runtimeError(failure, 3, 5);
      assert.equal(error.code, code, String(failure));
      assert.match(error.message, says);
      assert.doesNotMatch(error.message, /SELECT|INT32|INT64|kql_|LINE \d|\/no\/such|\/opt/);
      assert.deepEqual([error.start, error.length], [3, 5]);
      assert.equal(error.kind, code === 'unsupported' || code === 'too-deep' ? 'unsupported' : 'runtime');
    });
  }

  it('reads failures of memory, disk and files, which a test cannot cause', () => {
    const read = (message: string): string => runtimeError(new Error(message), 0, 1).code;
    assert.equal(
      read('Out of Memory Error: could not allocate block of size 256.0 KiB (9.5 MiB/9.5 MiB used)'),
      'out-of-memory',
    );
    assert.equal(
      read('Out of Memory Error: failed to offload data block of size 32.0 KiB (0 bytes/0 bytes used).'),
      'disk-full',
    );
    assert.equal(read('IO Error: Could not write file "/tmp/x": No space left on device'), 'disk-full');
    assert.equal(
      read('Permission Error: Cannot access file "/etc/passwd" - file system operations are disabled'),
      'no-file-access',
    );
    assert.equal(read('INTERNAL Error: Attempted to access index 3 within vector of size 3'), 'engine');
    assert.equal(
      read('FATAL Error: Failed: database has been invalidated because of a previous fatal error.'),
      'engine-stopped',
    );
    assert.equal(read('INTERRUPT Error: Interrupted!'), 'stopped');
    assert.equal(read('a message of no known kind from /usr/lib/libduckdb.so'), 'runtime');
  });
});
