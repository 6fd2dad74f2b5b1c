/** Tables with hostile names, as KQL cells and sql cells of one session read them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { identifier } from '../../src/kql/sql/identifier.ts';
import { columns, onlyTable, openSession, rowsIn, type Session } from '../engine/sessions.ts';
import { hostileText, named } from './hostile.ts';

describe('a table with a hostile name', () => {
  let session: Session;
  before(async () => (session = await openSession()));
  after(() => session.close());

  it('is read by its name, and nothing else happens', async () => {
    await session.engine.execute('CREATE TABLE "Kept" AS SELECT 1::BIGINT AS n');
    session.engine.declareTable('Kept', columns({ n: 'long' }));
    // SQL has no way to write NUL or a lone surrogate, and tells apart no case.
    const name = hostileText.filter((text) => !/[\0\ud800-\udfff]/.test(text) && text.length < 100);
    let count = 0;
    await fc.assert(
      fc.asyncProperty(name, name, async (table, column) => {
        const own = `${table}${++count}`;
        await session.engine.execute(
          `CREATE TABLE ${identifier(own)} AS SELECT 7::BIGINT AS ${identifier(column)}`,
        );
        session.engine.declareTable(own, columns({ [column]: 'long' }));
        const sql = onlyTable(
          await session.engine.sql(`SELECT ${identifier(column)} AS v FROM ${identifier(own)}`),
        );
        assert.deepEqual(await rowsIn(sql), [[7]]);
        const kql = onlyTable(
          await session.engine.query(`${named(own)} | where ${named(column)} == 7 | as ${named(`${own}!`)}`),
        );
        assert.deepEqual(await rowsIn(kql), [[7]]);
      }),
      { numRuns: 15 },
    );
    const kept = onlyTable(await session.engine.sql('SELECT count(*) AS c FROM "Kept"'));
    assert.deepEqual(await rowsIn(kept), [[1]]);
  });
});
