/** Groups that do not fit into memory are made again in a way that uses the disk. */
import assert from 'node:assert/strict';
import { createKqlService } from '../../src/kql/index.ts';
import { onlyTable, openSession, rowsIn, type Session } from './sessions.ts';

describe('groups that do not fit into memory', function () {
  this.timeout(60_000); // the language library takes its time to load on a busy machine
  const kql = createKqlService();
  let session: Session;

  before(async () => {
    session = await openSession({ kql, memoryLimitBytes: 64 * 1024 ** 2 });
    onlyTable(
      await session.engine.query(
        `range n from 1 to 300000 step 1
         | extend Id = n / 2, Text = strcat(hash_sha256(tostring(n)), hash_sha256(tostring(-n)))
         | as Rows`,
      ),
    );
  });
  after(() => session.close());

  for (const [extreme, last] of [
    ['arg_max', 1],
    ['arg_min', 0],
  ] as const) {
    it(`still have the row of ${extreme}()`, async () => {
      const outcome = await session.engine.query(
        `Rows | where Id between (1 .. 149999) | summarize ${extreme}(n, *) by Id
         | summarize count(), countif(n % 2 == ${last}), countif(Text startswith hash_sha256(tostring(n)))`,
      );
      assert.deepEqual(await rowsIn(onlyTable(outcome)), [[149999, 149999, 149999]]);
      assert.match(outcome.ok ? outcome.notices.join() : '', /uses the disk/);
    });
  }

  const events = `let Events = datatable(Device:string, At:datetime, Size:long, User:string)[
    "A", datetime(2025-01-01), 5, "x", "a", datetime(2025-01-02), long(null), "y",
    "", datetime(null), 7, "", "b", datetime(null), long(null), "z"];`;

  for (const query of [
    'Events | summarize arg_max(At, *) by Device = tolower(Device)',
    'Events | summarize (Newest, Who) = arg_max(At, User) by Device = tolower(Device)',
    'Events | summarize arg_min(Size, Device, User) by bin(At, 1d)',
    'Events | summarize (Size, User) = arg_max(Size + 1, User) by Device, Again = Device',
    'Events | summarize arg_max(User, At), count() by Device',
    'Events | where Size > 100 | summarize arg_max(At, *) by Device',
  ]) {
    it(`are what they are in memory: ${query}`, async () => {
      const rows = [];
      for (const spills of [false, true]) {
        const schema = session.engine.schema();
        const translation = await kql.translate({ text: `${events} ${query}`, schema, nowTicks: 0n, spills });
        assert.ok(translation.ok);
        const [{ sql, columns } = { sql: '', columns: [] }] = translation.queries;
        const read = await session.engine.execute(sql);
        rows.push([columns, read.map((row) => JSON.stringify(Object.values(row).map(String))).sort()]);
      }
      assert.deepEqual(rows[1], rows[0]);
    });
  }
});
