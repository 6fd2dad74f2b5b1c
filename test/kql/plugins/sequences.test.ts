/** Plugins that find events one after another, and those that say something of a whole table. */
import assert from 'node:assert/strict';
import { openDatabase, runKql } from '../../conformance/database.ts';
import { testGoldens, testRefusals } from '../goldens.ts';
import type { TitledGolden } from '../goldens.ts';

const storms = `let Storms = datatable(id: string, t: datetime, s: string)[
  '1', datetime(2024-01-01 01:00), 'Hail', '1', datetime(2024-01-01 02:00), 'Tornado',
  '1', datetime(2024-01-01 03:00), 'Tornado', '1', datetime(2024-01-01 04:00), 'Wind',
  '2', datetime(2024-01-01 01:00), 'Tornado',
  '3', datetime(2024-01-01 01:00), 'Hail', '3', datetime(2024-01-01 01:30), 'Tornado'];\n`;
const year = '2024-01-01T00:00:00.0000000Z';
const at = (hour: string): string => `2024-01-01T${hour}:00.0000000Z`;

const goldens: readonly TitledGolden[] = [
  [
    'pairs each event of a step with the later ones within the windows, for each dimension',
    `${storms}Storms | evaluate sequence_detect(t, 2h, 3h, hail = (s == 'Hail'), tornado = (s == 'Tornado'), id)`,
    'id:string hail_t:datetime tornado_t:datetime Duration:timespan',
    [
      ['3', at('01:00'), at('01:30'), '00:30:00'],
      ['1', at('01:00'), at('02:00'), '01:00:00'],
      ['1', at('01:00'), at('03:00'), '02:00:00'],
    ],
  ],
  [
    'leaves out sequences whose whole takes longer than the span',
    `${storms}Storms | evaluate sequence_detect(t, 2h, 2h, a = (s == 'Hail'), b = (s == 'Tornado'), c = (s == 'Wind'), id)`,
    'id:string a_t:datetime b_t:datetime c_t:datetime Duration:timespan',
    [],
  ],
  [
    'counts how many ids come as far as each state within each time',
    `${storms}let times = dynamic([30m, 3h]);
    Storms | evaluate funnel_sequence_completion(id, t, datetime(2024-01-01), datetime(2024-02-01), 365d, s, dynamic(['Hail', 'Tornado', 'Wind']), times)`,
    't:datetime s:string Period:timespan dcount:long',
    [
      [year, 'Hail', '00:30:00', 2],
      [year, 'Tornado', '00:30:00', 1],
      [year, 'Wind', '00:30:00', 0],
      [year, 'Hail', '03:00:00', 2],
      [year, 'Tornado', '03:00:00', 2],
      [year, 'Wind', '03:00:00', 1],
    ],
  ],
  [
    'counts what several states of hll() share',
    `range x from 1 to 100 step 1 | summarize a = hll(iff(x % 2 == 0, x, 0)), b = hll(iff(x % 3 == 0, x, 0)), c = hll(iff(x % 5 == 0, x, 0))
    | evaluate dcount_intersect(a, b, c) | project s0, s1, s2`,
    's0:long s1:long s2:long',
    [[51, 17, 4]],
  ],
  [
    'counts rows',
    `range x from 1 to 7 step 1 | evaluate identity() | evaluate estimate_rows_count()`,
    'EstimatedRowsCount:long',
    [[7]],
  ],
  [
    'previews rows before another operator',
    `range x from 1 to 7 step 1 | evaluate preview(3) | count`,
    'Count:long',
    [[3]],
  ],
  [
    'joins schemas, and says which column moved',
    `let A = datatable(u: string, h: int)[] | getschema;
    let B = datatable(u: string, r: string, h: int)[] | getschema;
    union A, B | evaluate schema_merge() | project ColumnName, ColumnOrdinal, ColumnType`,
    'ColumnName:string ColumnOrdinal:long ColumnType:string',
    [
      ['u', 0, 'string'],
      ['r', 1, 'string'],
      ['h', -1, 'ERROR(columns are out of order)'],
    ],
  ],
  [
    'joins schemas in any order of columns, and widens types',
    `let A = datatable(u: string, h: int)[] | getschema;
    let B = datatable(u: string, r: string, h: long)[] | getschema;
    union A, B | evaluate schema_merge(PreserveOrder = false)`,
    'ColumnName:string ColumnOrdinal:long DataType:string ColumnType:string',
    [
      ['u', 0, 'System.String', 'string'],
      ['r', 1, 'System.String', 'string'],
      ['h', 2, 'System.Int64', 'long'],
    ],
  ],
];

describe('plugins of sequences and whole tables', () => {
  testGoldens(goldens);
  testRefusals([
    [`print x = 1 | evaluate python(typeof(*), 'x')`, 'unsupported', /sandbox/],
    [`evaluate http_request('https://a.example')`, 'unsupported', /no other server/],
    [`print x = 1 | evaluate schema_merge()`, 'semantic', /getschema/],
    [`print t = now(), x = 1 | evaluate sequence_detect(t, 1h, 1h, x, x)`, 'semantic', /bool expected/],
  ]);

  it('gives the three results of a funnel, runs of one state counted once', async () => {
    const connection = await openDatabase();
    const outcome = await runKql(
      connection,
      `${storms}Storms | evaluate funnel_sequence(id, t, datetime(2024-01-01), datetime(2024-02-01), 1d, 365d, s, dynamic(['Tornado']))`,
    );
    connection.closeSync();
    assert(outcome.ok);
    const rows = outcome.tables.map((table) => table.rows.map((row) => row.slice(1).map(String)));
    assert.deepEqual(rows, [
      [
        ['', '', '1', '["2"]'],
        ['Hail', '', '1', '["3"]'],
        ['Hail', 'Wind', '1', '["1"]'],
      ],
      [
        ['Hail', '2', '["1","3"]'],
        ['', '1', '["2"]'],
      ],
      [
        ['', '2', '["2","3"]'],
        ['Wind', '1', '["1"]'],
      ],
    ]);
  });

  it('gives the two results of a preview', async () => {
    const connection = await openDatabase();
    const outcome = await runKql(connection, 'range x from 1 to 7 step 1 | evaluate preview(2)');
    connection.closeSync();
    assert(outcome.ok);
    assert.deepEqual(
      outcome.tables.map(({ rows }) => rows.map((row) => Number(row[0]))),
      [[1, 2], [7]],
    );
  });
});
