/** Groups keep the order of their first rows where a later operator shows it, and lists the order that a sort asked for. */
import assert from 'node:assert/strict';
import { openDatabase, runKql } from '../../conformance/database.ts';
import { itGives } from '../goldens.ts';

const pairs = 'datatable(x:long, y:long)[3,1, 1,2, 2,3, 2,1, 1,2, 3,1]';

describe('the order of groups', () => {
  itGives([
    [`${pairs} | summarize c = count() by x | summarize make_list(x)`, 'list_x', [['[3,1,2]']]],
    [`${pairs} | summarize c = count() by x | extend r = row_number() | project x, r`, 'x r', [[3, 1], [1, 2], [2, 3]]],
    [`${pairs} | summarize by x | where x < 3 | serialize before = prev(x)`, 'x before', [[1, null], [2, 1]]],
    [`${pairs} | summarize s = sum(y) + 1 by x | summarize make_bag(bag_pack(strcat('k', x), s))`, 'bag_', [['{"k3":3,"k1":5,"k2":5}']]],
    ['print d = dynamic([3,1,2]) | mv-apply d to typeof(long) on (summarize count() by d | summarize l = make_list(d))', 'l', [['[3,1,2]']]],
  ]); // prettier-ignore
});

describe('lists of sorted rows', () => {
  itGives([
    [`${pairs} | sort by x desc, y asc | summarize make_list(y), make_list_if(x, y > 1)`, 'list_y list_x', [['[1,1,1,3,2,2]', '[2,1,1]']]],
  ]); // prettier-ignore

  it('keeps the order when several threads gather many rows', async () => {
    const connection = await openDatabase();
    await connection.run('SET threads = 4');
    const outcome = await runKql(
      connection,
      `range i from 0 to 400000 step 1 | extend a = (i * 7919) % 400001 | sort by a asc
       | summarize l = make_list(a) | mv-expand l to typeof(long) | extend p = prev(l) | where p >= l | count`,
    );
    connection.closeSync();
    assert.ok(outcome.ok);
    assert.equal(Number(outcome.tables[0]?.rows[0]?.[0]), 0);
  });
});
