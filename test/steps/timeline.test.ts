import assert from 'node:assert/strict';
import { timelineStep } from '../../src/steps/timeline.ts';
import { StepError } from '../../src/steps/step.ts';
import { openWorkbench } from './support/workbench.ts';
import type { Row, Workbench } from './support/workbench.ts';

const at = (seconds: number): string =>
  new Date(Date.parse('2025-05-07T12:00:00Z') + seconds * 1000).toISOString();
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('timeline', function () {
  this.timeout(90_000);
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
  });
  after(() => bench.dispose());

  const eventsAt = (seconds: readonly number[]): Promise<void> =>
    bench.table(
      'Events',
      {
        Timestamp: 'datetime',
        DeviceName: 'string',
        ActionType: 'string',
        AccountName: 'string',
        FileName: 'string',
      },
      seconds.map((second) => ({
        Timestamp: at(second),
        DeviceName: 'pc-1',
        ActionType: 'FileCreated',
        AccountName: 'alice',
        FileName: `f${second}.txt`,
      })),
    );
  const run = (args: object): Promise<readonly Row[]> => bench.run(timelineStep, args);
  const marks = (rows: readonly Row[]): unknown[] => rows.map((row) => row['Mark']);

  it('brings tables into one order, each row with device, what, account and all details', async () => {
    await eventsAt([0, 120]);
    await bench.table(
      'Scans',
      {
        FirstSeen: 'datetime',
        LastSeen: 'datetime',
        DeviceName: 'string',
        Kind: 'string',
        Severity: 'string',
        Score: 'long',
      },
      [
        {
          FirstSeen: at(60),
          LastSeen: at(90),
          DeviceName: 'pc-2',
          Kind: 'vertical',
          Severity: 'high',
          Score: 90,
        },
      ],
    );
    const rows = await run({ from: ['Scans', 'Events'] });
    assert.deepEqual(
      rows.map((row) => [
        row['Source'],
        row['Device'],
        row['What'],
        row['Account'],
        row['SecondsSince'],
        row['Mark'],
      ]),
      [
        ['Events', 'pc-1', 'FileCreated · f0.txt', 'alice', null, ''],
        ['Scans', 'pc-2', 'vertical · high', '', 60, ''],
        ['Events', 'pc-1', 'FileCreated · f120.txt', 'alice', 60, ''],
      ],
    );
    assert.equal(rows[1]?.['Timestamp'], '2025-05-07T12:01:00.0000000Z');
    assert.equal((rows[1]['Details'] as { readonly Score: number }).Score, 90);
  });

  it('shows a gap from the outlier on, and none just below it', async () => {
    // Equal times: the deviation is log10(gap / 60) / 0.3, so 3.5 is a factor of 11.22.
    const seconds = range(20).map((index) => index * 60);
    const last = seconds.at(-1) ?? 0;
    await eventsAt([...seconds, last + 60 * 11.1]);
    assert.deepEqual(new Set(marks(await run({ from: 'Events' }))), new Set(['']));
    await eventsAt([...seconds, last + 60 * 11.3]);
    const rows = await run({ from: 'Events' });
    assert.deepEqual(marks(rows).slice(-2), ['gap', 'after a gap']);
    const gap = rows.at(-2);
    assert.deepEqual(
      [gap?.['Source'], gap?.['What'], gap?.['Timestamp']],
      ['gap', 'nothing for 11.3 min', '2025-05-07T12:19:00.0000000Z'],
    );
    assert.deepEqual(gap?.['Details'], {
      Seconds: 678,
      Until: '2025-05-07T12:30:18.0000000Z',
      UsualSeconds: 60,
      Deviation: 3.5,
    });
    assert.equal((await run({ from: 'Events', markers: false })).length, 21);
    assert.deepEqual(new Set(marks(await run({ from: 'Events', outlier: 3.6 }))), new Set(['']));
  });

  it('shows a burst of five and not of four', async () => {
    const steady = range(30).map((index) => index * 60);
    const burstOf = (count: number): number[] => range(count).map((index) => 630 + index * 0.5);
    // The first event of a burst comes after a usual time; the others follow quickly.
    await eventsAt([...steady, ...burstOf(4)]);
    assert.ok(!marks(await run({ from: 'Events' })).includes('burst'));
    await eventsAt([...steady, ...burstOf(5)]);
    const rows = await run({ from: 'Events' });
    const burst = rows.find((row) => row['Source'] === 'burst');
    assert.equal(burst?.['Timestamp'], '2025-05-07T12:10:30.0000000Z');
    assert.equal(burst['What'], '5 events in 2.0 s from Events');
    assert.equal(burst['Device'], 'pc-1');
    assert.equal(marks(rows).filter((mark) => mark === 'in a burst').length, 5);
  });

  it('takes a burst as one when most events are in it', async () => {
    await eventsAt([
      ...range(10).map((index) => index * 60),
      ...range(500).map((index) => 130 + index * 0.05),
    ]);
    assert.equal((await run({ from: 'Events' })).filter((row) => row['Source'] === 'burst').length, 1);
  });

  it('does not depend on the order of rows and tables', async () => {
    const seconds = [0, 60, 60, 60.5, 120, 9000];
    await eventsAt(seconds);
    await bench.table('Other', { ts: 'datetime', host: 'string' }, [{ ts: at(60), host: 'x' }]);
    const expected = await run({ from: ['Events', 'Other'] });
    await eventsAt([...seconds].reverse());
    assert.deepEqual(await run({ from: ['Other', 'Events'] }), expected);
  });

  it('leaves rows without a time out and takes empty tables', async () => {
    await bench.table('Events', { Timestamp: 'datetime', FileName: 'string' }, []);
    assert.deepEqual(await run({ from: 'Events' }), []);
    await bench.table('Events', { Timestamp: 'datetime', FileName: 'string' }, [
      { FileName: 'x' },
      { Timestamp: at(0), FileName: 'y' },
    ]);
    assert.deepEqual(
      (await run({ from: ['Events', 'Events'] })).map((row) => row['What']),
      ['y'],
    );
  });

  it('takes the columns that are named, whatever their names', async () => {
    await bench.table(
      `o'd] t`,
      { 'w"hen': 'datetime', else: 'datetime', 'who\\': 'string', 'w h"at': 'long' },
      [{ 'w"hen': at(1), else: at(2), 'who\\': 'bob', 'w h"at': 7 }],
    );
    const [row] = await run({
      from: [`o'd] t`],
      columns: { [`o'd] t`]: { time: 'w"hen', account: 'who\\', what: 'w h"at' } },
    });
    assert.deepEqual([row?.['What'], row?.['Account'], row?.['Device']], ['7', 'bob', '']);
  });

  it('says which table, time or column is missing', async () => {
    await bench.table('Two', { A: 'datetime', B: 'datetime' }, []);
    await bench.table('None', { A: 'string' }, []);
    const fails = (args: object, path: readonly unknown[], message: RegExp): void => {
      const text = (): string =>
        timelineStep.compile(timelineStep.arguments.parse(args), { schema: bench.engine.schema() });
      assert.throws(text, (error) => {
        assert.ok(error instanceof StepError);
        assert.match(error.message, message);
        assert.deepEqual(error.path, path);
        return true;
      });
    };
    fails({ from: 'Nope' }, ['from'], /no table "Nope"/);
    fails({ from: ['None', 'Two'] }, ['from', 0], /None .* no datetime column/);
    fails({ from: 'Two' }, ['from'], /It has A, B\. Name one: `columns: \{ Two: \{ time: A \} \}`/);
    fails({ from: 'Two', columns: { Two: { time: 'C' } } }, ['columns', 'Two', 'time'], /no column "C"/);
    fails({ from: 'Two', columns: { Tow: { time: 'A' } } }, ['columns', 'Tow'], /`from` does not name/);
    assert.equal(timelineStep.arguments.safeParse({}).success, false);
  });
});
