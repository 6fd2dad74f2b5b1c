/** `partition`: with the rows of each partition as the source, and with a source of its own. */
import assert from 'node:assert/strict';
import { openDatabase, runKql } from '../../conformance/database.ts';

const other = 'let S = datatable(a:long, b:string)[1,"u", 2,"w", 3,"z"]; range x from 1 to 2 step 1 ';

/** The query, and its rows in any order. */
const goldens: readonly (readonly [string, readonly string[]])[] = [
  [
    'datatable(a:long, b:long)[1,5, 1,7, 2,9] | partition hint.strategy=native by a (top 1 by b)',
    ['1 7', '2 9'],
  ],
  [`${other}| partition hint.strategy=legacy by x {S | where a == toscalar(x)}`, ['1 u', '2 w']],
  [`${other}| partition by x {S | where x == a | project b}`, ['u', 'w']],
];

describe('partition', () => {
  for (const [query, rows] of goldens) {
    it(query.slice(-70), async () => {
      const connection = await openDatabase();
      const outcome = await runKql(connection, query);
      connection.closeSync();
      assert.ok(outcome.ok, outcome.ok ? '' : outcome.error.message);
      const texts = (outcome.tables[0]?.rows ?? []).map((row) => row.map(String).join(' '));
      assert.deepEqual(texts.sort(), [...rows].sort());
    });
  }
});
