/** `top-nested`: the best of each level, and those that did not make it to the top. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDatabase, runKql } from '../../conformance/database.ts';

const sales =
  'datatable(a:string, b:string, v:long)["x","p",10, "x","q",5, "x","r",1, "y","p",4, "y","q",3, "z","p",2, "w","q",1] | top-nested ';

/** The clauses, and the rows in any order. */
const goldens: readonly (readonly [string, readonly string[]])[] = [
  ['2 of a by sum(v)', ['x 16', 'y 7']],
  ['of a by sum(v), top-nested 1 of b by max(v)', ['x 16 p 10', 'y 7 p 4', 'z 2 p 2', 'w 1 q 1']],
  ['1 of a by sum(v) asc, top-nested 1 of b by min(v) desc', ['w 1 q 1']],
  ['2 of a with others = "rest" by sum(v)', ['x 16', 'y 7', 'rest 3']],
  ['9 of a with others = "rest" by count()', ['x 3', 'y 2', 'z 1', 'w 1']],
  [
    '1 of a with others = "other a" by sum(v), top-nested 1 of b with others = "other b" by sum(v)',
    ['x 16 p 10', 'x 16 other b 6', 'other a 10 other b 10'],
  ],
  [
    '1 of a by sum(v), top-nested 1 of b with others = "other b" by sum(v) asc',
    ['x 16 r 1', 'x 16 other b 15'],
  ],
  // A level without others has nothing to say of the others above it.
  [
    '1 of a with others = "other a" by sum(v), top-nested 1 of b by sum(v)',
    ['x 16 p 10', 'other a 10  null'],
  ],
];

describe('top-nested', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
  });
  after(() => {
    connection.closeSync();
  });

  for (const [clauses, rows] of goldens) {
    it(clauses, async () => {
      const outcome = await runKql(connection, `${sales}${clauses}`);
      assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.error.message}\n${outcome.sql ?? ''}`);
      const texts = (outcome.tables[0]?.rows ?? []).map((row) => row.map(String).join(' '));
      assert.deepEqual(texts.sort(), [...rows].sort());
    });
  }
});
