import assert from 'node:assert/strict';
import { createKqlService } from '../../src/kql/index.ts';
import { columns, onlyTable, openSession, rowsIn, type Session } from './sessions.ts';

describe('KQL on the local engine', function () {
  this.timeout(60_000); // the language library takes its time to load on a busy machine
  let session: Session;
  before(async () => {
    session = await openSession({ kql: createKqlService() });
    await session.engine.declareEmptyTable('Empty', columns({ Time: 'datetime', Name: 'string' }));
  });
  after(() => session.close());

  it('runs a query, publishes its result and reads it back', async () => {
    const table = onlyTable(
      await session.engine.query(
        'range i from 1 to 5 step 1 | extend t = datetime(2025-05-07T12:37:46.1234567Z) + i * 1s, d = dynamic({"a":1}) | sort by i desc | as Numbers',
      ),
    );
    assert.deepEqual((await rowsIn(table))[0], [5, '2025-05-07T12:37:51.1234567Z', { a: 1 }]);
    const next = onlyTable(await session.engine.query('Numbers | summarize n = count(), latest = max(t)'));
    assert.deepEqual(await rowsIn(next), [[5, '2025-05-07T12:37:51.1234567Z']]);
    assert.deepEqual(
      await rowsIn(onlyTable(await session.engine.sql('SELECT count(*) AS n FROM "Numbers"'))),
      [[5]],
    );
  });

  it('takes parameters as values', async () => {
    const parameters = [{ name: 'Who', type: 'string', value: `'; drop` }] as const;
    const table = onlyTable(await session.engine.query('print x = Who', { parameters }));
    assert.deepEqual(await rowsIn(table), [[`'; drop`]]);
  });

  it('places an unknown column in the text', async () => {
    const text = 'Empty | where Nam == "x"';
    for (const outcome of [await session.engine.query(text), await session.engine.check(text)]) {
      assert(!outcome.ok);
      const [error] = outcome.errors;
      assert.equal(error?.kind, 'semantic');
      assert.equal(text.slice(error.start, error.start + error.length), 'Nam');
    }
    assert.equal((await session.engine.check('Empty | where Name == "x"')).ok, true);
  });
});

describe('the translator in a worker', function () {
  this.timeout(60_000);

  it('answers as in this thread, and ends with the engine', async () => {
    const session = await openSession();
    const table = onlyTable(await session.engine.query('print a = 1 + 1'));
    assert.deepEqual(await rowsIn(table), [[2]]);
    const stop = new AbortController();
    const running = session.engine.query('print 1', { signal: stop.signal });
    stop.abort();
    await assert.rejects(running, { name: 'AbortError' });
    await session.close();
    await assert.rejects(session.engine.query('print 1'), /closed/);
  });
});
