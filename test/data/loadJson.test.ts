import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { stringLiteral } from '../../src/kql/sql/literal.ts';
import { openWorkspace, type Workspace } from './logs.ts';

describe('loading JSON and Parquet', () => {
  let logs: Workspace;
  before(async () => (logs = await openWorkspace()));
  after(() => logs.close());

  it('takes one object a line, every key of the file, and the types JSON gives', async () => {
    await logs.write(
      'e.ndjson.gz',
      gzipSync(
        '{"EventID":1,"Pid":"42","Time":"2025-05-07T12:37:46Z","Ok":true,"Deep":{"a":1}}\n\n{"EventID":2,"Ratio":1.5,"a/b~c":"x","Deep":[1]}\n',
      ),
    );
    const loaded = await logs.load('e.ndjson.gz');
    assert.deepEqual(logs.columns('e'), [
      'EventID:long',
      'Pid:string',
      'Time:datetime',
      'Ok:bool',
      'Deep:dynamic',
      'Ratio:real',
      'a/b~c:string',
    ]);
    assert.equal(loaded.rows, 2);
    assert.deepEqual(await logs.rows('SELECT EventID, Pid, Ok, Deep::VARCHAR, Ratio, "a/b~c" FROM "e"'), [
      [1, '42', true, '{"a":1}', null, ''],
      [2, '', null, '[1]', 1.5, 'x'],
    ]);
  });

  it('rejects broken lines with their numbers and keeps the others', async () => {
    await logs.write('bad.jsonl', '{"a":1,"k/1":"p"}\n{"a":\n[1]\n{"a":2,"d":{"x":"y"}}\n');
    const loaded = await logs.load('bad.jsonl');
    assert.deepEqual(await logs.rows('SELECT a, "k/1", d::VARCHAR FROM "bad"'), [
      [1, 'p', null],
      [2, '', '{"x":"y"}'],
    ]);
    assert.deepEqual(
      loaded.rejects.first.map(({ line }) => line),
      [2, 3],
    );
    assert.match(loaded.rejects.first[0]?.reason ?? '', /not valid JSON/);
    assert.deepEqual(await logs.rows('SELECT raw FROM "bad_rejects"'), [['{"a":'], ['[1]']]);
  });

  it('takes arrays, answers of APIs, and lines in a file named .json', async () => {
    await logs.write('array.json', '[\n {"a": 1},\n {"a": 2}\n]');
    await logs.write('graph.json', '{"@odata.context":"x","value":[{"a":1},{"a":2}]}');
    await logs.write(
      'logs.json',
      JSON.stringify({ tables: [{ name: 'P', columns: [{ name: 'a', type: 'int' }], rows: [[1], [2]] }] }),
    );
    await logs.write('lines.json', '{"a":1}\n{"a":2}\n');
    await logs.write('results.json', JSON.stringify({ Schema: [], Results: [{ a: 1 }, { a: 2 }] }, null, 2));
    await logs.write('single.json', '{"a":3}');
    for (const name of ['array', 'graph', 'logs', 'lines', 'results']) {
      await logs.load(`${name}.json`);
      assert.deepEqual(await logs.rows(`SELECT a FROM "${name}"`), [[1], [2]], name);
    }
    await logs.load('single.json');
    assert.deepEqual(await logs.rows('SELECT a FROM "single"'), [[3]]);
  });

  it('rejects what is no object in an array, at its line', async () => {
    await logs.write('mixed.json', '[\n {"a": "x,]"},\n 7,\n {"a": nope},\n {"a": "y"}\n]');
    const loaded = await logs.load('mixed.json');
    assert.deepEqual(await logs.rows('SELECT a FROM "mixed"'), [['x,]'], ['y']]);
    assert.deepEqual(
      loaded.rejects.first.map(({ line }) => line),
      [3, 4],
    );
  });

  it('gives known tables their published types from JSON too', async () => {
    await logs.write(
      'DeviceNetworkEvents.json',
      '[{"Timestamp":"2025-05-07T12:37:46.1234567Z","RemotePort":"445"},{"RemotePort":"x"}]',
    );
    const loaded = await logs.load('DeviceNetworkEvents.json');
    assert.deepEqual(logs.columns('DeviceNetworkEvents'), ['Timestamp:datetime', 'RemotePort:int']);
    assert.deepEqual([loaded.rows, loaded.rejects.count], [1, 1]);
  });

  it('keeps the types of Parquet, as Kusto types', async () => {
    const file = join(logs.folder, 'p.parquet');
    await logs.engine.importTables(async (files) => {
      await files.execute(
        `COPY (SELECT TIMESTAMP '2025-05-07 12:37:46' AS t, 1::UBIGINT AS u, 2::SMALLINT AS s, [1, 2] AS l, {'a': 1} AS o,
                      INTERVAL 90 SECOND AS i, 'x' AS v, 1.5::DECIMAL(10, 2) AS d, true AS b)
         TO ${stringLiteral(file)} (FORMAT parquet)`,
      );
      return [];
    });
    await logs.load('p.parquet');
    assert.deepEqual(logs.columns('p'), [
      't:datetime',
      'u:decimal',
      's:int',
      'l:dynamic',
      'o:dynamic',
      'i:timespan',
      'v:string',
      'd:decimal',
      'b:bool',
    ]);
    assert.deepEqual(await logs.rows('SELECT t::VARCHAR, s, l::VARCHAR, o::VARCHAR, i, v FROM "p"'), [
      ['638822182660000000', 2, '[1,2]', '{"a":1}', 900_000_000, 'x'],
    ]);
    await logs.load('p.parquet', { table: 'DeviceNetworkEvents' });
    assert.equal((await logs.rows('FROM "DeviceNetworkEvents"')).length, 1);
  });
});
