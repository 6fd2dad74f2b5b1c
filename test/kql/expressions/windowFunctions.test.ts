/** Window functions keep the rows in their order, restarts included. */
import assert from 'node:assert/strict';
import { openDatabase, runKql } from '../../conformance/database.ts';
import { itGives } from '../goldens.ts';

const visits = `datatable(id:string, at:datetime)['1', datetime(2024-01-01 00:00), '1', datetime(2024-01-01 00:25),
  '1', datetime(2024-01-01 00:50), '1', datetime(2024-01-01 01:15), '2', datetime(2024-01-01 01:20), '2', datetime(null)]`;

describe('row_window_session', () => {
  itGives([
    [
      `${visits} | serialize s = row_window_session(at, 1h, 30m, id != prev(id)) | project t = format_datetime(s, 'HH:mm')`,
      't',
      [['00:00'], ['00:00'], ['00:00'], ['01:15'], ['01:20'], ['']],
    ],
    [`${visits} | serialize s = row_window_session(at, 1d, 20m) | summarize dcount(s)`, 'dcount_s', [[4]]],
    [`${visits} | where id == '3' | serialize s = row_window_session(at, 1d, 20m) | count`, 'Count', [[0]]],
  ]);
});

describe('restarts', () => {
  const functions = [
    'row_number(1, n % 1000 == 0)',
    'row_cumsum(1, n % 1000 == 0)',
    'row_rank_dense(n, n % 1000 == 0)',
  ];
  for (const call of functions) {
    it(`keeps the order of many rows: ${call}`, async () => {
      const connection = await openDatabase();
      await connection.run('SET threads = 4');
      const query = `range n from 0 to 250000 step 1 | sort by n asc | extend z = ${call} | extend r = row_number()`;
      const outcome = await runKql(
        connection,
        `${query} | summarize countif(r != n + 1), countif(z != n % 1000 + 1)`,
      );
      connection.closeSync();
      assert.ok(outcome.ok);
      assert.deepEqual(outcome.tables[0]?.rows[0]?.map(Number), [0, 0]);
    });
  }
});
