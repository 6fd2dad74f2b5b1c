import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringLiteral } from '../../src/kql/sql/literal.ts';
import { columns, onlyTable, openSession, rowsIn, translator, type Session } from './sessions.ts';

const endless = 'SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b';

describe('the local engine', () => {
  let session: Session;
  before(async () => {
    session = await openSession({
      kql: translator({
        one: { sql: 'SELECT 1::BIGINT', columns: columns({ N: 'long' }), publishAs: 'One' },
        endless: { sql: endless, columns: columns({ N: 'long' }), start: 2, length: 3 },
        overflow: {
          sql: 'SELECT 9223372036854775807 + i FROM range(5) t(i)',
          columns: columns({ N: 'long' }),
          start: 2,
          length: 3,
        },
        broken: { sql: 'SELECT nope FROM nowhere', columns: columns({ N: 'long' }) },
        file: { sql: `SELECT content FROM read_text('/etc/hostname')`, columns: columns({ C: 'string' }) },
      }),
    });
  });
  after(() => session.close());

  it('names itself with the version of DuckDB', () => {
    assert.match(session.engine.name, /^local \(DuckDB \d+\.\d+\.\d+\)$/);
  });

  it('publishes what a query names, and keeps it when the result is released', async () => {
    const table = onlyTable(await session.engine.query('one'));
    assert.deepEqual(session.engine.schema().tables, [{ name: 'One', columns: columns({ N: 'long' }) }]);
    await table.release();
    assert.deepEqual(await session.engine.execute('SELECT N FROM "One"'), [{ N: 1n }]);
    onlyTable(await session.engine.query('one'));
    assert.deepEqual(
      await session.engine.execute(`SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 'r1'`),
      [{ n: 0n }],
    );
  });

  it('stops DuckDB when the signal fires, and is usable at once', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    await Promise.all(
      ['endless', 'one'].map((text) =>
        assert.rejects(session.engine.query(text, { signal: stop.signal }), { name: 'AbortError' }),
      ),
    );
    assert.deepEqual(await rowsIn(onlyTable(await session.engine.query('one'))), [[1]]);
    await assert.rejects(session.engine.query('one', { signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
  });

  it('pages a result while a query runs', async () => {
    const table = onlyTable(await session.engine.query('one'));
    const stop = new AbortController();
    const running = session.engine.query('endless', { signal: stop.signal });
    assert.deepEqual(await rowsIn(table), [[1]]);
    stop.abort();
    await assert.rejects(running, { name: 'AbortError' });
  });

  it('tells a runtime failure in plain words at the place of the query', async () => {
    const outcome = await session.engine.query('overflow');
    assert.deepEqual(outcome, {
      ok: false,
      errors: [
        {
          kind: 'runtime',
          code: 'overflow',
          message: 'A number became too large for its type while the query ran.',
          start: 2,
          length: 3,
        },
      ],
    });
  });

  it('shows no SQL when the engine itself is at fault', async () => {
    const outcome = await session.engine.check('broken');
    assert(!outcome.ok);
    assert.equal(outcome.errors[0]?.code, 'engine');
    assert.doesNotMatch(outcome.errors[0].message, /SELECT|LINE/);
  });

  it('lets no statement read files, even if the translator wrote it', async () => {
    const outcome = await session.engine.query('file');
    assert.equal(!outcome.ok && outcome.errors[0]?.code, 'no-file-access');
  });

  it('checks without running', async () => {
    assert.equal((await session.engine.check('endless')).ok, true);
  });

  it('makes empty tables of given columns', async () => {
    await session.engine.declareEmptyTable('Empty', columns({ a: 'datetime', A: 'dynamic' }));
    assert.deepEqual(await session.engine.execute('SELECT * FROM "Empty"'), []);
    await session.engine.declareEmptyTable('Empty', columns({ b: 'guid' }));
    assert.deepEqual(
      session.engine.schema().tables.find(({ name }) => name === 'Empty')?.columns,
      columns({ b: 'guid' }),
    );
  });

  it('copies a result of another engine in, as physical values', async () => {
    const rows = [
      ['2025-05-07T12:37:46.1234567Z', '9007199254740993', { a: 1 }, '-1.00:00:00.0000001', 'NaN', ''],
      [null, null, null, null, null, 'x'],
    ];
    await session.engine.publish('Remote', {
      columns: columns({ t: 'datetime', l: 'long', d: 'dynamic', ts: 'timespan', r: 'real', s: 'string' }),
      rowCount: 2,
      page: () => Promise.resolve({ offset: 0, rows, matchingRows: 2 }),
      saveParquet: () => Promise.reject(new Error('not here')),
      release: () => Promise.resolve(),
    });
    assert.deepEqual(await session.engine.execute('SELECT t, l, d::VARCHAR AS d, ts, r, s FROM "Remote"'), [
      { t: 638822182661234567n, l: 9007199254740993n, d: '{"a":1}', ts: -864000000001n, r: NaN, s: '' },
      { t: null, l: null, d: null, ts: null, r: null, s: 'x' },
    ]);
  });

  it('reads files through an import only, all of its tables or none', async () => {
    const file = join(session.userFolder, 'a.csv');
    await writeFile(file, 'a\n1\n2\n');
    const load = (sql: string) =>
      session.engine.importTables(async (files) => {
        await files.execute(`CREATE TABLE "Loaded" AS ${sql}`);
        return [{ name: 'Loaded', columns: columns({ a: 'long' }) }];
      });
    await load(`FROM read_csv(${stringLiteral(file)})`);
    assert.deepEqual(await session.engine.execute('SELECT sum(a)::BIGINT AS n FROM "Loaded"'), [{ n: 3n }]);
    await assert.rejects(load('SELECT nope'));
    assert.deepEqual(await session.engine.execute('SELECT count(*) AS n FROM "Loaded"'), [{ n: 2n }]);
    await load('SELECT 7::BIGINT AS a');
    assert.deepEqual(await session.engine.execute('SELECT a FROM "Loaded"'), [{ a: 7n }]);
    const kept = await readdir(join(dirname(session.userFolder), 'session'));
    assert.deepEqual(
      kept.filter((name) => name.startsWith('import_')),
      ['import_3.duckdb'],
    );
  });
});
