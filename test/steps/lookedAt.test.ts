import assert from 'node:assert/strict';
import { lookedAtSentences } from '../../src/notebook/nothingFound.ts';
import { lookedAtQuery, type LookedTable } from '../../src/steps/shared/lookedAt.ts';
import { openWorkbench } from './support/workbench.ts';
import type { Row, Workbench } from './support/workbench.ts';

const columns = {
  Timestamp: 'datetime',
  DeviceName: 'string',
  RemotePort: 'int',
  'Odd " name': 'string',
} as const;

describe('what a detection looked at', () => {
  let bench: Workbench;
  before(async () => (bench = await openWorkbench()));
  after(() => bench.dispose());

  const sentences = async (
    rows: readonly Row[],
    looked: Partial<LookedTable> = {},
  ): Promise<readonly string[]> => {
    await bench.table('Events', columns, rows);
    const table = {
      table: 'Events',
      time: 'Timestamp',
      device: 'DeviceName',
      needs: ['RemotePort'],
      ...looked,
    };
    const outcome = await bench.engine.query(lookedAtQuery([table]));
    assert.ok(outcome.ok, JSON.stringify(outcome));
    const [result] = outcome.results;
    assert.ok(result);
    return lookedAtSentences(result.table);
  };
  const row = (RemotePort: number | null, hour = 1, device = 'a'): Row => ({
    Timestamp: `2024-05-01T0${hour}:00:00.25Z`,
    DeviceName: device,
    RemotePort,
    'Odd " name': 'x',
  });

  it('tells rows, devices, time and the shares that are empty', async () => {
    const rows = [row(1), row(2, 2), row(3, 3, 'b'), row(null, 4)];
    assert.deepEqual(await sentences(rows), [
      'Looked at 4 rows of `Events`, 2 devices, 2024-05-01 01:00:00 UTC to 2024-05-01 04:00:00 UTC; RemotePort is empty in 25 % of the rows.',
    ]);
    assert.deepEqual(await sentences([row(1)], { needs: ['RemotePort', 'Odd " name'] }), [
      'Looked at 1 row of `Events`, 1 device, 2024-05-01 01:00:00 UTC to 2024-05-01 01:00:00 UTC; none of RemotePort, Odd " name is ever empty.',
    ]);
  });

  it('says how many of the rows the step takes', async () => {
    const [sentence] = await sentences([row(1), row(2), row(3)], {
      taken: { what: 'connection attempts', where: 'RemotePort > 1' },
    });
    assert.match(sentence ?? '', /3 rows of `Events`, 2 of them connection attempts,/);
  });

  it('says that a source cannot answer: no rows, a column that is never filled, nothing of the kind', async () => {
    assert.deepEqual(await sentences([]), ['`Events` has no rows, so it cannot answer the question.']);
    const [empty] = await sentences([row(null), row(null)]);
    assert.match(empty ?? '', /cannot answer the question: RemotePort is empty in every row\.$/);
    const [missing] = await sentences([row(1), row(null)], {
      must: [
        { hold: 'RemotePort == 2', else: 'no "row" holds 2' },
        { hold: 'RemotePort == 1', else: 'never said' },
        { hold: 'RemotePort == 3', else: 'nor 3' },
      ],
    });
    assert.match(missing ?? '', /cannot answer the question: no "row" holds 2; nor 3\.$/);
  });

  it('does without time and device', async () => {
    const sentence = await sentences([row(1)], { time: undefined, device: undefined, needs: [] });
    assert.deepEqual(sentence, ['Looked at 1 row of `Events`.']);
  });

  it('never rounds a few to none or to all', async () => {
    const many = Array.from({ length: 2000 }, () => row(1));
    const [few] = await sentences([...many, row(null)]);
    assert.match(few ?? '', /empty in less than 0\.1 % of the rows/);
    const [most] = await sentences([...many.map(() => row(null)), row(1)]);
    assert.match(most ?? '', /empty in more than 99\.9 % of the rows/);
  });

  it('has a sentence for each of several tables', async () => {
    await bench.table('Others', columns, []);
    await bench.table('Events', columns, [row(1)]);
    const outcome = await bench.engine.query(
      lookedAtQuery([
        { table: 'Events', needs: ['RemotePort'] },
        { table: 'Others', needs: ['RemotePort'] },
      ]),
    );
    assert.ok(outcome.ok);
    const [result] = outcome.results;
    assert.equal(result === undefined ? 0 : (await lookedAtSentences(result.table)).length, 2);
  });
});
