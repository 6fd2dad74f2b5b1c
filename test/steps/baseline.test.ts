import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baselineStep } from '../../src/steps/baseline.ts';
import { StepError } from '../../src/steps/step.ts';
import { runPrepared } from './support/preparedStep.ts';
import type { PreparedRun } from './support/preparedStep.ts';
import { openWorkbench } from './support/workbench.ts';
import type { Row, Workbench } from './support/workbench.ts';

const day = (index: number, hour = 9): string =>
  new Date(Date.parse('2025-05-01T00:00:00Z') + (index * 24 + hour) * 3_600_000).toISOString();
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** So many starts of a program on a device on a day. */
const starts = (FileName: string, DeviceName: string, on: number, count = 1, more: Row = {}): Row[] =>
  range(count).map(() => ({ Timestamp: day(on), DeviceName, FileName, AccountName: 'alice', ...more }));

/** Ten ordinary days: a browser on two devices each day, a backup on one. */
const ordinary = [
  ...range(10).flatMap((on) => [
    ...starts('browser.exe', 'pc-1', on, 10),
    ...starts('browser.exe', 'pc-2', on, 10),
    ...starts('backup.exe', 'pc-2', on),
  ]),
];

describe('baseline', function () {
  this.timeout(90_000);
  let bench: Workbench;
  let folder: string;
  before(async () => {
    bench = await openWorkbench();
    folder = await mkdtemp(join(tmpdir(), 'hunt-baseline-'));
  });
  after(async () => {
    await bench.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const events = (rows: readonly Row[]): Promise<void> =>
    bench.table(
      'DeviceProcessEvents',
      { Timestamp: 'datetime', DeviceName: 'string', FileName: 'string', AccountName: 'string' },
      rows,
    );
  const run = (args: object = {}): Promise<PreparedRun> =>
    runPrepared(bench, baselineStep, { hunt: { from: '2025-05-11' }, ...args }, { folder });
  const shown = ({ rows }: PreparedRun): unknown[] =>
    rows.map((row) => [row['Kind'], row['Entity'], row['Item'], row['SeenElsewhere'], row['Severity']]);

  it('shows what is new, what is new here, and nothing that is ordinary', async () => {
    await events([
      ...ordinary,
      ...starts('browser.exe', 'pc-1', 10, 10),
      ...starts('Backup.exe', 'PC-1', 10),
      ...starts('backup.exe', 'pc-2', 10),
      ...starts('evil.exe', 'pc-2', 10),
    ]);
    const found = await run();
    assert.deepEqual(shown(found), [
      ['first-seen', 'pc-2', 'evil.exe', 0, 'medium'],
      ['first-seen', 'pc-1', 'backup.exe', 1, 'low'],
    ]);
    assert.deepEqual(
      found.rows.map((row) => row['Reasons']),
      ['not seen here in 10 days, nor anywhere else', 'not seen here in 10 days, but in 1 other place'],
    );
    assert.deepEqual(found.notices, [
      'Learned from 210 events on 10 days, 2025-05-01 09:00 to 2025-05-10 09:00.',
    ]);
  });

  it('shows as rare what was there on one day of ten, and not on two', async () => {
    await events([
      ...ordinary,
      ...starts('once.exe', 'pc-1', 3),
      ...starts('twice.exe', 'pc-1', 3),
      ...starts('twice.exe', 'pc-1', 5),
      ...starts('once.exe', 'pc-1', 10),
      ...starts('twice.exe', 'pc-1', 10),
    ]);
    assert.deepEqual(shown(await run()), [['rare', 'pc-1', 'once.exe', 0, 'low']]);
    assert.equal((await run({ rare: 0.2 })).rows.length, 2);
  });

  it('shows a count from the deviation on, and not just below', async () => {
    // Median 10 and MAD 0 give a deviation of (count - 10) / sqrt(10): 21 is 3.48, 22 is 3.79.
    await events([
      ...ordinary,
      ...starts('browser.exe', 'pc-1', 10, 22),
      ...starts('browser.exe', 'pc-2', 10, 21),
    ]);
    const found = await run();
    assert.deepEqual(shown(found), [['volume', 'pc-1', 'browser.exe', 1, 'low']]);
    assert.deepEqual(
      [
        found.rows[0]?.['MostADay'],
        found.rows[0]?.['MedianADay'],
        found.rows[0]?.['MadADay'],
        found.rows[0]?.['Deviation'],
      ],
      [22, 10, 0, 3.79],
    );
  });

  it('counts days without the item', async () => {
    // Six of ten days with 9: the median is 9, the MAD 0; four of ten: the median is 0.
    const some = (days: number): Row[] => range(days).flatMap((on) => starts('job.exe', 'pc-1', on, 9));
    await events([...ordinary, ...some(6), ...starts('job.exe', 'pc-1', 10, 9)]);
    assert.deepEqual(shown(await run()), []);
    await events([...ordinary, ...some(4), ...starts('job.exe', 'pc-1', 10, 9)]);
    assert.deepEqual(shown(await run()), [['volume', 'pc-1', 'job.exe', 0, 'low']]);
  });

  it('judges volume from five learned days on, and tells when they are fewer', async () => {
    const rows = [...ordinary, ...starts('browser.exe', 'pc-1', 10, 40)];
    await events(rows);
    assert.equal((await run({ learn: { from: '2025-05-06' } })).rows.length, 1);
    const few = await run({ learn: { from: '2025-05-07' } });
    assert.equal(few.rows.length, 0);
    assert.match(few.notices[0] ?? '', /on 4 days, .* volume is not judged/);
  });

  it('learns per user and hour of the week', async () => {
    await events([
      ...ordinary,
      ...starts('browser.exe', 'pc-1', 14, 1),
      ...starts('browser.exe', 'pc-1', 14, 1, { Timestamp: day(14, 3) }),
    ]);
    const found = await run({ per: ['user', 'hour-of-week'] });
    assert.deepEqual(
      found.rows.map((row) => row['Entity']),
      ['alice / thu 3h'],
    );
  });

  it('hunts in the last day by default, and learns from all before', async () => {
    await events([...ordinary, ...starts('evil.exe', 'pc-1', 10)]);
    const found = await runPrepared(bench, baselineStep, {}, { folder });
    assert.deepEqual(shown(found), [['first-seen', 'pc-1', 'evil.exe', 0, 'medium']]);
  });

  it('saves what it learned only when asked, and reads it with its source and age', async () => {
    await events([...ordinary, ...starts('evil.exe', 'pc-1', 10)]);
    const learned = await run();
    assert.deepEqual(await readdir(folder), []);
    const saved = await run({ save: 'p.baseline.json' });
    assert.equal(saved.notices.at(-1), 'Saved the baseline to p.baseline.json: 3 items.');
    assert.deepEqual(await readdir(folder), ['p.baseline.json']);
    await events(starts('evil.exe', 'pc-1', 10));
    const read = await run({ from: 'p.baseline.json' });
    assert.deepEqual(read.rows, learned.rows);
    assert.match(
      read.notices[0] ?? '',
      /^p\.baseline\.json: learned from 210 events on 10 days, 2025-05-01 to 2025-05-10, on DeviceProcessEvents \(210 events\); \d+ days old\.$/,
    );
    assert.match(read.notices[1] ?? '', /stale, older than 30d/);
    assert.equal((await run({ from: 'p.baseline.json', maxAge: '36500d' })).notices.length, 1);
  });

  it('takes a long saved baseline as a table', async () => {
    await events([
      ...range(700).flatMap((index) => starts(`p${index}.exe`, 'pc-1', 0)),
      ...starts('new.exe', 'pc-1', 10),
    ]);
    await run({ save: 'long.baseline.json' });
    const read = await run({ from: 'long.baseline.json' });
    assert.deepEqual(shown(read), [['first-seen', 'pc-1', 'new.exe', 0, 'medium']]);
    assert.match(read.kql, /let _Learned = Baseline;/);
  });

  it('does not depend on the order of the rows', async () => {
    const rows = [
      ...ordinary,
      ...starts('a.exe', 'pc-1', 10),
      ...starts('b.exe', 'pc-2', 10),
      ...starts('browser.exe', 'pc-1', 10, 40),
    ];
    await events(rows);
    const expected = await run();
    await events([...rows].reverse());
    assert.deepEqual((await run()).rows, expected.rows);
  });

  describe('what is wrong', () => {
    const fails = (args: object, path: readonly unknown[], message: RegExp): Promise<void> =>
      assert.rejects(run(args), (error) => {
        assert.ok(error instanceof StepError);
        assert.match(error.message, message);
        assert.deepEqual(error.path, path);
        return true;
      });

    it('says when a period is empty, and which there is', async () => {
      await events(ordinary);
      await fails(
        {},
        ['hunt'],
        /no events in the period to hunt in\. .*from 2025-05-01 09:00 to 2025-05-10 09:00/,
      );
      await fails({ hunt: { from: '2025-05-01' } }, ['learn'], /The baseline is empty/);
      await events([]);
      await fails({}, ['in'], /no event with a time and FileName/);
    });

    it('refuses a file that is none, empty, newer, damaged or about something else', async () => {
      await events([...ordinary, ...starts('evil.exe', 'pc-1', 10)]);
      await run({ save: 'good.baseline.json' });
      const good = await readFile(join(folder, 'good.baseline.json'), 'utf8');
      const refused = async (text: string, message: RegExp): Promise<void> => {
        await writeFile(join(folder, 'bad.json'), text);
        await fails({ from: 'bad.json' }, ['from'], message);
      };
      await refused('nonsense', /is no JSON/);
      await refused('{}', /is no baseline/);
      await refused(good.replace(/"rows": \[[^]*\]\}/, '"rows": []}'), /is empty: nothing was learned/);
      await refused(
        good.replace('"huntBaseline": 1', '"huntBaseline": 2'),
        /version 2; this version reads 1/,
      );
      await refused(good.replace('"days": 10', '"days": "x"'), /damaged baseline: days/);
      await fails(
        { from: 'good.baseline.json', per: ['user'] },
        ['from'],
        /learned from FileName of DeviceProcessEvents per device, but this cell is about FileName of DeviceProcessEvents per user/,
      );
      await fails({ from: 'none.json' }, ['from'], /was not found/);
    });

    it('writes nowhere but inside the folder', async () => {
      await events([...ordinary, ...starts('evil.exe', 'pc-1', 10)]);
      await fails({ save: '../out.json' }, ['save'], /outside the notebook's folder/);
      await fails({ save: 'no/such/out.json' }, ['save'], /no folder/);
    });

    it('names a missing table and column', async () => {
      await fails({ in: 'Nope' }, ['in'], /no table "Nope"/);
      await fails({ item: ['Nope'] }, ['item', 0], /no column "Nope"/);
      await bench.table('Bare', { Timestamp: 'datetime', Odd: 'string' }, []);
      await fails({ in: 'Bare' }, ['per', 0], /no column that tells the device/);
      await fails({ in: 'Bare', per: [] }, ['in'], /What of Bare is to be learned\?/);
      assert.equal(baselineStep.arguments.safeParse({ from: 'a', learn: '1d' }).success, false);
      assert.equal(
        baselineStep.arguments.safeParse({ learn: { from: '2025-05-02', to: '2025-05-01' } }).success,
        false,
      );
    });
  });
});
