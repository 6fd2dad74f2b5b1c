import assert from 'node:assert/strict';
import { join } from 'node:path';
import { columns, onlyTable, openSession, rowsIn, translator, type Session } from './sessions.ts';

describe('a local result', () => {
  const everyType = columns({
    b: 'bool',
    i: 'int',
    l: 'long',
    r: 'real',
    d: 'decimal',
    s: 'string',
    g: 'guid',
    t: 'datetime',
    ts: 'timespan',
    y: 'dynamic',
  });
  const everyTypeSql = `
    SELECT true, 1::INTEGER, 9007199254740993::BIGINT, 'nan'::DOUBLE, 1.50::DECIMAL(38,17), 'x',
      '00000000-0000-0000-0000-0000000000aF'::UUID, 638822182661234567, 937845000000, '{"a":[1,null]}'::JSON
    UNION ALL BY NAME SELECT NULL, NULL, NULL, NULL, NULL, '', NULL, NULL, NULL, NULL`;
  let session: Session;

  before(async () => {
    session = await openSession({
      kql: translator({
        types: {
          sql: everyTypeSql.replace('BY NAME ', ''),
          columns: everyType,
        },
        numbers: {
          sql: 'SELECT 999 - i, CASE WHEN i % 2 = 0 THEN NULL ELSE i % 10 END, 638822182660000000 + i FROM range(1000) t(i) ORDER BY i DESC',
          columns: columns({ Row: 'long', Group: 'long', Time: 'datetime' }),
          isSorted: true,
        },
        mixed: {
          sql: `SELECT v::JSON FROM (VALUES ('10'), ('9'), ('"b"'), (NULL), ('"a"')) t(v)`,
          columns: columns({ Value: 'dynamic' }),
        },
        cased: { sql: `SELECT 1::BIGINT, 2::BIGINT`, columns: columns({ a: 'long', A: 'long' }) },
      }),
    });
  });
  after(() => session.close());

  const run = async (text: string) => onlyTable(await session.engine.query(text));

  it('gives every type as its wire value', async () => {
    const [values, nulls] = await rowsIn(await run('types'));
    assert.deepEqual(values, [
      true,
      1,
      '9007199254740993',
      'NaN',
      '1.5',
      'x',
      '00000000-0000-0000-0000-0000000000af',
      '2025-05-07T12:37:46.1234567Z',
      '1.02:03:04.5000000',
      { a: [1, null] },
    ]);
    assert.deepEqual(nulls, [null, null, null, null, null, '', null, null, null, null]);
  });

  it('keeps the order of a sorted query on every page', async () => {
    const table = await run('numbers');
    assert.equal(table.rowCount, 1000);
    const { rows, matchingRows } = await table.page({ offset: 990, limit: 3 });
    assert.deepEqual(
      rows.map(([row]) => row),
      [990, 991, 992],
    );
    assert.equal(matchingRows, 1000);
    assert.deepEqual((await table.page({ offset: 5000, limit: 3 })).rows, []);
    assert.deepEqual((await table.page({ offset: 0, limit: 0 })).rows, []);
  });

  it('sorts stably, with nulls as the smallest values', async () => {
    const table = await run('numbers');
    const ascending = await table.page({
      offset: 0,
      limit: 2,
      sort: [{ column: 'Group', descending: false }],
    });
    assert.deepEqual(
      ascending.rows.map(([row, group]) => [row, group]),
      [
        [1, null],
        [3, null],
      ],
    );
    const descending = await table.page({
      offset: 0,
      limit: 2,
      sort: [{ column: 'Group', descending: true }],
    });
    assert.deepEqual(
      descending.rows.map(([row, group]) => [row, group]),
      [
        [0, 9],
        [10, 9],
      ],
    );
  });

  it('sorts dynamic values as numbers where they are numbers', async () => {
    const table = await run('mixed');
    const { rows } = await table.page({
      offset: 0,
      limit: 9,
      sort: [{ column: 'Value', descending: false }],
    });
    assert.deepEqual(rows.flat(), [null, 9, 10, 'a', 'b']);
  });

  it('filters on the text that the grid shows, in one column or in any', async () => {
    const table = await run('numbers');
    const inTime = await table.page({
      offset: 0,
      limit: 9,
      filters: [{ column: 'Time', text: '46.0000042z' }],
    });
    assert.deepEqual([inTime.matchingRows, inTime.rows[0]?.[0]], [1, 957]);
    const anywhere = await table.page({
      offset: 0,
      limit: 9,
      filters: [{ text: '99' }, { column: 'Group', text: '1' }],
    });
    assert.deepEqual(
      anywhere.rows.map(([row]) => row),
      [8, 998], // 8 for the fraction of its time, …991
    );
    const hostile = await table.page({ offset: 0, limit: 9, filters: [{ text: `'; DROP TABLE x; --%_` }] });
    assert.equal(hostile.matchingRows, 0);
  });

  it('refuses to sort by a column it does not have', async () => {
    const table = await run('numbers');
    await assert.rejects(
      table.page({ offset: 0, limit: 9, sort: [{ column: 'Nope', descending: false }] }),
      /no column 'Nope'/,
    );
    assert.equal((await table.page({ offset: 0, limit: 1 })).rows.length, 1);
  });

  it('keeps columns apart whose names differ in case only', async () => {
    const table = await run('cased');
    const { rows } = await table.page({ offset: 0, limit: 9, sort: [{ column: 'A', descending: true }] });
    assert.deepEqual(rows, [[1, 2]]);
  });

  it('survives a round trip through Parquet with its types', async () => {
    const table = await run('types');
    const file = join(session.userFolder, "it's.parquet");
    await table.saveParquet(file);
    const stored = await session.engine.openParquet(file, everyType);
    assert.equal(stored.rowCount, 2);
    assert.deepEqual(await rowsIn(stored), await rowsIn(table));
    await table.release();
    await stored.release();
  });
});
