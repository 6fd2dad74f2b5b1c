/** What is computed another way, for speed, over the rows of a stored table gives the same as over rows in the text. */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Schema } from '../../src/kql/types.ts';
import { openDatabase, runKql } from '../conformance/database.ts';

const written = `datatable(g:string, s:string, n:long, i:int, r:real, t:datetime, d:dynamic)[
  'a', 'x', 1, int(5), real(nan), datetime(2025-01-01), dynamic([1, 2]),
  'a', '', long(null), int(null), 1.5, datetime(null), dynamic({'k': 1}),
  'a', 'x', 1, int(5), 1.5, datetime(2025-01-01), dynamic([2, 3]),
  'b', 'z', long(null), int(null), real(null), datetime(null), dynamic(null)]`;

const schema: Schema = {
  tables: [
    {
      name: 'Stored',
      columns: [
        { name: 'g', type: 'string' },
        { name: 's', type: 'string' },
        { name: 'n', type: 'long' },
        { name: 'i', type: 'int' },
        { name: 'r', type: 'real' },
        { name: 't', type: 'datetime' },
        { name: 'd', type: 'dynamic' },
      ],
    },
  ],
};

/** Each follows a table; sets are sorted, since a stored table's rows have no order. */
const pipelines: readonly string[] = [
  ...['s', 'n', 'i', 't', 'd'].map(
    (column) => `summarize v = make_set(${column}) by g | extend v = array_sort_asc(v) | sort by g asc`,
  ),
  'summarize v = make_set_if(n, s == "x") by g | sort by g asc',
  'summarize arg_max(n, s, i, t) by g | sort by g asc',
  'summarize arg_min(t, *) by g | project g, t, n, i | sort by g asc',
  'summarize arg_max(r, s), arg_min(r, n) by g | sort by g asc',
  'where n == 1 or i in (5, 6) | count',
  'where not(n == 1) | count',
  'where not(n in (1, 2)) | count',
  'summarize countif(n == 1), countif(s in~ ("X", "")) by g | sort by g asc',
  'extend v = iff(n == 1, "one", "other"), w = case(i == 5, 1, i in (7), 2, 3) | summarize count() by v, w | sort by v asc',
];

describe('rows of a stored table', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await openDatabase();
    const rows = await rowsOf(`${written} | count`);
    assert.deepEqual(rows, [[4n]]);
    const list = schema.tables[0]?.columns.map(({ name }) => name).join(', ') ?? '';
    await connection.run(`CREATE TABLE "Stored" AS FROM (${await sqlOf(written)}) AS q(${list})`);
  });
  after(() => connection.closeSync());

  const rowsOf = async (text: string): Promise<unknown> => {
    const outcome = await runKql(connection, text, schema);
    return outcome.ok ? outcome.tables.at(-1)?.rows : outcome.error;
  };

  for (const pipeline of pipelines) {
    it(`gives for \`${pipeline}\` what the same rows in the text give`, async () => {
      assert.deepEqual(await rowsOf(`Stored | ${pipeline}`), await rowsOf(`${written} | ${pipeline}`));
    });
  }

  it('reads members of parsed text as of the parsed value, whatever the text holds', async () => {
    const texts = String.raw`datatable(j:string)['{"a": {"b": "5"}, "c": [1, 2.5, true, null]}', '', 'x', '[1]', 'null', ' {"a": 1}']`;
    const members =
      'a = tostring(j.a), b = tolong(j.a.b), c = toint(j.c[1]), n = isnull(j.c[3]), f = tostring(j[0])';
    assert.deepEqual(
      await rowsOf(`${texts} | extend j = parse_json(j) | where tostring(j) != "?" | project ${members}`),
      [
        ['{"b":"5"}', 5n, 2, true, ''],
        ['', null, null, true, ''],
        ['', null, null, true, ''],
        ['', null, null, true, '1'],
        ['', null, null, true, ''],
        ['1', null, null, true, ''],
      ],
    );
  });

  it('takes a part of a split text, from either end, and null beyond', async () => {
    assert.deepEqual(
      await rowsOf(
        'print split("a_b__c", "_")[0], split("a_b__c", "_")[-1], isnull(split("a", "_")[5]), tostring(split("a", "_")[-3])',
      ),
      [['"a"', '"c"', true, '']],
    );
  });

  it('reads digits that a pattern captures as numbers', async () => {
    assert.deepEqual(
      await rowsOf(
        String.raw`print extract(@"\((\d+)\)", 1, "(42)", typeof(long)), extract(@"(a|b)([0-9]{2,})", 2, "b07", typeof(int)), extract(@"(x)=(.*)", 2, "x=1.5", typeof(long))`,
      ),
      [[42n, 7, null]],
    );
  });
});

async function sqlOf(text: string): Promise<string> {
  const { translate } = await import('../../src/kql/translate.ts');
  const translation = translate({ text, schema: { tables: [] }, nowTicks: 0n });
  const sql = translation.ok ? translation.queries[0]?.sql : undefined;
  if (sql === undefined) throw new Error('the rows cannot be written');
  return sql;
}
