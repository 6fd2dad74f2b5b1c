import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringLiteral } from '../../src/kql/sql/literal.ts';
import { columns, onlyTable, openSession, rowsIn, type Session } from './sessions.ts';

describe('a sql cell', () => {
  let session: Session;
  before(async () => {
    session = await openSession();
    await session.engine.execute(
      `CREATE TABLE "Events" AS SELECT 638822182660000000 + i AS "Time", i * 10000000 AS "Took", i AS "N", '{"i":1}'::JSON AS "Extra"
       FROM range(10) t(i)`,
    );
    session.engine.declareTable(
      'Events',
      columns({ Time: 'datetime', Took: 'timespan', N: 'long', Extra: 'dynamic' }),
    );
  });
  after(() => session.close());

  const refused = async (text: string) => {
    const outcome = await session.engine.sql(text);
    assert(!outcome.ok, `ran: ${text}`);
    const [error] = outcome.errors;
    assert(error);
    return { ...error, at: text.slice(error.start, error.start + error.length) };
  };

  it('sees datetimes and timespans as SQL types and gives them back as Kusto types', async () => {
    const table = onlyTable(
      await session.engine.sql(
        `SELECT year("Time") AS Year, date_trunc('hour', "Time") AS Hour, "Took" * 2 AS Twice, sum("N") AS Total,
                {'a': 1} AS Struct, NULL AS Nothing, 1.5 AS Exact
         FROM "Events" WHERE "N" = 3 GROUP BY ALL; -- done;`,
      ),
    );
    assert.deepEqual(
      table.columns.map(({ name, type }) => `${name}:${type}`),
      [
        'Year:long',
        'Hour:datetime',
        'Twice:timespan',
        'Total:long',
        'Struct:dynamic',
        'Nothing:int',
        'Exact:decimal',
      ],
    );
    assert.deepEqual(await rowsIn(table), [
      [2025, '2025-05-07T12:00:00.0000000Z', '00:00:06', 3, { a: 1 }, null, '1.5'],
    ]);
  });

  it('keeps the order of ORDER BY and numbers repeated names', async () => {
    const table = onlyTable(
      await session.engine.sql('SELECT "N" AS n, "N" AS n FROM "Events" ORDER BY "N" DESC'),
    );
    assert.deepEqual(
      table.columns.map(({ name }) => name),
      ['n', 'n1'],
    );
    assert.deepEqual((await rowsIn(table))[0], [9, 9]);
  });

  it('takes the notebook parameters as $Name', async () => {
    const parameters = [
      { name: 'From', type: 'datetime', value: '2025-05-07T12:37:46.0000000Z' },
      { name: 'Least', type: 'long', value: 8 },
    ] as const;
    const text = 'SELECT "N" FROM "Events" WHERE "N" >= $Least AND "Time" >= $From ORDER BY 1';
    assert.deepEqual(await rowsIn(onlyTable(await session.engine.sql(text, { parameters }))), [[8], [9]]);
    const missing = await refused(text);
    assert.deepEqual([missing.code, missing.at], ['sql-parameter', '$Least']);
  });

  it('describes tables', async () => {
    const rows = await rowsIn(onlyTable(await session.engine.sql('DESCRIBE "Events"')));
    assert.deepEqual(
      rows.map((row) => row.slice(0, 2)),
      [
        ['Time', 'TIMESTAMP'],
        ['Took', 'INTERVAL'],
        ['N', 'BIGINT'],
        ['Extra', 'JSON'],
      ],
    );
  });

  it('points at what is wrong', async () => {
    const column = await refused('SELECT "N",\n  "Nope"\nFROM "Events"');
    assert.deepEqual([column.kind, column.at], ['semantic', 'Nope']);
    const table = await refused('SELECT 1\nFROM "Event"');
    assert.deepEqual([table.kind, table.at], ['semantic', 'Event']);
    const syntax = await refused('SELECT 1\nFORM "Events"');
    assert.equal(syntax.kind, 'syntax');
    assert.match(syntax.at, /^FORM|^"Events"/);
  });

  it('runs nothing but one SELECT', async () => {
    const elsewhere = stringLiteral(join(session.userFolder, 'out.csv'));
    for (const text of [
      'CREATE TABLE x AS SELECT 1',
      'DROP TABLE main."Events"',
      'DELETE FROM main."Events"',
      `COPY (SELECT 1) TO ${elsewhere}`,
      `ATTACH ${elsewhere} AS a`,
      'INSTALL httpfs',
      'LOAD httpfs',
      'PRAGMA enable_profiling',
      "SET memory_limit = '1TB'",
      'RESET search_path',
      'CALL pragma_version()',
      'SELECT 1; SELECT 2',
      'SELECT 1; DROP TABLE main."Events"',
      'EXPORT DATABASE ' + elsewhere,
      'CHECKPOINT',
      '',
      '-- nothing',
      ';',
    ]) {
      assert.match((await refused(text)).kind, /unsupported|syntax/, text);
    }
    assert.deepEqual(await session.engine.execute('SELECT count(*) AS n FROM "Events"'), [{ n: 10n }]);
  });

  it('reads no file, however it is named', async () => {
    const file = join(session.userFolder, 'secret.csv');
    await writeFile(file, 'a\n1\n');
    const name = stringLiteral(file);
    for (const text of [
      `FROM ${name}`,
      `FROM "${file}"`,
      `SELECT (SELECT max(a) FROM ${name})`,
      `FROM read_csv(${name})`,
      `FROM read_text(${name})`,
      `FROM glob('/*')`,
      `FROM query('FROM read_text(' || chr(39) || '/etc/hosts' || chr(39) || ')')`,
      `WITH x AS (FROM read_blob(${name})) FROM x`,
      `FROM enable_logging('QueryLog')`,
      `FROM checkpoint()`,
      `FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))`,
    ]) {
      assert.match((await refused(text)).kind, /unsupported|semantic|runtime/, text);
    }
  });

  it('can be stopped', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    await assert.rejects(
      session.engine.sql('SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b', {
        signal: stop.signal,
      }),
      { name: 'AbortError' },
    );
  });
});
