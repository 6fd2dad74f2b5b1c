import assert from 'node:assert/strict';
import { openWorkspace, type Workspace } from './logs.ts';

describe('files that are rough but readable', () => {
  let logs: Workspace;
  before(async () => {
    logs = await openWorkspace();
  });
  after(() => logs.close());

  it('takes the first row that is not blank as the header', async () => {
    await logs.write('blank.csv', '\n\r\n\na,b\n1,2\n\n3,4\n');
    assert.equal((await logs.load('blank.csv')).rows, 2);
    assert.deepEqual(logs.columns('blank'), ['a:long', 'b:long']);
    await logs.write('blankRagged.csv', '\ufeff\n\na,b\n1\n3,4\n');
    const loaded = await logs.load('blankRagged.csv');
    assert.deepEqual([loaded.rows, loaded.rejects.first[0]?.line], [1, 4]);
  });

  it('reads UTF-16 without a mark, with letters and emoji beyond ASCII', async () => {
    await logs.write('wide.csv', Buffer.from('a,b\n1,é😀\n2,z\n', 'utf16le'));
    await logs.load('wide.csv');
    assert.deepEqual(await logs.rows('SELECT b FROM wide'), [['é😀'], ['z']]);
  });

  it('reads Windows-1252 as such and says so', async () => {
    await logs.write('western.csv', Buffer.from('a,b\n1,caf\xe9 \x80\n2,na\xefve\n', 'latin1'));
    const loaded = await logs.load('western.csv');
    assert.deepEqual(await logs.rows('SELECT b FROM western'), [['café €'], ['naïve']]);
    assert.match(loaded.notices.join(), /western\.csv .*WINDOWS-1252/);
  });

  it('keeps UTF-8 with a few broken bytes as UTF-8 and says so', async () => {
    const text = Buffer.from(`a,b\n${'1,größe\n'.repeat(50)}2,x`);
    await logs.write('damaged.csv', Buffer.concat([text, Buffer.from([0xff]), Buffer.from('y\n')]));
    const loaded = await logs.load('damaged.csv');
    assert.deepEqual(await logs.rows('SELECT DISTINCT b FROM damaged ORDER BY ALL'), [
      ['größe'],
      ['x\ufffdy'],
    ]);
    assert.match(loaded.notices.join(), /damaged\.csv holds bytes that are not UTF-8/);
  });

  it('loses no neighbour of a broken element of a JSON array', async () => {
    await logs.write('broken.json', '[{"a":1},\n{"a":]},\n{"a":[3},\n{"a":4}]');
    const loaded = await logs.load('broken.json');
    assert.deepEqual(await logs.rows('SELECT a FROM broken'), [[1], [4]]);
    assert.deepEqual(await logs.rows('SELECT line, raw FROM broken_rejects'), [
      [2, '{"a":]}'],
      [3, '{"a":[3}'],
    ]);
    assert.equal(loaded.rejects.count, 2);
  });

  it('refuses JSON in which nothing has a name', async () => {
    await logs.write('numbers.ndjson', '1\n2\n');
    await assert.rejects(logs.load('numbers.ndjson'), {
      name: 'DataError',
      code: 'no-columns',
      message: /numbers\.ndjson .*no JSON object/,
    });
  });

  it('keeps keys that are empty or differ by case only', async () => {
    await logs.write('keys.ndjson', '{"":1,"a":2,"A":3,"a.b":4,"it\'s \\"":5}\n');
    await logs.load('keys.ndjson');
    assert.deepEqual(await logs.rows('FROM keys'), [[1, 2, 3, 4, 5]]);
  });
});
