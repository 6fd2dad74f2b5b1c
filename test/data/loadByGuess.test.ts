import assert from 'node:assert/strict';
import { openWorkspace, type Workspace } from './logs.ts';

/**
 * The first rows guess the columns and their types; a table must be the same wherever in a file a row stands. So each file
 * is loaded as it is and with its rows behind more plain ones than the guess looks at, and both must hold the same rows.
 */
describe('guessing columns and types from the first rows', () => {
  let logs: Workspace;
  before(async () => (logs = await openWorkspace()));
  after(() => logs.close());

  /** More rows than the guess of a text's type looks at, and than that of JSON's keys. */
  const [manyRows, manyObjects] = [4100, 20_500];

  async function loaded(name: string, skipped: number) {
    const { rejects } = await logs.load(name, { table: 'T' });
    const rows = await logs.rows(`SELECT COLUMNS(*)::VARCHAR FROM "T" OFFSET ${skipped}`);
    return { columns: logs.columns('T').toSorted(), row: rows[0]?.toSorted(), rejects: rejects.count };
  }

  const values = [
    ['1', '007'],
    ['1', ' 1'],
    ['1', '1.0'],
    ['1.5', 'NaN'],
    ['1.5', '01.5'],
    ['true', '1'],
    ['2025-05-07T12:37:46.1234567Z', '2025-05-07T12:37:46+02'],
    ['2025-05-07T12:37:46Z', '2025-02-30T12:37:46Z'],
    ['2025-05-07T12:37:46Z', '5/7/2025, 3:04:05 PM'],
    ['2025-05-07T12:37:46Z', '2025'],
    ['', 'x'],
    ['-1', '-0'],
  ] as const;

  for (const [plain, other] of values) {
    it(`gives a CSV file of '${plain}' the type that all of its rows show, with '${other}' in the end`, async () => {
      await logs.write('late.csv', `a,b\n${`"${plain}",\n`.repeat(manyRows)}"${other}",\n`);
      await logs.write('early.csv', `a,b\n"${other}",\n"${plain}",\n`);
      assert.deepEqual(await loaded('late.csv', manyRows), await loaded('early.csv', 0));
    });
  }

  const objects = [
    ['{"a":1}', '{"a":"2"}'],
    ['{"a":1}', '{"a":null,"new":2}'],
    ['{"a":"x"}', '{"a":2}'],
    ['{"a":"x"}', '{"a":{"b":1}}'],
    ['{"a":"{}"}', '{"a":[1]}'],
    ['{"a":true}', '{"a":1}'],
    ['{"a":null}', '{"a":true}'],
    ['{"a":1,"b":[1],"c":"[]"}', '{"b":null}'],
  ] as const;
  for (const [plain, other] of objects) {
    it(`gives JSON of ${plain} the columns that all of its objects show, with ${other} in the end`, async () => {
      await logs.write('late.ndjson', `${`${plain}\n`.repeat(manyObjects)}${other}\n`);
      await logs.write('early.ndjson', `${other}\n${plain}\n`);
      assert.deepEqual(await loaded('late.ndjson', manyObjects), await loaded('early.ndjson', 0));
    });
  }

  it('keeps texts of JSON as they are, and takes keys of any name', async () => {
    const keys = ['k', '__proto__', '7', 'sha_1', 'hunt file of the row'];
    const object = `{${keys.map((key) => `${JSON.stringify(key)}:"{\\"é\\": \\"\\\\n\\"}"`).join(',')}}`;
    await logs.write('keys.ndjson', `${object}\n${object}\n`);
    await logs.load('keys.ndjson', { table: 'T' });
    assert.deepEqual(
      logs.columns('T'),
      keys.map((key) => `${key}:string`),
    );
    assert.deepEqual(await logs.rows('FROM "T" LIMIT 1'), [keys.map(() => '{"é": "\\n"}')]);
  });
});
